/**
 * A map whose rows slide, each by one position to the row above it, until diagonals have become columns. Every cell
 * carries the step in which its state is computed.
 */
import { cellAt, fit } from "./pixels.js";

/**
 * @typedef {Object} SkewScene
 * @property {Uint16Array} steps of each cell @property {number} step the step that is being computed; 0: none yet
 * @property {number} share 0 straight … 1 skewed @property {number} down rows that the whole map is moved down
 * @property {boolean} mirrored from the right: rows slide to the left
 */
export class SkewMap {
  /** @param {HTMLElement} root @param {(cell: number | null) => void} hover */
  constructor(root, hover) {
    this.canvas = root.appendChild(document.createElement("canvas"));
    this.canvas.className = "rg";
    this.canvas.setAttribute("role", "img");
    this.hover = hover;
    /** @type {number | null} */ this.cursor = null;
    this.canvas.onpointermove = this.canvas.onpointerdown = (event) => this.point(event);
    this.canvas.onpointerleave = () => this.leave();
  }

  /** @param {number} height @param {number} width of the map @param {{room: number, largest: number}} wish */
  size(height, width, wish) {
    [this.height, this.width] = [height, width];
    this.frame = fit(this.canvas, height + 1, height + width - 1, wish);
  }

  /** Where a cell stands, in cells from the left and the top. */
  place(cell) {
    const { share, down, mirrored } = this.scene;
    const [row, column] = [Math.floor(cell / this.width), cell % this.width];
    return [mirrored ? column + this.height - 1 - share * row : column + share * row, row + down];
  }

  /** @param {SkewScene} scene @param {import("./palette.js").Palette} colours */
  draw(scene, colours) {
    Object.assign(this, { scene, colours });
    const pen = this.canvas.getContext("2d");
    const { cell: side, left, top, ratio } = this.frame;
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${Math.round(side * 0.42)}px ${getComputedStyle(this.canvas).fontFamily}`;
    const line = Math.max(1, Math.round(ratio));
    scene.steps.forEach((step, cell) => {
      const [x, y] = this.place(cell);
      const fallen = y > this.height - 0.5;
      const [at, from] = [left + Math.round(x * side), top + Math.round(y * side)];
      const [done, now] = [step < scene.step, step === scene.step];
      pen.globalAlpha = fallen ? 0.3 : 1;
      pen.fillStyle = now ? colours.target : done ? colours.context : colours.page;
      pen.fillRect(at + line, from + line, side - line, side - line);
      pen.strokeStyle = colours.line;
      pen.lineWidth = line;
      pen.strokeRect(at + line / 2 + line, from + line / 2 + line, side - 2 * line, side - 2 * line);
      if (side / ratio >= 13) {
        pen.fillStyle = now || done ? colours.onContext : colours.muted;
        pen.fillText(String(step), at + side / 2 + line / 2, from + side / 2 + line);
      }
      if (cell === this.cursor) {
        pen.strokeStyle = colours.text;
        pen.lineWidth = 2.5 * ratio;
        pen.strokeRect(at + line, from + line, side - line, side - line);
      }
    });
    pen.globalAlpha = 1;
    if (scene.down > 0) this.emptyRow(pen, side, left, top, line);
  }

  /** What comes in at the top of a map that is moved down: nothing, in code zeros. */
  emptyRow(pen, side, left, top, line) {
    pen.strokeStyle = this.colours.outOfReach;
    pen.lineWidth = line;
    pen.setLineDash([3 * line, 2 * line]);
    pen.fillStyle = this.colours.muted;
    const shift = this.scene.mirrored ? this.height - 1 : 0;
    const tall = this.scene.down * side;
    for (let column = 0; column < this.width; column++) {
      const at = left + (column + shift) * side;
      pen.strokeRect(at + 1.5 * line, top + 1.5 * line, side - 2 * line, Math.max(0, tall - 2 * line));
      if (this.scene.down === 1 && side >= 13 * line) pen.fillText("0", at + side / 2, top + tall / 2 + line);
    }
    pen.setLineDash([]);
  }

  point(event) {
    if (!this.scene) return;
    const [y, x] = cellAt(this.canvas, this.frame, event);
    let found = null;
    this.scene.steps.forEach((_, cell) => {
      const [left, top] = this.place(cell);
      if (x >= left && x < left + 1 && y >= top && y < top + 1) found = cell;
    });
    if (found === this.cursor) return;
    this.cursor = found;
    this.hover(found);
  }

  leave() {
    this.cursor = null;
    this.hover(null);
  }
}
