/**
 * Endings that look below, as Python packs them (pixellab/ui/cloud.py): each is a cloud of particles. Hidden pixels are
 * drawn in every particle; given ones weigh them; a resampling copies the likely and drops the unlikely.
 *
 * Time is counted in pixels, drawn or read.
 */
import { decodeBytes, decodeFloat32 } from "./codec.js";
import { Stage } from "./frames.js";
import { Role, rolesOf } from "./pixels.js";

export class Cloud extends Stage {
  /** @param {Record<string, any>} data the payload of `Cloud.payload` in Python, from step 0 on */
  constructor(data) {
    super(data);
    this.particles = data.particles;
    /** Steps of hidden pixels before each step. */
    this.drawnBefore = new Uint32Array(this.total + 1);
    this.order.forEach((cell, t) => { this.drawnBefore[t + 1] = this.drawnBefore[t] + this.hidden[cell]; });
    const drawn = this.drawnBefore[this.total];
    this.values = new Uint8Array(drawn * this.n * this.particles * this.channels);
    /** @type {Map<number, Uint8Array>} by step: the particle that each one was before */ this.moves = new Map();
    /** @type {Map<number, Uint8Array>} by step: shares of the weight */ this.told = new Map();
    this.worth = new Float32Array(this.total * this.n);
    this.stands = new Uint8Array(this.total * this.n);
    this.weights = [];
    this.distinct = null;
    this.roles = rolesOf(this.hidden, this.width, { draft: this.draft, below: true });
    this.reset();
  }

  /** @param {Record<string, any>} data a payload that begins where others have ended, or before */
  take(data) {
    const { n, particles, channels } = this;
    const set = n * particles;
    this.values.set(decodeBytes(data.values), this.drawnBefore[data.start] * set * channels);
    const parents = decodeBytes(data.parents);
    data.moved.forEach((t, index) => this.moves.set(t, parents.subarray(index * set, (index + 1) * set)));
    const shares = decodeBytes(data.shares);
    data.told.forEach((t, index) => this.told.set(t, shares.subarray(index * set, (index + 1) * set)));
    this.worth.set(decodeFloat32(data.worth), data.start * n);
    this.stands.set(decodeBytes(data.stands), data.start * n);
    if (data.done >= this.done) Object.assign(this, { weights: data.weights, distinct: data.distinct });
    this.done = Math.max(this.done, data.done);
  }

  get ticks() {
    return { ready: this.done, total: this.total };
  }

  /** The units of a step that make sense here (see timebar.js). */
  units() {
    return [
      { name: "pixel", stops: Uint32Array.from({ length: this.total + 1 }, (_, i) => i),
        rates: { slow: 0.8, normal: 30, fast: 150 } },
      { name: "row", stops: Uint32Array.from(this.rows()), rates: { slow: 0.8, normal: 3, fast: 9 } },
    ];
  }

  /** How many pixels are drawn or read at a tick. @param {number} head */
  pixels(head) {
    return head;
  }

  reset() {
    const { n, particles, cells, channels } = this;
    this.at = 0;
    /** n × particles × cells × channels: what each particle has drawn. */
    this.pictures = new Uint8Array(n * particles * cells * channels);
    for (let k = 0; k < n; k++) {
      const given = this.given.subarray(k * cells * channels, (k + 1) * cells * channels);
      for (let p = 0; p < particles; p++) this.pictures.set(given, (k * particles + p) * cells * channels);
    }
    this.shares_ = new Uint8Array(n * particles).fill(255);
  }

  /** Goes to a tick; backwards by beginning again. @param {number} head */
  go(head) {
    if (head === this.at) return;
    if (head < this.at) this.reset();
    const { n, particles, cells, channels, order, hidden } = this;
    const set = n * particles;
    for (let t = this.at; t < head; t++) {
      const parents = this.moves.get(t);
      if (parents) this.resample(parents);
      const told = this.told.get(t);
      if (told) this.shares_ = told;
      if (!hidden[order[t]]) continue;
      const from = this.drawnBefore[t] * set * channels;
      for (let p = 0; p < set; p++) {
        for (let c = 0; c < channels; c++) {
          this.pictures[(p * cells + order[t]) * channels + c] = this.values[from + p * channels + c];
        }
      }
    }
    this.at = head;
  }

  resample(/** @type {Uint8Array} */ parents) {
    const { n, particles } = this;
    const size = this.cells * this.channels;
    const before = this.pictures.slice();
    for (let k = 0; k < n; k++) {
      for (let p = 0; p < particles; p++) {
        const parent = parents[k * particles + p];
        if (parent === p) continue;
        const from = (k * particles + parent) * size;
        this.pictures.set(before.subarray(from, from + size), (k * particles + p) * size);
      }
    }
  }

  /** One particle of ending k at a tick. @returns {import("./pixels.js").Picture} */
  particle(k, p, head) {
    this.go(head);
    const { cells, channels, height, width, levels } = this;
    const from = (k * this.particles + p) * cells * channels;
    return { height, width, channels, levels, values: this.pictures.subarray(from, from + cells * channels) };
  }

  /** Shares of the weight of ending k after the last step, each in parts of the largest one; equal after resampling. */
  weighed(k, head) {
    this.go(head);
    const moved = head > 0 && this.moves.has(head - 1);
    const shares = this.shares_.subarray(k * this.particles, (k + 1) * this.particles);
    if (!moved || !this.resampled(k, head - 1)) return Float32Array.from(shares, (share) => share / 255);
    return new Float32Array(this.particles).fill(1);
  }

  /** Whether ending k was resampled at a step. */
  resampled(k, t) {
    const parents = this.moves.get(t)?.subarray(k * this.particles, (k + 1) * this.particles);
    return !!parents && parents.some((parent, p) => parent !== p);
  }

  /** Ending k: the mean of its particles by weight, and in the end the one that was chosen. */
  picture(k, head) {
    const { cells, channels, levels, height, width, particles } = this;
    if (this.total && head >= this.total) return this.particle(k, this.stands[(this.total - 1) * this.n + k], head);
    const weights = this.weighed(k, head);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const scale = 255 / (levels - 1) / whole;
    const sums = new Float32Array(cells * channels);
    for (let p = 0; p < particles; p++) {
      if (!weights[p]) continue;
      const from = (k * particles + p) * cells * channels;
      for (let i = 0; i < sums.length; i++) sums[i] += weights[p] * this.pictures[from + i];
    }
    const values = Uint8Array.from(sums, (sum) => Math.round(sum * scale));
    return { height, width, channels, levels: 256, values, soft: levels === 2 };
  }

  /** The part each cell plays at a tick; what is given behind the hole weighs once it is read. */
  rolesAt(head) {
    const { order, hidden, total } = this;
    const roles = this.roles.map((role) => (role === Role.WEIGHED ? Role.GIVEN : role));
    for (let t = 0; t < head; t++) roles[order[t]] = hidden[order[t]] ? Role.GENERATED : Role.WEIGHED;
    if (head < total) roles[order[head]] = Role.TARGET;
    return roles;
  }

  /** How the particles of ending k are divided over the values of a drawn pixel, by weight. */
  shares(k, t) {
    const { particles, channels, levels, cells, order } = this;
    const weights = this.weighed(k, this.at);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = new Float32Array(channels * levels);
    for (let p = 0; p < particles; p++) {
      for (let c = 0; c < channels; c++) {
        const value = this.pictures[((k * particles + p) * cells + order[t]) * channels + c];
        shares[c * levels + value] += weights[p] / whole;
      }
    }
    return shares;
  }

  /** How divided they are, in bits. */
  bits(k, t) {
    return this.shares(k, t).reduce((sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum), 0);
  }

  /** The value that the ending has in the end. */
  drawn(k, t) {
    if (this.at < this.total) return null;
    const { values } = this.picture(k, this.at);
    return [...values.subarray(this.order[t] * this.channels, (this.order[t] + 1) * this.channels)];
  }

  note(bits) {
    return `Divided by ${bits.toFixed(2)} bit${bits === 1 ? "" : "s"}: the share of the particles, by weight.`;
  }

  /** Where all endings are, in a sentence. @param {number} head */
  summary(head) {
    const { total, n, particles, distinct, order, hidden } = this;
    if (!total) return "Nothing is hidden: there is nothing to draw.";
    const many = `${n} × ${particles} particles`;
    if (head >= total && distinct !== null) {
      const endings = 1 / this.weights.reduce((sum, weight) => sum + weight * weight, 0);
      const worth = [...this.worth.subarray((total - 1) * n)].sort((a, b) => a - b);
      return `${distinct} of ${n} endings are distinct. Effective sample size: the ${n} count as much as `
        + `${endings.toFixed(1)} equal ones; behind each, ${particles} particles are worth ${worth[0].toFixed(1)} to `
        + `${worth[n - 1].toFixed(1)}.`;
    }
    const reads = head < total && !hidden[order[head]];
    return `${many}: ${head} of ${total} pixels; ${reads ? "reading what is given, which weighs them." : "drawing."}`;
  }
}
