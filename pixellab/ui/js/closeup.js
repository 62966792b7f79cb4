/**
 * One picture, large, to be looked into: its pixels by the part they play, how unsure the model was, what a pixel
 * sees. A pointer or the arrow keys choose a cell; a click or Enter pins it.
 */
import { cividis } from "./palette.js";
import { cellAt, drawPixels, fit, outline, Role } from "./pixels.js";

/** What a pixel is to the target (`context` below). */
const Sight = Object.freeze({ UNSEEN: 0, ABOVE: 1, ROW: 2 });

/**
 * @typedef {Object} Scene
 * @property {import("./frames.js").Frames} frames @property {number} k which of the pictures
 * @property {number} head tick @property {import("./palette.js").Palette} colours
 * @property {Uint8Array | null} sight H × (2W − 1) values of Sight, the target in the last row's middle; see player.py
 */
export class Closeup {
  /** @param {HTMLElement} root an empty element @param {string[][]} views [name, label] @param {() => void} changed */
  constructor(root, views, changed) {
    this.changed = changed;
    this.view = views[0][0];
    /** @type {number | null} */ this.hovered = null;
    /** @type {number | null} */ this.pinned = null;
    root.classList.add("closeup");
    root.innerHTML = `<canvas tabindex="0" role="img" data-arrows></canvas>
      <div class="segments" role="group" aria-label="Show">${views.map(([name, label]) =>
        `<button type="button" data-view="${name}">${label}</button>`).join("")}</div>`;
    this.canvas = root.querySelector("canvas");
    this.segments = root.querySelector(".segments");
    this.buttons = [...root.querySelectorAll("[data-view]")];
    this.buttons.forEach((button) => {
      button.onclick = () => {
        this.view = button.dataset.view;
        changed();
      };
    });
    this.canvas.onpointermove = (event) => this.hover(this.under(event));
    this.canvas.onpointerleave = () => this.hover(null);
    this.canvas.onclick = (event) => this.pin(this.under(event));
    this.canvas.onkeydown = (event) => this.key(event);
  }

  /** @param {PointerEvent} event @returns {number | null} */
  under(event) {
    const [row, column] = cellAt(this.canvas, this.frame, event).map(Math.floor);
    const { height, width } = this.frame;
    return row >= 0 && column >= 0 && row < height && column < width ? row * width + column : null;
  }

  hover(cell) {
    if (cell === this.hovered) return;
    this.hovered = cell;
    this.changed();
  }

  pin(cell) {
    this.pinned = cell === this.pinned ? null : cell;
    this.changed();
  }

  key(/** @type {KeyboardEvent} */ event) {
    const { height, width } = this.frame;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key === "Enter" || event.key === "Escape") this.pin(event.key === "Enter" ? this.cell : this.pinned);
    else if (event.key in moves) {
      const [down, right] = moves[event.key];
      const from = this.cell ?? 0;
      const row = Math.min(height - 1, Math.max(0, Math.floor(from / width) + down));
      const column = Math.min(width - 1, Math.max(0, (from % width) + right));
      this.hovered = null;
      this.pinned = row * width + column;
      this.changed();
    } else return;
    event.preventDefault();
  }

  /** The cell that is looked at: under the pointer, else pinned, else the one that time has come to. */
  get cell() {
    if (this.hovered !== null) return this.hovered;
    if (this.pinned !== null) return this.pinned;
    const { frames, head } = this.scene;
    return frames.total ? frames.order[Math.min(frames.pixels(head), frames.total - 1)] : null;
  }

  /** @param {Scene} scene @param {{room: number, largest: number}} size */
  draw(scene, size) {
    this.scene = scene;
    const { frames, k, head, colours } = scene;
    this.frame = fit(this.canvas, frames.height, frames.width, { ...size, rulers: size.room >= 300 });
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.view === this.view));
    const roles = frames.rolesAt(head);
    const picture = frames.picture(k, head);
    drawPixels(this.canvas, this.frame, picture, roles, colours);
    if (this.view !== "picture") this.clearBoard();
    if (this.view === "unsure") this.drawEntropy(roles);
    if (this.view === "sees" && scene.sight) this.drawSight(picture, roles);
    this.drawCursor();
  }

  /** An empty board: only the lines between the cells. */
  clearBoard() {
    const { cell, left, top, height, width } = this.frame;
    const pen = this.canvas.getContext("2d");
    pen.fillStyle = this.scene.colours.futureEdge;
    pen.fillRect(left, top, width * cell + 1, height * cell + 1);
  }

  /** Fills a cell between its lines. @param {number} inset share of the side that is left free all around */
  paint(cell, colour, inset = 0) {
    const { cell: side, left, top, width } = this.frame;
    const pen = this.canvas.getContext("2d");
    pen.fillStyle = colour;
    const by = Math.round(side * inset);
    pen.fillRect(left + (cell % width) * side + 1 + by, top + Math.floor(cell / width) * side + 1 + by,
      side - 1 - 2 * by, side - 1 - 2 * by);
  }

  /** A pixel of the past that is too far away: dashed border. */
  paintFar(cell) {
    const { cell: side, left, top, width, ratio } = this.frame;
    this.paint(cell, this.scene.colours.page);
    const pen = this.canvas.getContext("2d");
    pen.strokeStyle = this.scene.colours.outOfReach;
    pen.lineWidth = Math.max(1, Math.round(ratio));
    pen.setLineDash([3 * ratio, 3 * ratio]);
    pen.strokeRect(left + (cell % width) * side + 0.5, top + Math.floor(cell / width) * side + 0.5, side, side);
    pen.setLineDash([]);
  }

  drawEntropy(roles) {
    const { frames, k, colours } = this.scene;
    for (let i = 0; i < frames.cells; i++) {
      if (roles[i] === Role.TARGET) continue;
      const drawn = roles[i] === Role.GENERATED;
      this.paint(i, drawn ? cividis(frames.bits(k, frames.stepOf[i]) / frames.most) : colours.future);
    }
  }

  /** What the looked-at pixel's distribution can depend on: the role fills the cell, the value sits inside. */
  drawSight(picture, roles) {
    const { frames, colours } = this.scene;
    const target = this.cell;
    if (target === null) return;
    const fills = { [Sight.ABOVE]: colours.context, [Sight.ROW]: colours.contextRow };
    for (let i = 0; i < frames.cells; i++) {
      const past = i < target;
      const seen = past ? this.sightOf(i, target) : Sight.UNSEEN;
      if (!past) this.paint(i, colours.future);
      else if (seen) this.paint(i, fills[seen]);
      else this.paintFar(i);
      const known = roles[i] !== Role.HIDDEN && roles[i] !== Role.TARGET;
      if (!known || !past) continue;
      if (!seen) this.paint(i, colours.outOfReach, 0.32);
      this.paint(i, valueFill(picture, i, colours), seen ? 0.26 : 0.36);
    }
  }

  /** What an earlier cell is to the target. @returns {number} a Sight */
  sightOf(cell, target) {
    const { height, width } = this.scene.frames;
    const up = Math.floor(target / width) - Math.floor(cell / width);
    return this.scene.sight[(height - 1 - up) * (2 * width - 1) + width - 1 + (cell % width) - (target % width)];
  }

  /** How many earlier cells a target sees. */
  seen(target) {
    let count = 0;
    for (let i = 0; i < target; i++) if (this.sightOf(i, target)) count++;
    return count;
  }

  drawCursor() {
    const { colours, frames, head } = this.scene;
    const pen = this.canvas.getContext("2d");
    if (this.pinned !== null) outline(pen, this.frame, (i) => i === this.pinned, colours.context, 3);
    if (this.hovered !== null && this.hovered !== this.pinned) {
      outline(pen, this.frame, (i) => i === this.hovered, colours.context, 2);
    }
    if (this.view === "picture") return;
    const now = frames.pixels(head);
    const target = this.view === "sees" ? this.cell : now < frames.total ? frames.order[now] : null;
    if (target === null) return;
    outline(pen, this.frame, (i) => i === target, colours.target, 2.5);
    this.paint(target, colours.target, 0.36);
  }

  /** What is known of the distribution of the looked-at pixel. @returns {import("./bars.js").Guess} */
  guess() {
    const { frames, k, head } = this.scene;
    const { levels, channels } = frames;
    const cell = this.cell;
    if (cell === null) return { title: "Nothing is hidden", levels, channels, shares: null, drawn: null };
    const place = frames.place(cell);
    const title = place[0].toUpperCase() + place.slice(1);
    const t = frames.stepOf[cell];
    const now = frames.pixels(head);
    const known = (note, shares, drawn) => ({ title, levels, channels, shares, drawn, note });
    if (t < 0) return known("Given, so nothing was drawn here.", null, null);
    if (!frames.hidden[cell]) return known("Given: it weighs the particles, and stays what it is.", null, null);
    if (t > now || t >= frames.done || (t === now && frames.particles)) {
      return known(t === now ? "The model is at work on it." : "Not drawn yet.", null, null);
    }
    const note = frames.note(frames.bits(k, t));
    return known(t === now ? `Being drawn now. ${note}` : note, frames.shares(k, t),
      t === now ? null : frames.drawn(k, t));
  }
}

/** A guess as a sentence. @param {import("./bars.js").Guess} guess */
export function spoken({ title, shares, drawn, note, levels }) {
  if (!shares || levels !== 2) return `${title}. ${note ?? ""}`;
  const odds = `black ${shares[0].toFixed(2)}, white ${shares[1].toFixed(2)}`;
  return `${title}: ${odds}${drawn ? `; ${["black", "white"][drawn[0]]} was drawn` : ""}. ${note ?? ""}`;
}

/** @param {import("./pixels.js").Picture} picture @param {number} i @param {import("./palette.js").Palette} colours */
function valueFill({ values, channels, levels }, i, colours) {
  if (channels === 1 && levels === 2) return values[i] ? colours.ink1 : colours.ink0;
  const at = (c) => Math.round((values[i * channels + Math.min(c, channels - 1)] * 255) / (levels - 1));
  return `rgb(${at(0)},${at(1)},${at(2)})`;
}
