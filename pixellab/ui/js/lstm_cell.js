/**
 * One feature of a real LSTM at every pixel of a picture: from the terms that were recorded, by equation 3.
 *
 * @typedef {{height: number, width: number, picture: string, input: string, state: string, before: string,
 *   taps: [number, number][], own: [number, number], title: string, said: string}} Recorded taps, own: from where a pixel
 *   reads states, and its cell state; before: that cell state
 */
import { decodeBytes, decodeFloat16 } from "./codec.js";

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

export class LstmCell {
  /** @param {Recorded} recorded */
  constructor(recorded) {
    const { height, width, taps, own, title, said } = recorded;
    Object.assign(this, { height, width, taps, own, title, said });
    this.picture = decodeBytes(recorded.picture);
    this.input = decodeFloat16(recorded.input);
    this.carried = decodeFloat16(recorded.state);
    this.taken = decodeFloat16(recorded.before);
    this.cell = new Float32Array(height * width);
    this.state = new Float32Array(height * width);
    for (let at = 0; at < height * width; at++) {
      const { o, f, i, g } = this.gates(at);
      this.cell[at] = f * this.taken[at] + i * g;
      this.state[at] = o * Math.tanh(this.cell[at]);
    }
    const most = (map) => map.reduce((m, value) => Math.max(m, Math.abs(value)), 1e-6);
    [this.mostCell, this.mostState] = [most(this.cell), most(this.state)];
  }

  /** Where its own cell state comes from. */
  get prior() {
    return this.own[0] ? "above" : "before";
  }

  /** What both components bring to a gate (0 o, 1 f, 2 i, 3 g). @returns {[number, number]} */
  terms(at, gate) {
    const count = this.height * this.width;
    return [this.input[gate * count + at], this.carried[gate * count + at]];
  }

  /** The four gates, after their nonlinearities. */
  gates(at) {
    const [o, f, i, g] = [0, 1, 2, 3].map((gate) => this.terms(at, gate)[0] + this.terms(at, gate)[1]);
    return { o: sigmoid(o), f: sigmoid(f), i: sigmoid(i), g: Math.tanh(g) };
  }

  /** Every number of the equations at one pixel, as text. @returns {Object<string, string>} */
  numbers(at) {
    const two = (x) => x.toFixed(2).replace("-", "−").replace(/^−0\.00$/, "0.00");
    const values = { before: two(this.taken[at]), prior: this.prior, said: this.said, c: two(this.cell[at]), h: two(this.state[at]),
      "tanh-c": two(Math.tanh(this.cell[at])) };
    ["o", "f", "i", "g"].forEach((name, gate) => {
      const [input, carried] = this.terms(at, gate);
      Object.assign(values, { [`${name}-x`]: two(input), [`${name}-h`]: two(carried), [name]: two(this.gates(at)[name]) });
    });
    return values;
  }
}
