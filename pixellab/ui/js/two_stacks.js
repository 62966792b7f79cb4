/**
 * Two stacks: choose the vertical mask, the row in which its map is read, and the wires; count what stays blind and
 * what leaks. As a field, as floors, and the gate of a real network.
 *
 * @typedef {import("./fields.js").Hop} Hop
 * @typedef {{sizes: Object<string, [number, number]>, masks: Object<string, [number, number]>,
 *   rows: Object<string, Object<string, Hop>>, later: Object<string, Hop>, own: Object<string, Hop>, ownLater: Hop,
 *   down: Hop[], back: Hop[], gate: import("./gate_view.js").RecordedGates,
 *   gradient: import("./gradient.js").Answer}} Data see two_stacks.py; rows: the first
 *   vertical layer by side, then by whether it reads its own row (1) or not (0); down, back: by shift
 */
import { Part, percent, sentence, split, unknown } from "./fields.js";
import { drawFloors } from "./floors.js";
import { GateView } from "./gate_view.js";
import { Gradient } from "./gradient.js";
import { kernelPicture } from "./kernel.js";
import { lesson } from "./lesson.js";
import { crossOut, outlineReads } from "./panes.js";
import { RoleGrid } from "./rolegrid.js";
import { TimeBar } from "./timebar.js";

class TwoStacks {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    this.board = frame.stage.appendChild(document.createElement("div"));
    this.grid = new RoleGrid(this.board, {
      label: "grid of pixels",
      hover: () => this.draw(),
      pin: (cell) => frame.revealed && frame.set({ target: this.placed(cell) }),
    });
    this.floors = frame.stage.appendChild(document.createElement("canvas"));
    this.floors.className = "floors";
    this.floors.setAttribute("role", "img");
    this.gate = new GateView(frame.stage.appendChild(document.createElement("div")), frame);
    this.bar = new TimeBar(frame.bar, frame.root, () => this.draw(), (head, total) => `layer ${head} of ${total}`);
    this.gradient = new Gradient(frame, () => this.placed(this.target));
    this.lightened = null;
  }

  load(/** @type {Data} */ data) {
    this.data = data;
    this.gate.load(data.gate);
    this.gradient.load(data.gradient);
  }

  /** Controls that make sense now. @param {string} name */
  offers(name) {
    const { step, view } = this.frame;
    const gating = view.show === "gate";
    if (name === "show") return step?.state.show !== "gate";
    if (name === "feature") return gating;
    return !gating && (step === null || !["first", "size"].includes(name));
  }

  get time() {
    return this.frame.bar.hidden ? null : this.bar;
  }

  // What the controls say

  /** The same network as two_stacks.network. @returns {import("./fields.js").Network} */
  get network() {
    const { data } = this;
    const { mask, shift, down, back, layers, first, size } = this.frame.view;
    const [height, width] = data.sizes[size];
    const wire = data.down[shift];
    const linked = down === "1" ? wire : { ...wire, offsets: [], own: "nothing", unmasked: wire };
    const stack = Array.from({ length: Number(layers) }, (_, depth) => {
      const rows = depth ? data.later[data.masks[mask][1]] : data.rows[first][data.masks[mask][0]];
      const wired = back === "1" && depth ? [data.back[shift]] : [];
      return { name: `layer ${depth + 1}`, hops: [...wired, rows, linked, depth ? data.ownLater : data.own[first]] };
    });
    return { name: "this network", height, width, channels: 1, layers: stack };
  }

  get target() {
    const [row, column] = this.frame.view.target.split(",").map(Number);
    return Math.min(row, this.height - 1) * this.width + Math.min(column, this.width - 1);
  }

  /** "10,9" */
  placed(cell) {
    return `${Math.floor(cell / this.width)},${cell % this.width}`;
  }

  // Drawing

  show() {
    const { frame } = this;
    const { mask, shift, down, back, layers, first, size, show } = frame.view;
    const gating = show === "gate";
    this.gate.visible(gating);
    frame.bar.hidden = !frame.revealed || gating;
    this.gradient.show(frame.revealed && show === "field");
    this.board.hidden = show === "floors" || gating;
    this.floors.hidden = show !== "floors" || gating;
    if (gating) {
      this.gate.show();
      return;
    }
    const key = [mask, shift, down, back, layers, first, size].join(" ");
    if (this.key !== key) {
      this.key = key;
      this.stack = this.network;
      [this.height, this.width] = [this.stack.height, this.stack.width];
      this.parts = new Map();
      const stops = Uint32Array.from({ length: this.stack.layers.length + 1 }, (_, i) => i);
      this.bar.load({ run: key, ready: stops.length - 1, total: stops.length - 1, live: false,
        units: [{ name: "layer", stops, rates: { slow: 0.8, normal: 2, fast: 5 } }] });
      this.bar.go(stops.length - 1);
    }
    this.grid.size(this.height, this.width, { room: frame.room, largest: frame.largest });
    this.grid.start = this.target;
    this.draw();
  }

  revealed() {
    if (this.frame.view.show === "gate") return;
    if (this.atTheFigure) this.frame.set({ mask: "first" }); // the question is which mask: here is the answer
    if (this.bar.still.matches) return;
    this.bar.go(0);
    this.bar.toggle();
  }

  /** The question about the paper's figure: its wedge is known from the page before, and shown at once. */
  get atTheFigure() {
    return this.frame.step !== null && this.frame.asked(this.frame.view.step).mask === "always" && this.frame.view.mask === "always";
  }

  partsOf(target) {
    if (!this.parts.has(target)) this.parts.set(target, split(this.stack, target));
    return this.parts.get(target);
  }

  draw() {
    if (!this.stack || !this.grid.frame || this.frame.view.show === "gate") return;
    const { frame, grid } = this;
    const known = frame.revealed || this.atTheFigure;
    const target = frame.revealed ? grid.cursor ?? this.target : this.target;
    const parts = known ? this.partsOf(target) : null;
    const { head, reel } = this.bar;
    const growing = frame.revealed && head < reel.total;
    const verified = frame.revealed && !growing && frame.view.show === "field" ? this.gradient.about(this.placed(target)) : null;
    if (frame.view.show === "floors") this.drawFloors(parts, target, head);
    else this.drawField(parts, target, frame.revealed ? head : reel.total, verified);
    this.tell(parts, target, growing, verified);
    this.fillFormula();
  }

  drawField(parts, target, head, verified) {
    const { frame, grid } = this;
    const { total } = this.bar.reel;
    const row = (cell) => Math.floor(cell / this.width);
    let roles = unknown(this.stack, target);
    if (parts && head < total) {
      const [vertical, horizontal] = ["vertical", "horizontal"].map((map) => parts.cone.cells(total - head, map));
      roles = roles.map((role, i) => (i === target ? role : horizontal[i] ? Part.ROW : vertical[i] ? Part.SEEN : role));
    } else if (parts) {
      roles = parts.roles.map((role, i) => (role === Part.SEEN && row(i) === row(target) ? Part.ROW : role));
    }
    grid.draw({ roles, over: (pen, middle, side) => {
      Gradient.draw(pen, middle, side, verified?.strengths);
      if (parts?.self && head >= total) crossOut(pen, middle(target), side, frame.colours);
      const hop = frame.revealed && this.litHop;
      if (!hop) return;
      // The vertical map is read so many rows up, and reads from there.
      const up = hop.reader === "vertical" ? Number(frame.view.shift) : 0;
      const reads = (hop.own === "nothing" ? hop.offsets : [[0, 0], ...hop.offsets]).map(([i, j]) => [i - up, j]);
      outlineReads(pen, middle, side, target, reads, this, frame.colours);
    } }, frame.colours);
  }

  /** The hop of a later layer that is lit in words, formula or code. */
  get litHop() {
    const { shift, mask, back } = this.frame.view;
    return { rows: this.data.later[this.data.masks[mask][1]], own: this.data.ownLater, down: this.data.down[shift],
      back: back === "1" ? this.data.back[shift] : null }[this.lightened] ?? null;
  }

  drawFloors(parts, target, head) {
    const { frame } = this;
    const { down, back } = frame.view;
    const cone = parts?.cone ?? split(this.stack, target).cone;
    drawFloors(this.floors, { network: this.stack, cone, target, head: parts ? head : -1, down: down === "1",
      back: back === "1" && frame.revealed }, frame.room, frame.colours);
  }

  tell(parts, target, growing, verified) {
    const { frame } = this;
    if (!parts) {
      frame.legend(["target", "past", "future"]);
      frame.meter(null);
      this.caption(`The target is row ${Math.floor(target / this.width)}, column ${target % this.width} of ${this.height} by `
        + `${this.width} pixels.`);
      return;
    }
    const { seen, blind, far, leak, past } = parts;
    frame.meter({ value: `${blind} blind`, label: leak ? `and ${leak} leak` : "and no leak",
      detail: `${seen} of ${seen + blind} in reach are seen; ${percent(seen, past)} of all the past` });
    const own = parts.roles.reduce((sum, role, i) =>
      sum + Number(role === Part.SEEN && Math.floor(i / this.width) === Math.floor(target / this.width)), 0);
    const stacks = [["seen", `↑ vertical stack ${seen - own}`], ["row", `← horizontal stack ${own}`]];
    const counted = [["blind", `blind ${blind}`], ["far", `out of reach ${far}`], ["leak", `leak ${leak}`]];
    const plain = growing || frame.view.show === "floors";
    frame.legend(["target", ...(plain ? [["seen", "↑ vertical stack"], ["row", "← horizontal stack"]] : stacks),
      ...(plain ? (frame.view.show === "floors" ? [["leak", `leak ${leak}`]] : ["past"]) : counted), ...(frame.view.show === "floors" ? [] : ["future"]), ...Gradient.legend(verified)]);
    const after = growing ? `After ${this.bar.head} of ${this.stack.layers.length} layers down: ` : "";
    this.caption(after + sentence(this.stack, target, parts) + (verified?.words ?? ""));
  }

  fillFormula() {
    const { data, frame } = this;
    const { mask, shift } = frame.view;
    const [first, later] = data.masks[mask];
    frame.fill({ read: ["on its own row", "1 row lower", "2 rows lower"][shift], row: ["i", "i − 1", "i − 2"][shift], firstRows: first ? "whole own row" : "rows above", laterRows: later ? "whole own row" : "rows above" });
    kernelPicture(frame.part("first"), data.rows[frame.view.first][first], "vertical, first layer");
    kernelPicture(frame.part("later"), data.later[later], "vertical, later layers");
    kernelPicture(frame.part("own"), data.ownLater, "horizontal, mask B");
  }

  caption(words) {
    this.grid.say(words);
    this.floors.setAttribute("aria-label", words);
    this.frame.say(words);
  }

  lit(name) {
    this.lightened = name;
    this.draw();
  }

  stop() {
    this.bar.stop();
  }
}

export default lesson(TwoStacks);
