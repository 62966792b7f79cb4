/**
 * The frames of pictures that fill up together, as Python packs them (pixellab/ui/frames.py).
 *
 * Time is counted in ticks: one value of one pixel, so a colour picture has three ticks a pixel.
 */
import { decodeBytes, decodeUint16 } from "./codec.js";
import { Role, rolesOf } from "./pixels.js";

/** Probabilities, and entropies as shares of ln K, arrive as whole numbers of so many parts. */
const FRAME_PARTS = 65535;

/**
 * What all pictures that fill up have in common: what never changes of them.
 * Pieces arrive one after another (see pixellab/ui/feed.py); `take` puts each in its place.
 */
export class Stage {
  /** @param {Record<string, any>} data a payload from step 0 on */
  constructor(data) {
    const { run, height, width, channels, levels, n, total, draft } = data;
    Object.assign(this, { run, height, width, channels, levels, n, total, draft, done: 0 });
    this.cells = height * width;
    this.hidden = decodeBytes(data.hidden);
    const order = decodeUint16(data.order);
    this.order = Uint16Array.from({ length: total }, (_, t) => order[2 * t] * width + order[2 * t + 1]);
    this.stepOf = new Int32Array(this.cells).fill(-1);
    this.order.forEach((cell, t) => { this.stepOf[cell] = t; });
    const planes = decodeBytes(data.picture);
    this.given = new Uint8Array(n * this.cells * channels);
    for (let k = 0; k < n; k++) {
      for (let c = 0; c < channels; c++) {
        const from = (k * channels + c) * this.cells;
        for (let i = 0; i < this.cells; i++) this.given[(k * this.cells + i) * channels + c] = planes[from + i];
      }
    }
  }

  /** The steps at which a new row begins, and the last. @returns {number[]} */
  rows() {
    const { order, total, width } = this;
    const rows = [0];
    for (let t = 1; t < total; t++) if (Math.floor(order[t] / width) !== Math.floor(order[t - 1] / width)) rows.push(t);
    return [...rows, total];
  }

  /** The most that `bits` can be. */
  get most() {
    return this.channels * Math.log2(this.levels);
  }

  /** "row 17, column 14" of a cell. */
  place(cell) {
    return `row ${Math.floor(cell / this.width)}, column ${cell % this.width}`;
  }
}

export class Frames extends Stage {
  /** @param {Record<string, any>} data the payload of `Frames.payload` in Python, from step 0 on */
  constructor(data) {
    super(data);
    const size = this.total * this.n * this.channels;
    this.values = new Uint8Array(size);
    this.entropy = new Uint16Array(size);
    this.probabilities = data.kept ? new Uint16Array(size * this.levels) : null;
    this.roles = rolesOf(this.hidden, this.width, this);
    this.sums = [0];
  }

  /** @param {Record<string, any>} data a payload that begins where others have ended, or before */
  take({ start, done, values, entropy, probabilities }) {
    const size = this.n * this.channels;
    this.values.set(decodeBytes(values), start * size);
    this.entropy.set(decodeUint16(entropy), start * size);
    if (this.probabilities) this.probabilities.set(decodeUint16(probabilities), start * size * this.levels);
    this.done = Math.max(this.done, done);
  }

  /** @returns {{ready: number, total: number}} in ticks */
  get ticks() {
    return { ready: this.done * this.channels, total: this.total * this.channels };
  }

  /** The units of a step that make sense here (see timebar.js). */
  units() {
    const { channels, total } = this;
    const every = (size, count) => Uint32Array.from({ length: count + 1 }, (_, i) => i * size);
    const quick = { slow: 0.8, normal: 30, fast: 150 };
    const units = [
      { name: "pixel", stops: every(channels, total), rates: quick },
      { name: "row", stops: Uint32Array.from(this.rows(), (t) => t * channels), rates: { slow: 0.8, normal: 3, fast: 9 } },
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

  /** The distributions of step t of picture k, channel after channel; null where they were not kept. */
  shares(k, t) {
    if (!this.probabilities) return null;
    const size = this.channels * this.levels;
    const from = (t * this.n + k) * size;
    return Float32Array.from(this.probabilities.subarray(from, from + size), (part) => part / FRAME_PARTS);
  }

  /** Bits of surprise in the first t pixels of the first picture, for every t; null where nothing was kept. */
  spent() {
    if (!this.probabilities) return null;
    const { sums } = this;
    for (let t = sums.length - 1; t < this.done; t++) {
      const shares = this.shares(0, t);
      sums.push(this.drawn(0, t).reduce(
        (sum, value, c) => sum - Math.log2(Math.max(1 / FRAME_PARTS, shares[c * this.levels + value])), sums[t]));
    }
    return sums;
  }

  /** The values drawn at step t of picture k, one a channel. */
  drawn(k, t) {
    const from = (t * this.n + k) * this.channels;
    return [...this.values.subarray(from, from + this.channels)];
  }

  /** Of a distribution, in words. @param {number} bits */
  note(bits) {
    return `Unsure by ${bits.toFixed(2)} of at most ${this.most} bit${this.most === 1 ? "" : "s"}.`;
  }

  /** Where all pictures are, in a sentence. @param {number} head */
  summary(head) {
    const { total, cells, n } = this;
    if (!total) return "Nothing is hidden: there is nothing to draw.";
    const what = total < cells ? `${total} of ${cells} pixels were hidden` : `All ${cells} pixels come from nothing`;
    const many = n === 1 ? "the picture" : `all ${n} pictures`;
    const pixels = this.pixels(head);
    return pixels < total ? `${what}; ${pixels} are drawn in ${many}.` : `${what}; all are drawn, in ${many}.`;
  }
}
