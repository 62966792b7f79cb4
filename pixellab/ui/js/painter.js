/**
 * Hide cells of a picture, or draw a binary one, with mouse, touch, pen or keyboard.
 * The server hears of a stroke when it ends, never of a hover.
 *
 * @typedef {Object} PainterData
 * @property {"hide" | "draw"} mode what painting does to a cell: hide it, or make it ink
 * @property {number} height @property {number} width @property {number} channels @property {number} levels
 * @property {string} picture base64 of height × width × channels bytes
 * @property {string} cells packed bits: the hidden cells, or the ink
 * @property {number} version changes when Python sets the cells
 * @property {number} [draft] @property {boolean} [below] how the model reads, see rolesOf
 * @property {string} label what the picture is, for those who only hear it
 */
import { decodeBytes, packBits, unpackBits } from "./codec.js";
import { mounts } from "./mount.js";
import { palette } from "./palette.js";
import { cellAt, drawPixels, fit, outline, Role, rolesOf } from "./pixels.js";
import { brushCells, presetCells, rectangleCells, strokeCells } from "./brush.js";
import { History } from "./history.js";

const LARGEST_WIDTH = 448; // CSS pixels
const LARGEST_BRUSH = 9;
const KEYBOARD_PAUSE = 350; // ms without a key, after which what was painted counts as one stroke
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Painter {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.board = root.querySelector(".board");
    this.overlay = root.querySelector(".overlay");
    this.sentence = root.querySelector(".sentence");
    this.spoken = root.querySelector(".spoken");
    this.size = root.querySelector("[name=size]");
    this.tool = "brush";
    /** @type {[number, number] | null} */ this.cursor = null;
    /** @type {{pointer: number, cells: Uint8Array, from: [number, number], last: [number, number]} | null} */
    this.stroke = null;
    this.version = -1;
    this.observer = new ResizeObserver(() => this.resize());
    this.listen();
  }

  /** @param {PainterData} data @param {(name: string, value: string) => void} setStateValue */
  load(data, setStateValue) {
    const first = this.version === -1;
    this.data = data;
    this.send = () => setStateValue("cells", packBits(this.history.cells));
    this.picture = { ...data, values: decodeBytes(data.picture) };
    if (first) this.size.value = data.mode === "hide" ? "4" : "2";
    if (data.version !== this.version) {
      this.version = data.version;
      this.stroke = null;
      this.history = new History(unpackBits(data.cells, data.height * data.width));
    }
    this.root.dataset.mode = data.mode;
    this.overlay.setAttribute("aria-label", `${data.label}. Arrow keys move the cursor, Enter paints, `
      + "X swaps brush and eraser, square brackets change the brush size.");
    this.colours = palette(this.root);
    this.observer.observe(this.root);
    this.showTools();
    this.resize();
  }

  stop() {
    clearTimeout(this.waiting);
    this.observer.disconnect();
  }

  listen() {
    const { overlay, root } = this;
    overlay.onpointerdown = (event) => this.begin(event);
    overlay.onpointermove = (event) => this.move(event);
    overlay.onpointerup = (event) => this.end(event);
    overlay.onpointercancel = () => this.abandon();
    overlay.onpointerleave = () => this.leave();
    overlay.onblur = () => this.leave();
    overlay.onfocus = () => overlay.matches(":focus-visible") && this.pointAt(this.cursor ?? this.middle());
    root.onkeydown = (event) => this.key(event);
    this.size.oninput = () => this.showTools();
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.onclick = () => this.choose(button.dataset.tool);
    }
    for (const button of root.querySelectorAll("[data-preset]")) {
      button.onclick = () => this.commit(presetCells(button.dataset.preset, this.data.height, this.data.width));
    }
    root.querySelector("[data-do=undo]").onclick = () => this.history.undo() && this.changed();
    root.querySelector("[data-do=redo]").onclick = () => this.history.redo() && this.changed();
    root.querySelector("[data-do=clear]").onclick = () => this.commit(new Uint8Array(this.history.cells.length));
  }

  // Strokes ---------------------------------------------------------------------------------------

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button !== 0 || this.stroke) return;
    this.overlay.setPointerCapture(event.pointerId);
    const at = cellAt(this.board, this.frame, event);
    this.stroke = { pointer: event.pointerId, cells: this.history.cells.slice(), from: at, last: at };
    this.cursor = at;
    this.extend(at);
  }

  /** @param {PointerEvent} event */
  move(event) {
    this.cursor = cellAt(this.board, this.frame, event);
    if (this.stroke?.pointer === event.pointerId) {
      const passed = event.getCoalescedEvents?.() ?? [];
      for (const step of passed.length ? passed : [event]) this.extend(cellAt(this.board, this.frame, step));
    }
    this.drawCursor();
  }

  /** The stroke goes on to `at`. @param {[number, number]} at */
  extend(at) {
    const { stroke, data: { height, width } } = this;
    if (this.tool === "rectangle") {
      stroke.cells = this.history.cells.slice();
      for (const cell of rectangleCells(stroke.from, at, height, width)) stroke.cells[cell] = 1;
    } else {
      const value = this.tool === "brush" ? 1 : 0;
      for (const cell of strokeCells(stroke.last, at, +this.size.value, height, width)) stroke.cells[cell] = value;
    }
    stroke.last = at;
    this.draw();
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (this.stroke?.pointer !== event.pointerId) return;
    const { cells } = this.stroke;
    this.stroke = null;
    if (event.pointerType === "touch") this.cursor = null;
    this.commit(cells);
  }

  abandon() {
    if (!this.stroke) return;
    this.stroke = null;
    this.draw();
  }

  leave() {
    if (this.stroke) return;
    this.cursor = null;
    this.drawCursor();
  }

  /** @param {Uint8Array} cells */
  commit(cells) {
    if (this.history.commit(cells)) this.changed();
    else this.draw();
  }

  changed() {
    clearTimeout(this.waiting);
    this.showTools();
    this.draw();
    this.send();
  }

  // Keyboard --------------------------------------------------------------------------------------

  middle() {
    return [Math.floor(this.data.height / 2) + 0.5, Math.floor(this.data.width / 2) + 0.5];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const name = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (name === "z") this.act(event, () => (event.shiftKey ? this.history.redo() : this.history.undo()) && this.changed());
      else if (name === "y") this.act(event, () => this.history.redo() && this.changed());
    } else if (name === "[" || name === "]") this.act(event, () => this.resizeBrush(name === "]" ? 1 : -1));
    else if (name === "x") this.act(event, () => this.choose(this.tool === "eraser" ? "brush" : "eraser"));
    else if (name === "escape" && this.stroke) this.act(event, () => this.abandon());
    else if (event.target !== this.overlay) return;
    else if (ARROWS[event.key]) this.act(event, () => this.step(ARROWS[event.key], event.shiftKey ? 4 : 1));
    else if (name === "enter" || name === " ") this.act(event, () => this.paintAtCursor());
  }

  act(event, action) {
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /** @param {[number, number]} direction @param {number} cells */
  step([down, right], cells) {
    const [row, column] = this.cursor ?? this.middle();
    const inside = (at, most) => Math.min(most - 0.5, Math.max(0.5, Math.floor(at) + 0.5));
    this.pointAt([inside(row + down * cells, this.data.height), inside(column + right * cells, this.data.width)]);
    if (this.stroke) this.extend(this.cursor);
  }

  /** @param {[number, number]} at */
  pointAt(at) {
    this.cursor = at;
    const [row, column] = at.map(Math.floor);
    const on = this.history.cells[row * this.data.width + column];
    const state = this.data.mode === "hide" ? (on ? "hidden" : "given") : on ? "ink" : "empty";
    this.spoken.textContent = `Row ${row}, column ${column}: ${state}.`;
    this.drawCursor();
  }

  /** Enter takes the cells under the cursor; a rectangle takes two: one corner each. */
  paintAtCursor() {
    const at = this.cursor ?? this.middle();
    if (this.tool === "rectangle" && !this.stroke) {
      this.stroke = { pointer: -1, cells: this.history.cells.slice(), from: at, last: at };
      this.extend(at);
      return;
    }
    this.stroke ??= { pointer: -1, cells: this.history.cells.slice(), from: at, last: at };
    this.extend(at);
    const { cells } = this.stroke;
    this.stroke = null;
    if (this.history.commit(cells)) {
      this.showTools();
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.send(), KEYBOARD_PAUSE);
    }
    this.pointAt(at);
    this.draw();
  }

  // Tools -----------------------------------------------------------------------------------------

  /** @param {string} tool */
  choose(tool) {
    this.abandon();
    this.tool = tool;
    this.showTools();
    this.drawCursor();
  }

  /** @param {number} by */
  resizeBrush(by) {
    this.size.value = String(Math.min(LARGEST_BRUSH, Math.max(1, +this.size.value + by)));
    this.showTools();
    this.drawCursor();
  }

  showTools() {
    const { root, history, data } = this;
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === this.tool));
    }
    for (const button of root.querySelectorAll("[data-preset]")) {
      const preset = presetCells(button.dataset.preset, data.height, data.width);
      button.setAttribute("aria-pressed", String(preset.every((value, i) => value === history.cells[i])));
    }
    root.querySelector("output").textContent = this.size.value;
    root.querySelector("[data-do=undo]").disabled = !history.past.length;
    root.querySelector("[data-do=redo]").disabled = !history.future.length;
    root.querySelector("[data-do=clear]").disabled = !history.cells.includes(1);
  }

  // Drawing ---------------------------------------------------------------------------------------

  resize() {
    const room = this.root.clientWidth;
    if (!room || !this.data) return; // in a hidden tab
    const { height, width } = this.data;
    const wish = { room, largest: LARGEST_WIDTH / width, rulers: true };
    this.frame = fit(this.board, height, width, wish);
    fit(this.overlay, height, width, wish);
    this.draw();
  }

  draw() {
    if (!this.frame) return;
    const { data, picture } = this;
    const cells = this.stroke?.cells ?? this.history.cells;
    if (data.mode === "hide") drawPixels(this.board, this.frame, picture, this.roles(cells), this.colours);
    else drawPixels(this.board, this.frame, { ...picture, values: cells }, new Uint8Array(cells.length), this.colours);
    this.sentence.textContent = this.describe(cells);
    this.drawCursor();
  }

  /** What the model makes of the hole; the legend lists what there is. @param {Uint8Array} cells */
  roles(cells) {
    const roles = rolesOf(cells, this.data.width, this.data);
    for (const part of this.root.querySelectorAll("[data-role]")) part.hidden = !this.mayBe(Number(part.dataset.role));
    return roles;
  }

  /** @param {number} role */
  mayBe(role) {
    return role !== (this.data.below ? Role.IGNORED : Role.WEIGHED);
  }

  /** Exactly the cells that a click would take. */
  drawCursor() {
    if (!this.frame) return;
    const context = this.overlay.getContext("2d");
    context.clearRect(0, 0, this.overlay.width, this.overlay.height);
    if (!this.cursor) return;
    const { height, width } = this.data;
    const size = this.tool === "rectangle" ? 1 : +this.size.value;
    const taken = new Set(this.tool === "rectangle" && this.stroke
      ? rectangleCells(this.stroke.from, this.cursor, height, width)
      : brushCells(...this.cursor, size, height, width));
    const colour = this.tool === "eraser" ? this.colours.context : this.colours.target;
    const { cell, left, top } = this.frame;
    context.fillStyle = colour;
    context.globalAlpha = 0.3;
    for (const i of taken) context.fillRect(left + (i % width) * cell, top + Math.floor(i / width) * cell, cell, cell);
    context.globalAlpha = 1;
    outline(context, this.frame, (i) => taken.has(i), colour, 2.5);
  }

  /** @param {Uint8Array} cells */
  describe(cells) {
    const { mode, width } = this.data;
    const count = cells.reduce((sum, on) => sum + on, 0);
    const first = cells.indexOf(1);
    if (mode === "draw") return count ? `${count} of ${cells.length} pixels are ink.` : "Nothing is drawn yet.";
    if (!count) return "Nothing is hidden yet: paint over the part that the model shall invent.";
    return `${count} of ${cells.length} pixels hidden; the first is row ${Math.floor(first / width)}, column ${first % width}.`;
  }
}

export default mounts((parent) => new Painter(parent.querySelector(".px")));
