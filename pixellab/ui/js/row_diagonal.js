/**
 * PixelCNN, Row LSTM and Diagonal BiLSTM under one pointer: what each sees, in how many steps each is computed, how
 * skewing turns diagonals into columns, and the numbers inside one cell of an LSTM.
 *
 * @typedef {{sizes: Object<string, [number, number]>, names: Object<string, string>,
 *   layers: Object<string, import("./fields.js").Layer[]>, lstm: import("./lstm_cell.js").Recorded}} Data
 *   see row_diagonal.py; layers: the first and a later one
 */
import { Part, percent, sentence, split } from "./fields.js";
import { kernelPicture } from "./kernel.js";
import { lesson } from "./lesson.js";
import { LstmCell } from "./lstm_cell.js";
import { ring } from "./pixels.js";
import { mix } from "./palette.js";
import { RoleGrid, compare } from "./rolegrid.js";
import { SkewMap } from "./skew_map.js";
import { TimeBar } from "./timebar.js";
import { waves, wavesLong } from "./waves.js";

const PANES = ["pixelcnn", "row", "diagonal"];
const SLIDE = 10; // frames in which a map is skewed

/** Elements of words, formulas and code that are lit: in which pane, and which hop of a later layer. */
const LIT_HOPS = { conv: ["pixelcnn", 0], "row-input": ["row", 0], "row-state": ["row", 1], left: ["diagonal", 1],
  right: ["diagonal", 3], late: ["diagonal", 5] };

class RowDiagonal {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    this.board = frame.stage.appendChild(document.createElement("div"));
    this.board.className = "rd";
    this.panes = PANES.map((name) => this.pane(name));
    this.skewed = new SkewMap(this.board, () => this.draw());
    this.bar = new TimeBar(frame.bar, frame.root, () => this.draw(), (head, total) => this.moment(head, total));
    this.lightened = null;
  }

  pane(name) {
    const figure = this.board.appendChild(document.createElement("figure"));
    figure.dataset.pane = name;
    const title = figure.appendChild(document.createElement("button"));
    title.type = "button";
    title.innerHTML = "<b></b><span></span><small></small>";
    title.onclick = () => this.frame.set({ front: name });
    const root = figure.appendChild(document.createElement("div"));
    const grid = new RoleGrid(root, {
      label: "grid of pixels",
      hover: (cell) => this.hover(cell),
      pin: (cell) => this.frame.revealed && this.frame.set({ target: this.placed(cell) }),
      paint: (cells) => this.frame.guessPainted(cells),
    });
    return { name, figure, title, root, grid };
  }

  load(/** @type {Data} */ data) {
    this.data = data;
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

  get front() {
    return this.panes.find(({ name }) => name === this.frame.view.front);
  }

  get target() {
    const [row, column] = this.frame.view.target.split(",").map(Number);
    return Math.min(row, this.height - 1) * this.width + Math.min(column, this.width - 1);
  }

  /** The cell under the pointer, or the pinned one. */
  get here() {
    return this.over ?? this.target;
  }

  placed(cell) {
    return `${Math.floor(cell / this.width)},${cell % this.width}`;
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
    for (const pane of this.panes) {
      pane.grid.paintFrom(asking && pane === this.front ? frame.guessCells(this.height * this.width) : null,
        (cell) => cell < this.target);
      pane.grid.start = this.target;
    }
    frame.bar.hidden = !frame.revealed;
    this.draw();
  }

  layOut() {
    const { frame, board } = this;
    const narrow = frame.room < 480;
    const { show, size } = frame.view;
    const layout = show === "skew" ? "skew" : Boolean(frame.step?.paint) || (size !== "28x28" && show !== "cell") ? "solo"
      : narrow ? "narrow" : "three";
    board.dataset.layout = layout;
    const gap = 18;
    const large = layout === "three" ? Math.floor((frame.room - gap) * 0.68) : frame.room;
    const small = layout === "three" ? frame.room - gap - large : Math.floor((frame.room - gap) / 2);
    for (const pane of this.panes) {
      const front = pane === this.front;
      pane.figure.classList.toggle("front", front);
      pane.title.setAttribute("aria-pressed", String(front));
      pane.root.hidden = layout === "skew" || (layout === "solo" && !front);
      pane.title.hidden = layout === "skew";
      pane.grid.size(this.height, this.width, { room: front ? large : small, largest: frame.largest });
    }
    this.skewed.canvas.hidden = layout !== "skew";
    if (layout === "skew") this.skewed.size(this.height, this.width, { room: frame.room, largest: frame.largest });
  }

  /** A new picture on the time bar. */
  begin(run) {
    const { name, total, rates } = {
      see: { name: "layer", total: this.networks.row.layers.length, rates: { slow: 0.8, normal: 2, fast: 5 } },
      steps: { name: "step", total: this.longest, rates: { slow: 0.8, normal: 6, fast: 16 } },
      skew: { name: "frame", total: this.phases.at(-1).end, rates: { slow: 1.6, normal: 6, fast: 14 } },
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

  /** What the time bar shows of the skew, in ticks. */
  get phases() {
    const { scan, late } = this.frame.view;
    const long = this.height + this.width - 1;
    const parts = [["skew", SLIDE], ["run", long], ["unskew", SLIDE]];
    if (scan === "right" && late === "1") parts.push(["down", SLIDE]);
    let end = 0;
    return parts.map(([name, length]) => ({ name, start: end, length, end: (end += length) }));
  }

  moment(head, total) {
    if (this.frame.view.show === "steps") return `step ${head} of ${total}`;
    if (this.frame.view.show === "cell") return `row ${head} of ${total}`;
    if (this.frame.view.show === "see") return `layer ${head} of ${total}`;
    const phase = this.phases.find(({ end }) => head <= end) ?? this.phases.at(-1);
    if (phase.name === "run") return `column ${head - phase.start} of ${phase.length}`;
    return { skew: head ? "skewing" : "as it is", unskew: head === phase.end ? "unskewed" : "unskewing", down: "one row down" }[phase.name];
  }

  revealed() {
    if (this.bar.still.matches || this.frame.bar.hidden) return;
    this.bar.go(0);
    this.bar.toggle();
  }

  truth() {
    const { roles } = this.partsOf(this.front.name, this.target);
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
    if (!this.networks || !this.front.grid.frame) return;
    ({ see: () => this.drawFields(), steps: () => this.drawWaves(), skew: () => this.drawSkew(),
      cell: () => this.drawCell() })[this.frame.view.show]();
    this.fillFormula();
  }

  /** Before the answer: what is past and what is future. */
  unknown(target) {
    return Uint8Array.from({ length: this.height * this.width }, (_, i) =>
      (i < target ? Part.PAST : i > target ? Part.FUTURE : Part.TARGET));
  }

  /** A pane's answer is known once it is revealed; the PixelCNN's field is known from the page before. */
  known(name) {
    return this.frame.revealed || (name === "pixelcnn" && !this.frame.step?.paint && this.front.name !== "diagonal");
  }

  drawFields() {
    const { frame } = this;
    const target = frame.revealed ? this.here : this.target;
    const { head } = this.bar;
    const growing = frame.revealed && head < this.bar.reel.total;
    let compared = null;
    for (const { name, grid, title } of this.panes) {
      const known = this.known(name);
      const parts = known ? this.partsOf(name, target) : null;
      let roles = parts ? parts.roles : this.unknown(target);
      if (parts && growing) {
        const reached = parts.cone.cells(this.bar.reel.total - head);
        roles = this.unknown(target).map((role, i) =>
          (reached[i] && i !== target ? (i < target ? Part.SEEN : Part.LEAK) : role));
      }
      const checked = frame.step?.paint && frame.revealed && frame.asAsked && name === frame.view.front
        && target === this.target && !growing;
      if (checked) compared = compare(frame.guessCells(roles.length), this.truth());
      this.titled(title, this.data.names[name], parts && percent(parts.seen, parts.past),
        parts ? `${parts.seen} of ${parts.past}` : "", parts?.leak);
      grid.draw({ roles, marks: checked ? compared.marks : null, over: (pen, middle, side) => {
        if (parts?.self && !growing) this.badge(pen, middle(target), side);
        this.drawHop(name, target, pen, middle, side);
      } }, frame.colours);
    }
    this.tellFields(target, growing, compared);
  }

  /** The target reads itself. */
  badge(pen, [x, y], side) {
    const arm = side * 0.24;
    pen.strokeStyle = this.frame.colours.leak;
    pen.lineWidth = Math.max(2, side / 7);
    pen.beginPath();
    pen.moveTo(x - arm, y - arm);
    pen.lineTo(x + arm, y + arm);
    pen.moveTo(x + arm, y - arm);
    pen.lineTo(x - arm, y + arm);
    pen.stroke();
  }

  titled(title, name, number, detail, leak = 0) {
    const words = [name, number ?? "", leak ? `✕ leaks ${leak}` : detail];
    words.forEach((text, i) => {
      if (title.children[i].textContent !== text) title.children[i].textContent = text;
    });
    title.classList.toggle("leaks", leak > 0);
  }

  tellFields(target, growing, compared) {
    const { frame } = this;
    const front = this.front;
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
    frame.legend(["target", ...(growing ? ["seen", "past"] : [...counted, ...leaks]), "future", ...marks]);
    frame.meter(null);
    const own = growing ? `After ${this.bar.head} of ${this.bar.reel.total} layers down: ` : "";
    const others = this.panes.filter(({ name }) => name !== front.name).map(({ name }) => {
      const other = this.partsOf(name, target);
      return `${this.data.names[name]} ${other.seen} (${percent(other.seen, other.past)})`;
    });
    const compareWith = this.board.dataset.layout === "solo" ? "" : ` ${others.join(", ")}.`;
    this.caption(own + sentence(this.networks[front.name], target, parts) + compareWith);
  }

  drawWaves() {
    const { frame } = this;
    const head = frame.revealed ? this.bar.head : 0;
    for (const { name, grid, title } of this.panes) {
      const maps = this.waves[name];
      const long = wavesLong(maps);
      const told = frame.revealed || name !== "diagonal";
      this.titled(title, this.data.names[name], told ? String(long) : "?", long === 1 ? "step" : "steps");
      const roles = Uint8Array.from(maps[0], (_, i) => {
        const done = maps.filter((steps) => steps[i] < head).length;
        if (maps.some((steps) => steps[i] === head)) return Part.TARGET;
        return done === maps.length ? Part.SEEN : done ? Part.ROW : Part.PAST;
      });
      grid.draw({ roles }, frame.colours);
    }
    frame.legend([["target", "computed in this step"], ["seen", "computed"], ["row", "from one side only"], ["past", "waiting"]]);
    if (frame.revealed) frame.meter({ value: `${head}`, label: `of ${this.longest} steps`, detail: "for one layer, one after another" });
    else frame.meter(null);
    const cell = this.here;
    const at = (name) => [...new Set(this.waves[name].map((steps) => steps[cell]))].join(" and ");
    const [height, width] = [this.height, this.width];
    this.caption(frame.revealed
      ? `Row ${Math.floor(cell / width)}, column ${cell % width}: PixelCNN computes it in step ${at("pixelcnn")}, Row LSTM in `
        + `step ${at("row")}, Diagonal BiLSTM in step ${at("diagonal")} (one for each direction).`
      : `Maps of ${height} by ${width} features, nothing is computed yet.`);
  }

  drawSkew() {
    const { frame } = this;
    const { scan } = frame.view;
    const steps = this.waves.diagonal[scan === "left" ? 0 : 1];
    const head = this.bar.head;
    const parts = Object.fromEntries(this.phases.map(({ name, start, length }) =>
      [name, Math.min(1, Math.max(0, (head - start) / length))]));
    const long = this.height + this.width - 1;
    const ran = Math.round(parts.run * long);
    const step = parts.unskew > 0 || parts.run === 1 ? long + Number(parts.unskew > 0) : ran;
    this.skewed.draw({ steps, step, share: parts.skew - parts.unskew, down: parts.down ?? 0, mirrored: scan === "right" },
      frame.colours);
    frame.legend([["target", "computed in this step"], ["seen", "computed"], ["past", "waiting"],
      ...(scan === "right" ? [["far", "zeros that come in"]] : [])]);
    frame.meter({ value: String(long), label: `columns in the skewed map`, detail: `${this.height} + ${this.width} − 1` });
    const cell = this.skewed.cursor;
    const side = scan === "left" ? "left" : "right";
    const words = cell === null ? `Scan from the ${side}: the number in a cell is its step. After skewing, each column holds one step.`
      : `Row ${Math.floor(cell / this.width)}, column ${cell % this.width} stands in column ${steps[cell] - 1} of the skewed map, `
        + `${scan === "left" ? "row + column" : "counted from the right"}, and is computed in step ${steps[cell]}.`;
    this.skewed.canvas.setAttribute("aria-label", words);
    frame.say(words);
  }

  drawCell() {
    const { frame, lstm } = this;
    const { colours } = frame;
    const [titles, maps] = [["the picture", "cell state c", "hidden state h"], [lstm.picture, lstm.cell, lstm.state]];
    const most = [1, lstm.mostCell, lstm.mostState];
    const rows = this.bar.head;
    const here = this.here;
    const numbers = lstm.numbers(here);
    const ink = [colours.ink0, colours.ink1];
    const shade = (value, largest) => mix(colours.divergingMid, value < 0 ? colours.divergingLow : colours.divergingHigh,
      Math.min(1, Math.abs(value) / largest));
    this.panes.forEach(({ grid, title }, index) => {
      this.titled(title, titles[index], ["", numbers.c, numbers.h][index], "");
      const roles = new Uint8Array(this.height * this.width).fill(Part.PAST);
      grid.draw({ roles, over: (pen, middle, side) => {
        maps[index].forEach((value, i) => {
          if (index && i >= rows * this.width) return;
          const [x, y] = middle(i);
          pen.fillStyle = index ? shade(value, most[index]) : ink[value];
          pen.fillRect(Math.round(x - side / 2) + 1, Math.round(y - side / 2) + 1, side - 1, side - 1);
        });
        const reads = index === 1 ? [[-1, 0]] : index === 2 ? this.data.layers.row[1].hops[1].offsets : [];
        this.outlineCells(pen, middle, side, here, reads);
        const [x, y] = middle(here);
        ring(pen, x - side / 2, y - side / 2, side, colours, Math.max(1, side / 20));
      } }, colours);
    });
    frame.legend(["target", ["weight-low", "below 0"], ["weight-high", "above 0"], ["past", "not computed yet"]]);
    frame.meter({ value: numbers.h, label: "h at this pixel", detail: `c ${numbers.c}, one row above ${numbers.before}` });
    const [row, column] = [Math.floor(here / this.width), here % this.width];
    this.caption(`Row ${row}, column ${column}, one feature of a trained Row LSTM: forget gate ${numbers.f}, input gate ${numbers.i}, `
      + `content ${numbers.g}, output gate ${numbers.o}; c goes from ${numbers.before} to ${numbers.c}, h is ${numbers.h}.`);
  }

  /** Frames round the cells that lie at these offsets. */
  outlineCells(pen, middle, side, from, offsets) {
    const [row, column] = [Math.floor(from / this.width), from % this.width];
    pen.strokeStyle = this.frame.colours.target;
    pen.lineWidth = Math.max(2, side / 8);
    for (const [i, j] of offsets) {
      const [r, c] = [row + i, column + j];
      if (r < 0 || c < 0 || r >= this.height || c >= this.width) continue;
      const [x, y] = middle(r * this.width + c);
      pen.strokeRect(x - side / 2 + 1, y - side / 2 + 1, side - 1, side - 1);
    }
  }

  drawHop(name, target, pen, middle, side) {
    const [pane, index] = LIT_HOPS[this.lightened] ?? [];
    if (pane !== name || !this.frame.revealed) return;
    const hop = this.networks[name].layers[1].hops[index];
    this.outlineCells(pen, middle, side, target, hop.own === "nothing" ? hop.offsets : [[0, 0], ...hop.offsets]);
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
    for (const { grid } of this.panes) grid.say(words);
    this.frame.say(words);
  }

  hover(cell) {
    this.over = this.frame.revealed ? cell : null;
    for (const { grid } of this.panes) if (!grid.painting) grid.cursor = this.over;
    if (this.frame.revealed) this.draw();
    else this.front.grid.redraw();
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
