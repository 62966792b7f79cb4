/**
 * Real gates: tanh of the signal, sigmoid of the door, and their product, for every pixel of a picture.
 *
 * @typedef {{count: number, height: number, width: number, features: number[], layer: number, layers: number,
 *   picture: string, signal: string, door: string}} RecordedGates see two_stacks.py
 */
import { decodeBytes, decodeFloat16 } from "./codec.js";
import { Dimmers, dimmersText } from "./dimmers.js";
import { cividis, mix } from "./palette.js";
import { Panes, drawMap } from "./panes.js";

const GATE_PANES = ["signal", "door", "out"];

export class GateView {
  /** @param {HTMLElement} root @param {import("./lesson.js").Lesson} frame */
  constructor(root, frame) {
    this.frame = frame;
    this.front = "out";
    this.panes = new Panes(root, GATE_PANES, {
      hover: (cell) => this.hover(cell),
      pin: (cell) => frame.set({ target: `${Math.floor(cell / this.gates.width)},${cell % this.gates.width}` }),
      front: (name, again) => {
        this.large = again && !this.large;
        this.front = name;
        this.show();
      },
    });
    for (const { name, title } of this.panes.all) title.dataset.lit = name; // lit with its part of the formula
    this.dimmers = new Dimmers(root, () => {});
  }

  /** @param {RecordedGates} gates */
  load(gates) {
    if (this.gates) return;
    this.gates = gates;
    this.picture = decodeBytes(gates.picture);
    [this.signal, this.door] = [decodeFloat16(gates.signal), decodeFloat16(gates.door)];
  }

  visible(on) {
    this.dimmers.root.hidden = !on;
    if (!on) this.panes.hide();
  }

  /** @returns {[number, number]} signal and door at a cell, before their nonlinearities */
  at(cell) {
    const from = Number(this.frame.view.feature) * this.gates.height * this.gates.width;
    return [this.signal[from + cell], this.door[from + cell]];
  }

  /** @returns {[number, number, number]} tanh, sigmoid, product */
  values(cell) {
    const [signal, door] = this.at(cell);
    const [lit, open] = [Math.tanh(signal), 1 / (1 + Math.exp(-door))];
    return [lit, open, lit * open];
  }

  get target() {
    const [row, column] = this.frame.view.target.split(",").map(Number);
    return Math.min(row, this.gates.height - 1) * this.gates.width + Math.min(column, this.gates.width - 1);
  }

  show() {
    const { frame, panes, gates } = this;
    panes.layOut(this.large ? "large" : "three", this.front, gates.height, gates.width, frame);
    panes.startAt(this.target);
    this.draw();
  }

  hover(cell) {
    this.over = cell;
    this.panes.point(cell);
    this.draw();
  }

  draw() {
    const { frame, panes, gates } = this;
    const { colours } = frame;
    const here = this.over ?? this.target;
    const numbers = this.values(here);
    const names = ["signal, tanh", "door, σ", "signal · door"];
    const shade = (value) => mix(colours.divergingMid, value < 0 ? colours.divergingLow : colours.divergingHigh, Math.abs(value));
    panes.all.forEach((pane, index) => {
      panes.titled(pane, names[index], dimmersText(numbers[index]));
      drawMap(pane.grid, (cell) => (index === 1 ? cividis(this.values(cell)[1]) : shade(this.values(cell)[index])), { here }, colours);
    });
    const shown = `${here} ${frame.view.feature}`;
    if (this.shown !== shown) this.dimmers.follow(...this.at(here));
    this.shown = shown;
    frame.legend(["target", ["weight-low", "−1"], ["weight-mid", "0"], ["weight-high", "1"], ["shut", "door shut, 0"], ["open", "door open, 1"]]);
    frame.meter({ value: dimmersText(numbers[2]), label: "goes on", detail: `${dimmersText(numbers[0])} · ${dimmersText(numbers[1])}` });
    const words = `Row ${Math.floor(here / gates.width)}, column ${here % gates.width}: layer ${gates.layer} of ${gates.layers} of our trained `
      + `Gated PixelCNN, feature ${gates.features[Number(frame.view.feature)]} of the horizontal stack, on a digit that it has drawn `
      + `itself. Signal ${dimmersText(numbers[0])}, door ${dimmersText(numbers[1])}: ${dimmersText(numbers[2])} goes on.`;
    panes.say(words);
    frame.say(words);
  }
}
