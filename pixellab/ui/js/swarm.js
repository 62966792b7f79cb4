/**
 * The particles behind one ending: small pictures that fade as they lose weight, with a line that says what they are
 * worth together, from the first pixel to the last.
 */
import { channels } from "./palette.js";
import { Role } from "./pixels.js";

const SWARM_GAP = 3;
const SWARM_TRACE = 40;

export class Swarm {
  /** @param {HTMLElement} root an empty element */
  constructor(root) {
    this.root = root;
    root.innerHTML = `<p class="swarm-worth"></p><canvas class="swarm-trace" role="img"></canvas>
      <canvas class="swarm-all" role="img"></canvas>`;
    [this.text, this.trace, this.all] = root.children;
    this.stamp = document.createElement("canvas");
  }

  /**
   * @param {import("./cloud.js").Cloud} cloud @param {number} k which ending @param {number} head tick
   * @param {import("./palette.js").Palette} colours @param {number} room CSS pixels of width
   */
  draw(cloud, k, head, colours, room) {
    const { particles, n } = cloud;
    const worth = head ? cloud.worth[(head - 1) * n + k] : particles;
    this.text.innerHTML = `worth <b>${worth.toFixed(1)}</b> of ${particles} equal draws`;
    this.drawTrace(cloud, k, head, colours, room);
    this.drawAll(cloud, k, head, colours, room);
    this.all.setAttribute("aria-label", `${particles} particles, by weight worth ${worth.toFixed(1)} equal ones.`);
  }

  drawAll(cloud, k, head, colours, room) {
    const { particles, height, width } = cloud;
    const ratio = window.devicePixelRatio || 1;
    const columns = Math.min(particles, room < 260 ? 8 : 16);
    const side = Math.max(8, Math.floor((room - SWARM_GAP * (columns - 1)) / columns));
    const tall = Math.round((side * height) / width);
    const rows = Math.ceil(particles / columns);
    const pen = this.fit(this.all, columns * (side + SWARM_GAP) - SWARM_GAP, rows * (tall + SWARM_GAP) - SWARM_GAP, ratio);
    const weights = cloud.weighed(k, head);
    const chosen = head >= cloud.total ? cloud.stands[(cloud.total - 1) * cloud.n + k] : -1;
    const fresh = head > 0 ? cloud.moves.get(head - 1) : null;
    const roles = cloud.rolesAt(head);
    const fills = [colours.ink0, colours.ink1, colours.target, colours.checkerA].map(channels);
    pen.imageSmoothingEnabled = false;
    for (let p = 0; p < particles; p++) {
      const x = (p % columns) * (side + SWARM_GAP) * ratio;
      const y = Math.floor(p / columns) * (tall + SWARM_GAP) * ratio;
      this.print(cloud.particle(k, p, head), roles, fills);
      pen.globalAlpha = Math.max(0.12, Math.sqrt(weights[p]));
      pen.drawImage(this.stamp, x, y, side * ratio, tall * ratio);
      pen.globalAlpha = 1;
      const copied = fresh && fresh[k * particles + p] !== p;
      if (!copied && p !== chosen) continue;
      pen.strokeStyle = p === chosen ? colours.target : colours.context;
      pen.lineWidth = 2 * ratio;
      pen.strokeRect(x + ratio, y + ratio, (side - 2) * ratio, (tall - 2) * ratio);
    }
  }

  /** One picture, a pixel a pixel. @param {number[][]} fills of black, white, generated white, and what is to come */
  print({ height, width, channels, levels, values }, roles, fills) {
    if (this.stamp.width !== width || this.stamp.height !== height) Object.assign(this.stamp, { width, height });
    const pen = this.stamp.getContext("2d");
    const image = pen.createImageData(width, height);
    for (let i = 0; i < roles.length; i++) {
      const waits = roles[i] === Role.HIDDEN || roles[i] === Role.TARGET;
      const ink = values[i * channels] ? (roles[i] === Role.GENERATED ? fills[2] : fills[1]) : fills[0];
      const own = channels === 1 && levels === 2 ? ink
        : [0, 1, 2].map((c) => (values[i * channels + Math.min(c, channels - 1)] * 255) / (levels - 1));
      image.data.set([...(waits ? fills[3] : own), 255], 4 * i);
    }
    pen.putImageData(image, 0, 0);
  }

  /** What they were worth after each step, with a tick at each resampling. */
  drawTrace(cloud, k, head, colours, room) {
    const { total, n, particles, done } = cloud;
    const ratio = window.devicePixelRatio || 1;
    const pen = this.fit(this.trace, room, SWARM_TRACE, ratio);
    const at = (t, worth) => [(t / total) * room * ratio, (1 - worth / particles) * (SWARM_TRACE - 6) * ratio + 3 * ratio];
    pen.fillStyle = colours.faint;
    pen.fillRect(0, (SWARM_TRACE - 2) * ratio, room * ratio, ratio);
    pen.beginPath();
    pen.moveTo(...at(0, particles));
    for (let t = 0; t < done; t++) {
      pen.lineTo(...at(t + 1, cloud.worth[t * n + k]));
      if (cloud.resampled(k, t)) pen.lineTo(...at(t + 1, particles));
    }
    pen.strokeStyle = colours.context;
    pen.lineWidth = 2 * ratio;
    pen.stroke();
    pen.fillStyle = colours.target;
    pen.fillRect(at(head, 0)[0] - ratio, 0, 2 * ratio, SWARM_TRACE * ratio);
    const times = Array.from({ length: done }, (_, t) => t).filter((t) => cloud.resampled(k, t)).length;
    this.trace.setAttribute("aria-label",
      `Effective sample size from pixel to pixel, at most ${particles}; resampled ${times} times.`);
  }

  fit(canvas, wide, tall, ratio) {
    Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
    Object.assign(canvas.style, { width: `${wide}px`, height: `${tall}px` });
    return canvas.getContext("2d");
  }
}
