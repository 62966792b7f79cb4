/**
 * The grid of the lessons: square cells that play roles, under a pointer, a finger or the keyboard.
 * A hover is answered here; a click pins, arrows move the cursor, Enter pins. It can also be painted, for a guess.
 */
import { Part } from "./fields.js";
import { Loupe } from "./loupe.js";
import { cellAt, fit, outline, rulers } from "./pixels.js";
import { Mark, paintMark, paintRole } from "./role_cell.js";

const ROOMY = 14; // CSS pixels: smaller cells get the room of the rulers too

/**
 * The guess beside the truth. @param {Uint8Array} guess @param {Uint8Array} truth
 * @returns {{marks: Uint8Array, right: number, missed: number, extra: number}}
 */
export function compare(guess, truth) {
  const marks = Uint8Array.from(guess, (on, i) => (on ? (truth[i] ? Mark.RIGHT : Mark.EXTRA) : truth[i] ? Mark.MISSED : Mark.NONE));
  const count = (mark) => marks.reduce((sum, m) => sum + (m === mark), 0);
  return { marks, right: count(Mark.RIGHT), missed: count(Mark.MISSED), extra: count(Mark.EXTRA) };
}

/** How many cells are painted, in words. @param {Uint8Array} cells */
export function painted(cells) {
  const count = cells.reduce((sum, on) => sum + on, 0);
  return `${count} pixel${count === 1 ? "" : "s"} painted.`;
}

/**
 * @typedef {Object} Scene what is on the grid
 * @property {Uint8Array} roles a Part a cell
 * @property {Uint8Array | null} [marks] a Mark a cell
 * @property {Uint8Array | null} [values] 0…255 a cell, drawn as a smaller inner square
 * @property {Uint8Array | null} [faint] 1 where a cell is drawn pale: not reached yet
 * @property {((pen: CanvasRenderingContext2D, middle: (cell: number) => [number, number], side: number) => void)} [over]
 *     draws above the cells: flags, paths; in device pixels
 */
export class RoleGrid {
  /**
   * @param {HTMLElement} root an empty element that becomes the grid
   * @param {{label: string, hover?: (cell: number | null) => void, pin?: (cell: number) => void,
   *   escape?: () => void, paint?: (cells: Uint8Array) => void}} calls paint: after each stroke, all painted cells
   */
  constructor(root, calls) {
    this.calls = calls;
    this.canvas = root.appendChild(document.createElement("canvas"));
    this.canvas.className = "rg";
    this.canvas.tabIndex = 0;
    this.canvas.dataset.arrows = "";
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", calls.label);
    this.height = this.width = 1;
    /** @type {number | null} */ this.cursor = null;
    /** @type {Uint8Array | null} */ this.painting = null;
    /** @type {((cell: number) => boolean) | null} where painting is allowed */ this.paintable = null;
    /** @type {Map<string, HTMLCanvasElement>} */ this.tiles = new Map();
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerdown = (event) => this.press(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = (event) => this.release(event);
    this.canvas.onpointerleave = () => this.leave();
    this.loupe = new Loupe(root);
    this.canvas.onkeydown = (event) => this.key(event);
  }

  /** @param {number} height @param {number} width @param {{room: number, largest: number}} wish */
  size(height, width, wish) {
    const before = this.frame;
    [this.height, this.width] = [height, width];
    this.frame = fit(this.canvas, height, width, { ...wish, rulers: true });
    const { cell, ratio } = this.frame;
    const bare = cell < ROOMY * ratio && fit(this.canvas, height, width, wish).cell > cell;
    this.frame = fit(this.canvas, height, width, { ...wish, rulers: !bare });
    this.canvas.dataset.cell = String(this.frame.cell / this.frame.ratio);
    if (before?.cell !== this.frame.cell || before.width !== width) this.tiles.clear();
    if (this.cursor !== null && this.cursor >= height * width) this.cursor = null;
  }

  /** Let cells be painted from these on; null: hover and pin. @param {Uint8Array | null} cells */
  paintFrom(cells, paintable = null) {
    this.painting = cells;
    this.paintable = paintable;
    // A finger that paints does not scroll; one that looks does.
    this.canvas.style.touchAction = cells ? "none" : "pan-y";
  }

  /** @param {Scene} scene @param {import("./palette.js").Palette} colours */
  draw(scene, colours) {
    if (this.colours?.dark !== colours.dark) this.tiles.clear();
    Object.assign(this, { scene, colours });
    const { canvas, frame, width } = this;
    const pen = canvas.getContext("2d");
    const { cell, left, top } = frame;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const marks = this.painting ?? scene.marks;
    const place = (i) => [left + (i % width) * cell, top + Math.floor(i / width) * cell];
    for (let i = 0, end; i < scene.roles.length; i = end) {
      // Neighbours of one role are copied at once: three grids have to keep up with a pointer.
      const alike = (j) => scene.roles[j] === scene.roles[i] && !scene.faint?.[j] === !scene.faint?.[i];
      for (end = i + 1; end % width && alike(end); end++);
      if (scene.faint?.[i]) pen.globalAlpha = 0.28;
      const wide = (end - i) * cell + 1;
      pen.drawImage(this.strip(scene.roles[i]), 0, 0, wide, cell + 1, ...place(i), wide, cell + 1);
      pen.globalAlpha = 1;
    }
    if (scene.values || marks) {
      scene.roles.forEach((role, i) => {
        if (scene.values) this.value(pen, ...place(i), scene.values[i]);
        if (marks?.[i]) pen.drawImage(this.mark(this.painting ? Mark.GUESS : marks[i], role), ...place(i));
      });
    }
    const middle = (i) => [left + ((i % width) + 0.5) * cell, top + (Math.floor(i / width) + 0.5) * cell];
    scene.over?.(pen, middle, cell);
    if (this.cursor !== null) outline(pen, frame, (i) => i === this.cursor, colours.text, 2);
    if (top) rulers(pen, frame, colours);
  }

  redraw() {
    if (this.scene) this.draw(this.scene, this.colours);
  }

  /** @param {string} words what the picture shows: its alternative text */
  say(words) {
    if (this.canvas.getAttribute("aria-label") !== words) this.canvas.setAttribute("aria-label", words);
  }

  // What a cell looks like: drawn once, and copied from then on.

  cached(key, cells, paint) {
    let made = this.tiles.get(key);
    if (!made) {
      made = document.createElement("canvas");
      made.width = cells * this.frame.cell + 1;
      made.height = this.frame.cell + 1;
      paint(made.getContext("2d"), this.frame.cell, this.frame.ratio);
      this.tiles.set(key, made);
    }
    return made;
  }

  /** A row of cells of one role. */
  strip(role) {
    return this.cached(`role ${role}`, this.width, (pen, cell, ratio) => {
      for (let column = 0; column < this.width; column++) {
        pen.setTransform(1, 0, 0, 1, column * cell, 0);
        paintRole(pen, role, cell, ratio, this.colours);
      }
    });
  }

  mark(mark, role) {
    const solid = [Part.SEEN, Part.ROW, Part.LEAK].includes(role);
    return this.cached(`mark ${mark} ${solid}`, 1, (pen, cell, ratio) => paintMark(pen, mark, cell, ratio, solid, this.colours));
  }

  value(pen, x, y, value) {
    const inset = Math.round(this.frame.cell * 0.28);
    pen.fillStyle = `rgb(${value},${value},${value})`;
    pen.fillRect(x + inset, y + inset, this.frame.cell - 2 * inset + 1, this.frame.cell - 2 * inset + 1);
  }

  // The pointer, the finger, the keyboard

  /** @returns {number | null} */
  under(event) {
    const [row, column] = cellAt(this.canvas, this.frame, event).map(Math.floor);
    return row >= 0 && column >= 0 && row < this.height && column < this.width ? row * this.width + column : null;
  }

  point(cell) {
    if (cell === this.cursor) return;
    this.cursor = cell;
    if (this.calls.hover) this.calls.hover(cell);
    else this.redraw();
  }

  move(event) {
    const cell = this.under(event);
    if (this.stroke !== undefined) this.dab(cell);
    this.point(cell);
    this.loupe.show(this, event);
  }

  leave() {
    this.loupe.hide();
    if (this.stroke === undefined) this.point(null);
  }

  press(event) {
    if (event.button) return;
    const cell = this.under(event);
    if (cell === null) return;
    if (event.pointerType === "touch" && !this.painting) this.point(cell); // a finger does not hover before it presses
    this.cursor = cell;
    if (this.painting) {
      event.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.canvas.setPointerCapture(event.pointerId);
      this.stroke = this.painting[cell] ? 0 : 1;
      this.dab(cell);
      this.redraw();
    } else {
      this.pressed = cell;
    }
    this.loupe.show(this, event);
  }

  release(event) {
    this.loupe.hide();
    if (this.stroke !== undefined) {
      this.stroke = undefined;
      this.calls.paint?.(this.painting);
    } else if (event.type === "pointerup" && this.pressed === this.under(event) && this.pressed !== null) {
      this.calls.pin?.(this.pressed);
    }
    this.pressed = null;
  }

  /** Paint or erase, as the stroke began. */
  dab(cell) {
    if (cell === null || (this.paintable && !this.paintable(cell)) || this.painting[cell] === this.stroke) return;
    this.painting = this.painting.slice();
    this.painting[cell] = this.stroke;
  }

  key(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (step) {
      const from = this.cursor ?? this.start ?? 0;
      const row = Math.min(this.height - 1, Math.max(0, Math.floor(from / this.width) + step[0]));
      const column = Math.min(this.width - 1, Math.max(0, (from % this.width) + step[1]));
      this.point(row * this.width + column);
    } else if (event.key === "Enter" && this.cursor !== null) {
      if (this.painting) {
        this.stroke = this.painting[this.cursor] ? 0 : 1;
        this.dab(this.cursor);
        this.stroke = undefined;
        this.calls.paint?.(this.painting);
      } else this.calls.pin?.(this.cursor);
    } else if (event.key === "Escape") {
      this.point(null);
      this.calls.escape?.();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
