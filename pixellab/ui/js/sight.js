/** What a pixel of a model sees, from the table that Python made of the real masks for every fourth pixel. */
import { decodeBytes, decodeUint16 } from "./codec.js";
import { percent } from "./fields.js";

const MAP_SIDE = 58; // CSS pixels, about
const FUTURE = 0;
const UNSEEN = 1;
const SEEN = 2;

export class Sight {
  /** @param {import("./comparison.js").Model} model @param {{spacing: number, first: number}} lattice */
  constructor({ field }, { spacing, first }) {
    Object.assign(this, { height: field.height, width: field.width, spacing, first });
    this.bits = decodeBytes(field.seen);
    this.rank = field.rank ? decodeUint16(field.rank) : Uint16Array.from({ length: this.height * this.width }, (_, i) => i);
    this.columns = Math.ceil((this.width - first) / spacing);
    this.rows = Math.ceil((this.height - first) / spacing);
  }

  /** The nearest pixel of which the field is known. @returns {[number, number]} */
  nearest(row, column) {
    const { spacing, first } = this;
    const snap = (value, count) => first + spacing * Math.min(count - 1, Math.max(0, Math.round((value - first) / spacing)));
    return [snap(row, this.rows), snap(column, this.columns)];
  }

  /** @returns {{target: number, roles: Uint8Array, seen: number, past: number}} */
  of(row, column) {
    const [r, c] = this.nearest(row, column);
    const { spacing, first, width, rank } = this;
    const cells = this.height * width;
    const line = ((r - first) / spacing) * this.columns + (c - first) / spacing;
    const offset = line * Math.ceil(cells / 8);
    const target = r * width + c;
    let seen = 0;
    const roles = Uint8Array.from({ length: cells }, (_, i) => {
      if (rank[i] >= rank[target]) return FUTURE;
      if (!((this.bits[offset + (i >> 3)] >> (7 - (i & 7))) & 1)) return UNSEEN;
      seen++;
      return SEEN;
    });
    return { target, roles, seen, past: rank[target] };
  }

  share(row, column) {
    const { seen, past } = this.of(row, column);
    return past ? seen / past : 1;
  }

  words(row, column) {
    const { seen, past } = this.of(row, column);
    return `${seen} of ${past} earlier pixels (${percent(seen, past)})`;
  }

  /** @param {HTMLCanvasElement} canvas @param {import("./palette.js").Palette} colours @returns {string} the share */
  draw(canvas, row, column, colours) {
    const { target, roles, seen, past } = this.of(row, column);
    const { height, width } = this;
    const ratio = window.devicePixelRatio || 1;
    const cell = Math.max(2, Math.round((MAP_SIDE / width) * ratio));
    Object.assign(canvas, { width: width * cell, height: height * cell });
    canvas.style.width = `${(width * cell) / ratio}px`;
    canvas.style.height = `${(height * cell) / ratio}px`;
    const pen = canvas.getContext("2d");
    const fills = [colours.future, colours.page, colours.context];
    roles.forEach((role, i) => {
      pen.fillStyle = fills[role];
      pen.fillRect((i % width) * cell, Math.floor(i / width) * cell, cell, cell);
    });
    pen.fillStyle = colours.target;
    // The target is one pixel; a ring around it makes it visible in a small map.
    const [x, y] = [(target % width) * cell, Math.floor(target / width) * cell];
    pen.fillRect(x - cell, y - cell, 3 * cell, 3 * cell);
    pen.fillStyle = colours.page;
    pen.fillRect(x, y, cell, cell);
    pen.strokeStyle = colours.line;
    pen.strokeRect(0.5, 0.5, canvas.width - 1, canvas.height - 1);
    return percent(seen, past);
  }
}
