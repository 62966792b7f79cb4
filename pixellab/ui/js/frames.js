/**
 * The frames of pictures that fill up together, as Python packs them (pixellab/ui/frames.py).
 *
 * Time is counted in ticks: one value of one pixel, so a colour picture has three ticks a pixel.
 */
import { decodeBytes, decodeUint16 } from "./codec.js";
import { Role, rolesOf } from "./pixels.js";

/** Probabilities, and entropies as shares of ln K, arrive as whole numbers of so many parts. */
const FRAME_PARTS = 65535;

export class Frames {
  /** @param {Record<string, any>} data the payload of `Frames.payload` in Python */
  constructor(data) {
    const { height, width, channels, levels, n, done, total } = data;
    Object.assign(this, { height, width, channels, levels, n, done, total });
    this.cells = height * width;
    this.hidden = decodeBytes(data.hidden);
    const order = decodeUint16(data.order);
    this.order = Uint16Array.from({ length: total }, (_, t) => order[2 * t] * width + order[2 * t + 1]);
    this.stepOf = new Int32Array(this.cells).fill(-1);
    this.order.forEach((cell, t) => { this.stepOf[cell] = t; });
    this.values = decodeBytes(data.values);
    this.entropy = decodeUint16(data.entropy);
    this.probabilities = data.probabilities ? decodeUint16(data.probabilities) : null;
    this.roles = rolesOf(this.hidden);
    const planes = decodeBytes(data.picture);
    this.given = new Uint8Array(n * this.cells * channels);
    for (let k = 0; k < n; k++) {
      for (let c = 0; c < channels; c++) {
        const from = (k * channels + c) * this.cells;
        for (let i = 0; i < this.cells; i++) this.given[(k * this.cells + i) * channels + c] = planes[from + i];
      }
    }
  }

  /** @returns {{ready: number, total: number}} in ticks */
  get ticks() {
    return { ready: this.done * this.channels, total: this.total * this.channels };
  }

  /** The units of a step that make sense here (see timebar.js). */
  units() {
    const { channels, total, width } = this;
    const every = (size, count) => Uint32Array.from({ length: count + 1 }, (_, i) => i * size);
    const rows = [0];
    for (let t = 1; t < total; t++) {
      if (Math.floor(this.order[t] / width) !== Math.floor(this.order[t - 1] / width)) rows.push(t * channels);
    }
    rows.push(total * channels);
    const quick = { slow: 0.8, normal: 30, fast: 150 };
    const units = [
      { name: "pixel", stops: every(channels, total), rates: quick },
      { name: "row", stops: Uint32Array.from(rows), rates: { slow: 0.8, normal: 3, fast: 9 } },
    ];
    return channels > 1 ? [{ name: "colour", stops: every(1, total * channels), rates: quick }, ...units] : units;
  }

  /** How many pixels are whole at a tick. @param {number} head */
  pixels(head) {
    return Math.floor(head / this.channels);
  }

  /** Picture k with the values that the first ticks hold. @returns {import("./pixels.js").Picture} */
  picture(k, head) {
    const { cells, channels, height, width, levels, n } = this;
    const values = this.given.slice(k * cells * channels, (k + 1) * cells * channels);
    for (let tick = 0; tick < head; tick++) {
      const t = Math.floor(tick / channels);
      const c = tick % channels;
      values[this.order[t] * channels + c] = this.values[(t * n + k) * channels + c];
    }
    return { height, width, channels, levels, values };
  }

  /** The part each cell plays at a tick. @param {number} head @returns {Uint8Array} */
  rolesAt(head) {
    const roles = this.roles.slice();
    const whole = this.pixels(head);
    for (let t = 0; t < whole; t++) roles[this.order[t]] = Role.GENERATED;
    if (whole < this.total) roles[this.order[whole]] = Role.TARGET;
    return roles;
  }

  /** Entropy in bits, summed over colours, of the distributions that step t of picture k was drawn from. */
  bits(k, t) {
    let sum = 0;
    for (let c = 0; c < this.channels; c++) sum += this.entropy[(t * this.n + k) * this.channels + c];
    return (sum / FRAME_PARTS) * Math.log2(this.levels);
  }

  /** The most that `bits` can be. */
  get most() {
    return this.channels * Math.log2(this.levels);
  }

  /** The distributions of step t of picture k, channel after channel; null where they were not kept. */
  shares(k, t) {
    if (!this.probabilities) return null;
    const size = this.channels * this.levels;
    const from = (t * this.n + k) * size;
    return Float32Array.from(this.probabilities.subarray(from, from + size), (part) => part / FRAME_PARTS);
  }

  /** Bits of surprise in the first t pixels of picture k, for every t; null where probabilities were not kept. */
  spent(k) {
    if (!this.probabilities) return null;
    const sums = new Float64Array(this.done + 1);
    for (let t = 0; t < this.done; t++) {
      let bits = 0;
      this.drawn(k, t).forEach((value, c) => {
        const part = this.probabilities[((t * this.n + k) * this.channels + c) * this.levels + value];
        bits -= Math.log2(Math.max(1, part) / FRAME_PARTS);
      });
      sums[t + 1] = sums[t] + bits;
    }
    return sums;
  }

  /** The values drawn at step t of picture k, one a channel. */
  drawn(k, t) {
    const from = (t * this.n + k) * this.channels;
    return [...this.values.subarray(from, from + this.channels)];
  }

  /** "row 17, column 14" of a cell. */
  place(cell) {
    return `row ${Math.floor(cell / this.width)}, column ${cell % this.width}`;
  }
}
