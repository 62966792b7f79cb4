/**
 * A small picture with a coarse grid: a click, a touch or an arrow key puts what is to be drawn into one of its cells.
 */
import { mounts } from "./mount.js";
import { palette } from "./palette.js";

const PAD_SIDE = 116;

class Pad {
  constructor(/** @type {HTMLElement} */ parent) {
    this.root = parent.querySelector(".px");
    this.canvas = this.root.querySelector(".pad");
    this.spoken = this.root.querySelector(".sr");
    this.canvas.onpointerdown = (event) => this.point(event);
    this.canvas.onpointermove = (event) => event.buttons && this.point(event);
    this.canvas.onkeydown = (event) => this.key(event);
  }

  load(data, send) {
    if (!this.data || data.row !== this.data.row || data.column !== this.data.column) this.cell = [data.row, data.column];
    this.data = data;
    this.send = send;
    this.colours = palette(this.root);
    this.draw();
  }

  point(/** @type {PointerEvent} */ event) {
    const box = this.canvas.getBoundingClientRect();
    const { rows, columns } = this.data;
    this.put([Math.floor(((event.clientY - box.top) / box.height) * rows),
      Math.floor(((event.clientX - box.left) / box.width) * columns)]);
  }

  key(/** @type {KeyboardEvent} */ event) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    this.put([this.cell[0] + by[0], this.cell[1] + by[1]]);
  }

  put([row, column]) {
    const { rows, columns } = this.data;
    const cell = [Math.min(rows - 1, Math.max(0, row)), Math.min(columns - 1, Math.max(0, column))];
    if (cell.join() === this.cell.join()) return;
    this.cell = cell;
    this.draw();
    this.spoken.textContent = this.says();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.send("cell", cell.join()), 250);
  }

  says() {
    return `Row ${this.cell[0] + 1} of ${this.data.rows}, column ${this.cell[1] + 1} of ${this.data.columns}.`;
  }

  draw() {
    const { rows, columns, label } = this.data;
    const { canvas, colours } = this;
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round((PAD_SIDE * ratio) / columns);
    const tall = side * rows;
    const wide = side * columns;
    Object.assign(canvas, { width: wide + 1, height: tall + 1 });
    Object.assign(canvas.style, { width: `${wide / ratio}px`, height: `${tall / ratio}px` });
    canvas.setAttribute("aria-label", `Where it shall be drawn; arrow keys move it. ${this.says()}`);
    const pen = canvas.getContext("2d");
    pen.fillStyle = colours.ink0;
    pen.fillRect(0, 0, wide, tall);
    pen.fillStyle = colours.line;
    for (let row = 0; row <= rows; row++) pen.fillRect(0, row * side, wide + 1, 1);
    for (let column = 0; column <= columns; column++) pen.fillRect(column * side, 0, 1, tall + 1);
    const [y, x] = this.cell.map((at) => at * side);
    const thick = Math.max(2, Math.round(2.5 * ratio));
    pen.strokeStyle = colours.target;
    pen.lineWidth = thick;
    pen.strokeRect(x + thick / 2, y + thick / 2, side - thick + 1, side - thick + 1);
    pen.fillStyle = colours.target;
    pen.font = `700 ${Math.round(side * 0.7)}px ${getComputedStyle(canvas).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(label || "•", x + side / 2, y + side * 0.54);
  }

  stop() {
    clearTimeout(this.later);
  }
}

export default mounts((parent) => new Pad(parent));
