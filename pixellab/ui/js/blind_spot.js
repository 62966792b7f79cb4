/**
 * The hop game: from the target down through the layers to the flag, by legal hops; or the proof that none exist.
 * Afterwards, what any pixel sees: hover, pin, and let the field grow layer by layer.
 *
 * @typedef {{sizes: Object<string, [number, number]>, layers: {A: Object<string, import("./fields.js").Layer>,
 *   B: Object<string, import("./fields.js").Layer>}, proof: {of: string, reason: string},
 *   gradient: import("./gradient.js").Answer}} Data see blind_spot.py
 */
import { Part, onTheWay, path, percent, sentence, split, unknown } from "./fields.js";
import { Gradient } from "./gradient.js";
import { HopGame } from "./hop_game.js";
import { kernelPicture } from "./kernel.js";
import { lesson } from "./lesson.js";
import { RoleGrid, compare, painted } from "./rolegrid.js";
import { TimeBar } from "./timebar.js";
import { drawFlag, drawTrail } from "./trail.js";

class BlindSpot {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    this.board = frame.stage.appendChild(document.createElement("div"));
    this.grid = new RoleGrid(this.board, {
      label: "grid of pixels",
      hover: (cell) => this.hover(cell),
      pin: (cell) => this.pin(cell),
      escape: () => this.game.back(),
      paint: (cells) => frame.guessPainted(cells),
    });
    this.game = new HopGame(frame.stage, () => this.draw());
    this.time = new TimeBar(frame.bar, frame.root, () => this.draw(), (head, total) => `layer ${head} of ${total}`);
    this.gradient = new Gradient(frame, () => this.placed(this.cell("target")));
    this.lightened = null;
  }

  load(/** @type {Data} */ data) {
    this.gradient.load(data.gradient);
    this.data = data;
  }

  /** Controls that make sense now. @param {string} name */
  offers(name) {
    return name !== "size" || this.frame.step === null;
  }

  // What the controls say

  /** @returns {import("./fields.js").Network} */
  get network() {
    const { k, layers, first, size } = this.frame.view;
    const [height, width] = this.data.sizes[size];
    const side = first === "same" ? k : first;
    const later = Number(layers) - 1;
    const name = `${side}×${side} A${later ? ` + ${later} × ${k}×${k} B` : ""}`;
    const stack = [this.data.layers.A[side], ...Array(later).fill(this.data.layers.B[k])];
    return { name, height, width, channels: 1, layers: stack };
  }

  /** @param {"target" | "flag"} name @returns {number} */
  cell(name) {
    const [row, column] = this.frame.view[name].split(",").map(Number);
    return Math.min(row, this.height - 1) * this.width + Math.min(column, this.width - 1);
  }

  get subject() {
    return ["k", "layers", "first", "size", "target", "flag"].map((name) => this.frame.view[name]).join(" ");
  }

  /** Whether the target follows the pointer: not while a painted guess lies beside the truth. */
  get looking() {
    return this.frame.revealed && this.frame.view.tool === "look" && !(this.frame.step?.paint && this.frame.asAsked);
  }

  get hopping() {
    return this.frame.view.tool === "hop" && !this.grid.painting;
  }

  // Drawing

  show() {
    const { frame } = this;
    const network = this.network;
    [this.height, this.width] = [network.height, network.width];
    this.grid.size(this.height, this.width, { room: frame.room, largest: frame.largest });
    this.grid.start = this.cell("target");
    const key = JSON.stringify([this.subject]);
    if (this.key !== key) {
      this.key = key;
      this.stack = network;
      this.parts = new Map();
      this.game.load(network, this.cell("target"), this.cell("flag"));
      this.shortest = path(network, this.cell("flag"), this.cell("target"));
      const stops = Uint32Array.from({ length: network.layers.length + 1 }, (_, i) => i);
      this.time.load({ run: key, ready: stops.length - 1, total: stops.length - 1, live: false,
        units: [{ name: "layer", stops, rates: { slow: 0.8, normal: 2, fast: 5 } }] });
      this.time.go(stops.length - 1);
    }
    const asking = Boolean(frame.step?.paint) && !frame.revealed;
    const target = this.cell("target");
    this.grid.paintFrom(asking ? frame.guessCells(this.height * this.width) : null, (cell) => cell < target);
    this.game.visible(this.hopping);
    frame.bar.hidden = !frame.revealed;
    this.gradient.show(frame.revealed);
    this.draw();
  }

  revealed() {
    this.grid.cursor = null;
    if (!this.time.still.matches) {
      this.time.go(0);
      this.time.toggle();
    }
  }

  truth() {
    const parts = this.partsOf(this.cell("target"));
    return parts.roles.map((role) => Number(role === Part.BLIND));
  }

  /** What a target sees; kept, since a pointer comes back. */
  partsOf(target) {
    if (!this.parts.has(target)) this.parts.set(target, split(this.stack, target));
    return this.parts.get(target);
  }

  draw() {
    if (!this.stack || !this.grid.frame) return;
    const { frame, grid } = this;
    const looking = this.looking;
    const target = looking ? grid.cursor ?? this.cell("target") : this.cell("target");
    const parts = frame.revealed ? this.partsOf(target) : null;
    const head = this.time.head;
    const depth = this.stack.layers.length;
    const growing = parts && head < depth;
    const roles = growing ? onTheWay(this.stack, target, parts.cone, depth - head) : parts?.roles ?? unknown(this.stack, target);
    const compared = frame.step?.paint && frame.revealed && frame.asAsked && target === this.cell("target") && !growing
      ? compare(frame.guessCells(roles.length), this.truth()) : null;
    const verified = parts && !growing ? this.gradient.about(this.placed(target)) : null;
    grid.draw({ roles, marks: compared?.marks, values: null, over: (pen, middle, side) => {
      Gradient.draw(pen, middle, side, verified?.strengths);
      if (this.hopping && (!frame.revealed || grid.cursor !== null || this.game.trail.length > 1)) this.game.drawLegal(pen, middle, side, frame.colours);
      if (this.lightened === "limit" && parts) this.drawLimit(pen, middle, side, target);
      if (this.lightened === "up" || this.lightened === "right") this.drawLeg(pen, middle, side);
      this.drawTrail(pen, middle, side, head, target);
      if (target === this.cell("target") && !grid.painting && !frame.step?.paint) {
        drawFlag(pen, middle(this.cell("flag")), side, frame.colours);
      }
    } }, frame.colours);
    this.tell(target, parts, compared, growing, verified);
  }

  drawTrail(pen, middle, side, head, target) {
    const { frame } = this;
    if (this.hopping && this.game.trail.length > 1) drawTrail(pen, this.game.trail.map(middle), side, frame.colours);
    else if (frame.revealed && target === this.cell("target") && !frame.step?.paint) {
      const cells = this.way.slice(0, 1 + head);
      drawTrail(pen, cells.map(middle), side, frame.colours);
    }
  }

  /** Cells of a way from the target: to the flag, or else to the seen pixel that is nearest to it. */
  get way() {
    if (this.wayOf === this.key) return this.cells;
    this.wayOf = this.key;
    const [target, flag] = [this.cell("target"), this.cell("flag")];
    let steps = this.shortest;
    if (!steps) {
      const { roles } = this.partsOf(target);
      const away = (i) => (Math.floor(i / this.width) - Math.floor(flag / this.width)) ** 2
        + ((i % this.width) - (flag % this.width)) ** 2;
      let near = -1;
      roles.forEach((role, i) => { if (role === Part.SEEN && (near < 0 || away(i) <= away(near))) near = i; });
      steps = near < 0 ? [] : path(this.stack, near, target);
    }
    this.cells = [target, ...steps.map(({ to }) => to)];
    return this.cells;
  }

  /** The slope that no hop sequence crosses: to the right of the furthest column of each row. */
  drawLimit(pen, middle, side, target) {
    const { k, first } = this.frame.view;
    const [half, half1] = [Math.floor(k / 2), Math.floor((first === "same" ? k : first) / 2)];
    const row = Math.floor(target / this.width);
    pen.strokeStyle = this.frame.colours.target;
    pen.lineWidth = Math.max(2, side / 8);
    pen.beginPath();
    for (let up = 1; up <= row; up++) {
      const column = (target % this.width) + half * (up - 1) + half1;
      if (column >= this.width) break;
      const [x, y] = middle((row - up) * this.width + column);
      const edge = x + side / 2;
      if (up === 1) pen.moveTo(edge, y + side / 2);
      else pen.lineTo(edge, y + side / 2);
      pen.lineTo(edge, y - side / 2);
    }
    pen.stroke();
  }

  /** Rows or columns between the target and the flag. */
  drawLeg(pen, middle, side) {
    const [target, flag] = [this.cell("target"), this.cell("flag")];
    const corner = Math.floor(flag / this.width) * this.width + (target % this.width);
    const [from, to] = this.lightened === "up" ? [target, corner] : [corner, flag];
    const [[x0, y0], [x1, y1]] = [middle(from), middle(to)];
    pen.lineCap = "butt";
    for (const [colour, width] of [[this.frame.colours.page, side / 3], [this.frame.colours.text, side / 6]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.moveTo(x0, y0);
      pen.lineTo(x1, y1);
      pen.stroke();
    }
  }

  // Words and numbers

  tell(target, parts, compared, growing, verified) {
    const { frame, grid } = this;
    const [row, column] = [Math.floor(target / this.width), target % this.width];
    if (!parts) {
      const words = `A picture of ${this.height} by ${this.width} pixels; the target is row ${row}, column ${column}.`;
      const flag = `The flag is ${this.fromTarget(this.cell("flag"))}.`;
      const more = grid.painting ? painted(grid.painting) : flag;
      frame.legend(["target", ...(grid.painting ? [["guess", "painted by you"]] : []), "past", "future"]);
      frame.meter(null);
      this.caption(`${words} ${more}`);
      return;
    }
    const { seen, blind, far } = parts;
    frame.meter({ value: percent(seen, seen + blind), label: "of the reachable past is seen",
      detail: `${seen} of ${seen + blind} pixels, ${blind} blind; ${percent(seen, parts.past)} of all the past` });
    const marks = compared ? [["right", `right ${compared.right}`], ["missed", `missed ${compared.missed}`],
      ["extra", `extra ${compared.extra}`]] : [];
    const counted = [["seen", `seen ${seen}`], ["blind", `blind ${blind}`], ["far", `out of reach ${far}`]];
    frame.legend(["target", ...(growing ? [["seen", "read by the target"], "past"] : counted), "future", ...marks, ...Gradient.legend(verified)]);
    const own = growing ? `After ${this.time.head} of ${this.stack.layers.length} layers down: ` : "";
    this.caption(own + sentence(this.stack, target, parts) + (verified?.words ?? ""));
    this.fillFormula();
  }

  fillFormula() {
    const { k, first } = this.frame.view;
    const [flag, target] = [this.cell("flag"), this.cell("target")];
    const up = Math.floor(target / this.width) - Math.floor(flag / this.width);
    const right = (flag % this.width) - (target % this.width);
    const side = Number(first === "same" ? k : first);
    const limit = Math.floor(k / 2) * (up - 1) + Math.floor(side / 2);
    const proof = this.data.proof;
    this.frame.fill({ k, k1: side, up, right, limit: up > 0 ? limit : "–", half: Math.floor(k / 2), half1: Math.floor(side / 2),
      holds: up > 0 && right <= limit ? "≤" : ">", reason: proof.of === this.subject ? proof.reason : "…",
      layers: this.stack.layers.length });
    kernelPicture(this.frame.part("first"), this.data.layers.A[side].hops[0], `first layer, mask A`);
    kernelPicture(this.frame.part("later"), this.data.layers.B[k].hops[0], `later layers, mask B`);
  }

  caption(words) {
    this.grid.say(words);
    this.frame.say(words);
  }

  /** "2 rows up, 3 columns to the right" */
  fromTarget(cell) {
    const up = Math.floor(this.cell("target") / this.width) - Math.floor(cell / this.width);
    const right = (cell % this.width) - (this.cell("target") % this.width);
    const many = (n, what) => `${Math.abs(n)} ${what}${Math.abs(n) === 1 ? "" : "s"}`;
    return `${many(up, "row")} ${up < 0 ? "down" : "up"}, ${many(right, "column")} to the ${right < 0 ? "left" : "right"}`;
  }

  // What the pointer does

  hover() {
    if (this.looking) this.draw();
    else this.grid.redraw();
  }

  pin(cell) {
    const { frame } = this;
    const place = this.placed(cell);
    if (frame.view.tool === "hop") this.game.click(cell);
    else if (frame.revealed) frame.set({ [frame.view.tool === "flag" ? "flag" : "target"]: place });
  }

  lit(name) {
    this.lightened = name;
    this.draw();
  }

  /** "10,9" */
  placed(cell) {
    return `${Math.floor(cell / this.width)},${cell % this.width}`;
  }
}

export default lesson(BlindSpot);
