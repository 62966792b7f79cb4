/**
 * The betting game on one digit, replayed from the text of its bets: one character a bet, the chips on white ("0" to
 * "9", "a" for ten), and "_" with two digits in base 36 for a run of skipped pixels, for which both pay the same.
 *
 * @typedef {{chips: number, floor: number, sure: number, rounds: number, opened: Object<string, number>}} Rules
 * @typedef {{cell: number, chips: number, white: number, mine: number, model: number}} Round chips: on the true value;
 *   white: the value; mine, model: bits
 */
import { decodeFloat32, unpackBits } from "./codec.js";

const TOKENS = /_[\da-z]{2}|[\da]/g;
const LONGEST_BETS = 560; // characters that an address may hold

/** Bits to pay with so many chips on the value that came. @param {number} chips @param {Rules} rules */
export function price(chips, { chips: all, floor }) {
  return -Math.log2(Math.min(Math.max(chips / all, floor), 1 - floor));
}

/** A digit and its bill. */
export class Digit {
  /** @param {{ink: string, nats: string}} sent */
  constructor({ ink, nats }) {
    this.white = unpackBits(ink, 784);
    this.bits = nats ? Float64Array.from(decodeFloat32(nats), (n) => n / Math.LN2) : null;
  }

  /** What the model gave to white. @param {number} cell */
  chance(cell) {
    const truth = 2 ** -this.bits[cell];
    return this.white[cell] ? truth : 1 - truth;
  }

  /** The first pixel from `cell` on of which the model is not sure; 784 where there is none. */
  unsure(cell, sure) {
    while (cell < 784 && Math.max(this.chance(cell), 1 - this.chance(cell)) >= sure) cell++;
    return cell;
  }

  /** Bits of the model for pixels from `first` to before `last`. */
  cost(first, last) {
    return this.bits.subarray(first, last).reduce((sum, bits) => sum + bits, 0);
  }
}

export class Game {
  /** @param {Digit} digit @param {Rules} rules @param {{open: number, bets: string}} play */
  constructor(digit, rules, { open, bets }) {
    Object.assign(this, { digit, rules, bets });
    this.start = this.next = digit.bits && open > 0 ? digit.unsure(open, rules.sure) : open;
    /** @type {Round[]} */ this.rounds = [];
    this.skipped = 0; // pixels
    this.shared = 0; // bits that both paid for them
    for (const token of digit.bits ? bets.match(TOKENS) ?? [] : []) this.take(token);
  }

  take(token) {
    if (this.over) return;
    const { digit, next } = this;
    if (token[0] === "_") {
      const last = Math.min(784, next + parseInt(token.slice(1), 36));
      this.skipped += last - next;
      this.shared += digit.cost(next, last);
      this.next = last;
    } else {
      const white = digit.white[next];
      const on = token === "a" ? 10 : Number(token);
      const chips = white ? on : this.rules.chips - on;
      this.rounds.push({ cell: next, chips, white, mine: price(chips, this.rules), model: digit.bits[next] });
      this.next++;
    }
  }

  get over() {
    return this.next >= 784;
  }

  get full() {
    return this.bets.length > LONGEST_BETS;
  }

  /** Bits paid for the pixels that were bet on. @param {"mine" | "model"} who */
  paid(who) {
    return this.rounds.reduce((sum, round) => sum + round[who], 0);
  }

  /** The bets after one more. @param {number} white chips on white @param {boolean} onward then skip sure pixels */
  betting(white, onward) {
    const bets = this.bets + (white === 10 ? "a" : String(white));
    return onward ? bets + this.skipping(this.next + 1) : bets;
  }

  /** The token of skipping from `cell` to the next unsure pixel; "" where that is the next. */
  skipping(cell = this.next) {
    const run = this.digit.unsure(cell, this.rules.sure) - cell;
    return run ? `_${run.toString(36).padStart(2, "0")}` : "";
  }

  /** What the model pays for the pixels of a whole game of bets, however many were made. @param {boolean} onward */
  modelPays(onward) {
    let [cell, bits, count] = [this.start, 0, 0];
    for (; this.digit.bits && count < this.rules.rounds && cell < 784; count++) {
      bits += this.digit.bits[cell];
      cell = onward ? this.digit.unsure(cell + 1, this.rules.sure) : cell + 1;
    }
    return { bits, count };
  }
}
