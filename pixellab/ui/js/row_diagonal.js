/**
 * PixelCNN, Row LSTM and Diagonal BiLSTM under one pointer: what each sees, in how many steps each is computed, how
 * skewing turns diagonals into columns, and the numbers inside one cell of an LSTM.
 *
 * @typedef {{sizes: Object<string, [number, number]>, names: Object<string, string>,
 *   layers: Object<string, import("./fields.js").Layer[]>, lstm: import("./lstm_cell.js").Recorded,
 *   gradient: import("./gradient.js").Answer}} Data
 *   see row_diagonal.py; layers: the first and a later one
 */
import { drawCell } from "./cell_view.js";
import { Part, percent, sentence, split, unknown } from "./fields.js";
import { Gradient } from "./gradient.js";
import { kernelPicture } from "./kernel.js";
import { lesson } from "./lesson.js";
import { LstmCell } from "./lstm_cell.js";
import { Panes, crossOut, outlineReads } from "./panes.js";
import { compare } from "./rolegrid.js";
import { SkewMap } from "./skew_map.js";
import { SLIDE, drawSkew, skewPhases } from "./skew_view.js";
import { TimeBar } from "./timebar.js";
import { drawWaves } from "./wave_view.js";
import { waves, wavesLong } from "./waves.js";

const PANES = ["pixelcnn", "row", "diagonal"];

/** Elements of words, formulas and code that are lit: in which pane, and which hop of a later layer. */
const LIT_HOPS = { conv: ["pixelcnn", 0], "row-input": ["row", 0], "row-state": ["row", 1], left: ["diagonal", 1],
  right: ["diagonal", 3], late: ["diagonal", 5] };

export class RowDiagonal {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    this.panes = new Panes(frame.stage, PANES, {
      hover: (cell) => this.hover(cell),
      pin: (cell) => frame.revealed && frame.set({ target: this.placed(cell) }),
      front: (name, again) => frame.set(again ? { large: frame.view.large === "1" ? "0" : "1" } : { front: name }),
      paint: (cells) => frame.guessPainted(cells),
    });
    this.skewed = new SkewMap(frame.stage, () => this.draw());
    this.bar = new TimeBar(frame.bar, frame.root, () => this.draw(), (head, total) => this.moment(head, total));
    this.gradient = new Gradient(frame, () => this.placed(this.target));
    this.lightened = null;
  }

  load(/** @type {Data} */ data) {
    this.data = data;
    this.gradient.load(data.gradient);
    this.lstm ??= new LstmCell(data.lstm);
  }

  /** Controls that make sense now. @param {string} name */
  offers(name) {
    const { show, scan, size } = this.frame.view;
    const guided = this.frame.step !== null;
    if (name === "show") return !this.frame.step?.paint && (!guided || size === "28x28" || show === "skew");
    if (name === "layers") return show === "see";
    if (name === "late") return show === "see" || (show === "skew" && scan === "right");
    if (name === "scan") return show === "skew";
    return !guided && show !== "cell";
  }

  get time() {
    return this.frame.bar.hidden ? null : this.bar;
  }

  // What the controls say

  /** @returns {import("./fields.js").Network} */
  network(name) {
    const { late, layers, size } = this.frame.view;
    const [height, width] = this.data.sizes[size];
    const [first, later] = this.data.layers[name === "diagonal" && late === "0" ? "unshifted" : name];
    const stack = [first, ...Array(Number(layers)).fill(later)];
    return { name: this.data.names[name], height, width, channels: 1, layers: stack };
  }

  get target() {
    const [row, column] = this.frame.view.target.split(",").map(Number);
    return Math.min(row, this.height - 1) * this.width + Math.min(column, this.width - 1);
  }

  /** "14,2" */
  placed(cell) {
    return `${Math.floor(cell / this.width)},${cell % this.width}`;
  }

  /** The cell under the pointer, or the pinned one. */
  get here() {
    return this.over ?? this.target;
  }

  // Layout and time

  show() {
    const { frame } = this;
    const { layers, late, size, scan, show } = frame.view;
    [this.height, this.width] = show === "cell" ? [this.lstm.height, this.lstm.width] : this.data.sizes[size];
    if (this.over >= this.height * this.width) this.over = null;
    this.layOut();
    const key = [show, layers, late, size, scan].join(" ");
    if (this.key !== key) {
      this.key = key;
      this.networks = Object.fromEntries(PANES.map((name) => [name, this.network(name)]));
      this.parts = new Map();
      this.waves = Object.fromEntries(PANES.map((name) => [name, waves(this.data.layers[name][1], this.height, this.width)]));
      this.begin(key);
      if (show === "cell") frame.card.openTab(1); // the equations, with this cell's numbers
    }
    const asking = Boolean(frame.step?.paint) && !frame.revealed;
    const { front } = this.panes;
    for (const { grid } of this.panes.all) {
      grid.paintFrom(asking && grid === front.grid ? frame.guessCells(this.height * this.width) : null, (cell) => cell < this.target);
    }
    this.panes.startAt(this.target);
    frame.bar.hidden = !frame.revealed;
    this.gradient.show(frame.revealed && show === "see");
    this.draw();
  }

  layOut() {
    const { frame, panes, skewed } = this;
    const { front, show, size } = frame.view;
    const skewing = show === "skew";
    const solo = Boolean(frame.step?.paint) || (size !== "28x28" && show !== "cell");
    panes.layOut(solo ? "solo" : frame.view.large === "1" ? "large" : "three", front, this.height, this.width, frame);
    if (skewing) panes.hide();
    skewed.canvas.hidden = !skewing;
    if (skewing) skewed.size(this.height, this.width, frame);
  }

  /** A new picture on the time bar. */
  begin(run) {
    const { name, total, rates } = {
      see: { name: "layer", total: this.networks.row.layers.length, rates: { slow: 0.8, normal: 2, fast: 5 } },
      steps: { name: "step", total: this.longest, rates: { slow: 0.8, normal: 6, fast: 16 } },
      skew: { name: "frame", total: skewPhases(this).at(-1).end, rates: { slow: 1.6, normal: 6, fast: 14 } },
      cell: { name: "row", total: this.height, rates: { slow: 0.8, normal: 4, fast: 10 } },
    }[this.frame.view.show];
    const stops = Uint32Array.from({ length: total + 1 }, (_, i) => i);
    this.bar.load({ run, ready: total, total, live: false, units: [{ name, stops, rates }] });
    const half = { steps: Math.floor(this.height / 2), skew: SLIDE + Math.floor(this.width / 2) };
    this.bar.go(half[this.frame.view.show] ?? total);
  }

  get longest() {
    return Math.max(...PANES.map((name) => wavesLong(this.waves[name])));
  }

  moment(head, total) {
    if (this.frame.view.show === "steps") return `step ${head} of ${total}`;
    if (this.frame.view.show === "cell") return `row ${head} of ${total}`;
    if (this.frame.view.show === "see") return `layer ${head} of ${total}`;
    const phase = skewPhases(this).find(({ end }) => head <= end) ?? skewPhases(this).at(-1);
    if (phase.name === "run") return `column ${head - phase.start} of ${phase.length}`;
    return { skew: head ? "skewing" : "as it is", unskew: head === phase.end ? "unskewed" : "unskewing", down: "one row down" }[phase.name];
  }

  revealed() {
    if (this.bar.still.matches || this.frame.bar.hidden) return;
    this.bar.go(0);
    this.bar.toggle();
  }

  truth() {
    const { roles } = this.partsOf(this.frame.view.front, this.target);
    const asked = this.frame.view.front === "diagonal" ? Part.BLIND : Part.SEEN;
    return roles.map((role) => Number(role === asked));
  }

  // Drawing

  partsOf(name, target) {
    const key = `${name} ${target}`;
    if (!this.parts.has(key)) this.parts.set(key, split(this.networks[name], target));
    return this.parts.get(key);
  }

  draw() {
    if (!this.networks || !this.panes.front.grid.frame) return;
    ({ see: () => this.drawFields(), steps: () => drawWaves(this), skew: () => drawSkew(this),
      cell: () => drawCell(this) })[this.frame.view.show]();
    this.fillFormula();
  }

  /** A pane's answer is known once it is revealed; the PixelCNN's field is known from the page before. */
  known(name) {
    return this.frame.revealed || (name === "pixelcnn" && !this.frame.step?.paint && this.frame.view.front !== "diagonal");
  }

  drawFields() {
    const { frame } = this;
    const target = frame.revealed ? this.here : this.target;
    const { head } = this.bar;
    const growing = frame.revealed && head < this.bar.reel.total;
    let compared = null;
    const verified = frame.revealed && !growing ? this.gradient.about(this.placed(target)) : null;
    for (const pane of this.panes.all) {
      const { name, grid } = pane;
      const known = this.known(name);
      const parts = known ? this.partsOf(name, target) : null;
      let roles = parts ? parts.roles : unknown(this.networks[name], target);
      if (parts && growing) {
        const reached = parts.cone.cells(this.bar.reel.total - head);
        roles = unknown(this.networks[name], target).map((role, i) =>
          (reached[i] && i !== target ? (i < target ? Part.SEEN : Part.LEAK) : role));
      }
      const checked = frame.step?.paint && frame.revealed && frame.asAsked && name === frame.view.front
        && target === this.target && !growing;
      if (checked) compared = compare(frame.guessCells(roles.length), this.truth());
      const leaks = parts?.leak ?? 0;
      this.panes.titled(pane, this.data.names[name], parts ? percent(parts.seen, parts.past) : "",
        leaks ? `✕ leaks ${leaks}` : parts ? `${parts.seen} of ${parts.past}` : "", leaks > 0);
      grid.draw({ roles, marks: checked ? compared.marks : null, over: (pen, middle, side) => {
        if (name === this.panes.front.name) Gradient.draw(pen, middle, side, verified?.strengths);
        if (parts?.self && !growing) crossOut(pen, middle(target), side, frame.colours);
        this.drawHop(name, target, pen, middle, side);
      } }, frame.colours);
    }
    this.tellFields(target, growing, compared, verified);
  }

  tellFields(target, growing, compared, verified) {
    const { frame } = this;
    const { front } = this.panes;
    const parts = this.known(front.name) && frame.revealed ? this.partsOf(front.name, target) : null;
    if (!parts) {
      const painted = front.grid.painting?.reduce((sum, on) => sum + on, 0);
      const known = this.known("pixelcnn") ? ` ${sentence(this.networks.pixelcnn, target, this.partsOf("pixelcnn", target))}` : "";
      const mine = front.grid.painting ? ` ${painted} pixel${painted === 1 ? "" : "s"} painted.` : "";
      frame.legend(["target", ...(front.grid.painting ? [["guess", "painted by you"]] : []),
        ...(known ? ["seen", "blind", "far"] : []), "past", "future"]);
      frame.meter(null);
      const place = `The target is row ${Math.floor(target / this.width)}, column ${target % this.width} of `
        + `${this.height} by ${this.width} pixels.`;
      this.caption(known ? known.trim() : place + mine);
      return;
    }
    const marks = compared ? [["right", `right ${compared.right}`], ["missed", `missed ${compared.missed}`],
      ["extra", `extra ${compared.extra}`]] : [];
    const counted = [["seen", `seen ${parts.seen}`], ["blind", `blind ${parts.blind}`], ["far", `out of reach ${parts.far}`]];
    const leaks = parts.leak ? [["leak", `leak ${parts.leak}`]] : [];
    frame.legend(["target", ...(growing ? ["seen", "past"] : [...counted, ...leaks]), "future", ...marks, ...Gradient.legend(verified)]);
    frame.meter(null);
    const own = growing ? `After ${this.bar.head} of ${this.bar.reel.total} layers down: ` : "";
    const others = this.panes.all.filter(({ name }) => name !== front.name).map(({ name }) => {
      const other = this.partsOf(name, target);
      return `${this.data.names[name]} ${other.seen} (${percent(other.seen, other.past)})`;
    });
    const compareWith = this.panes.board.dataset.layout === "solo" ? "" : ` ${others.join(", ")}.`;
    this.caption(own + sentence(this.networks[front.name], target, parts) + compareWith + (verified?.words ?? ""));
  }

  drawHop(name, target, pen, middle, side) {
    const [pane, index] = LIT_HOPS[this.lightened] ?? [];
    if (pane !== name || !this.frame.revealed) return;
    const hop = this.networks[name].layers[1].hops[index];
    const reads = hop.own === "nothing" ? hop.offsets : [[0, 0], ...hop.offsets];
    outlineReads(pen, middle, side, target, reads, this, this.frame.colours);
  }

  fillFormula() {
    const here = Math.min(this.here, this.lstm.height * this.lstm.width - 1);
    const at = this.frame.view.size === "28x28" || this.frame.view.show === "cell" ? here
      : Math.floor(here / this.width) * this.lstm.width + (here % this.width);
    const [n, m] = [this.height, this.width];
    this.frame.fill({ ...this.lstm.numbers(at), row: Math.floor(at / this.lstm.width), column: at % this.lstm.width, n, m,
      long: n + m - 1, layers: this.frame.view.layers });
    const { pixelcnn, row, diagonal } = this.data.layers;
    kernelPicture(this.frame.part("conv"), pixelcnn[1].hops[0], "PixelCNN");
    kernelPicture(this.frame.part("row"), row[1].hops[1], "Row LSTM: states above");
    kernelPicture(this.frame.part("left"), diagonal[1].hops[1], "Diagonal, from the left");
    kernelPicture(this.frame.part("right"), diagonal[1].hops[3], "Diagonal, from the right");
  }

  caption(words) {
    this.panes.say(words);
    this.frame.say(words);
  }

  hover(cell) {
    this.over = this.frame.revealed ? cell : null;
    this.panes.point(this.over);
    if (this.frame.revealed) this.draw();
    else this.panes.front.grid.redraw();
  }

  lit(name) {
    this.lightened = name;
    this.draw();
  }

  stop() {
    this.bar.stop();
  }
}

export default lesson(RowDiagonal);
