/** A magnifier over the finger: what lies below it, where cells are too small to be hit. */

const LOUPE_SIDE = 132; // CSS pixels
const LOUPE_CELLS = 5.5; // that fit into it
const LOUPE_UP = 84; // CSS pixels from the finger to its middle
const SMALL_CELL = 20; // CSS pixels: larger ones a finger hits

export class Loupe {
  /** @param {HTMLElement} root around the canvas */
  constructor(root) {
    this.root = root;
  }

  /**
   * @param {{canvas: HTMLCanvasElement, frame: import("./pixels.js").Frame, cursor: number | null, width: number,
   *   colours: import("./palette.js").Palette}} grid already drawn
   * @param {PointerEvent} event of a finger; others have a pointer that hides nothing
   */
  show({ canvas, frame, cursor, width, colours }, event) {
    if (event.pointerType !== "touch" || !frame || frame.cell >= SMALL_CELL * frame.ratio || cursor === null) {
      this.hide();
      return;
    }
    this.glass ??= this.make();
    const { glass } = this;
    const side = Math.round(LOUPE_SIDE * frame.ratio);
    if (glass.width !== side) Object.assign(glass, { width: side, height: side });
    const zoom = side / (LOUPE_CELLS * frame.cell);
    const [x, y] = [frame.left + ((cursor % width) + 0.5) * frame.cell, frame.top + (Math.floor(cursor / width) + 0.5) * frame.cell];
    const pen = glass.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.fillStyle = colours.page;
    pen.fillRect(0, 0, side, side);
    pen.drawImage(canvas, side / 2 - x * zoom, side / 2 - y * zoom, canvas.width * zoom, canvas.height * zoom);
    pen.strokeStyle = colours.target;
    pen.lineWidth = 3 * frame.ratio;
    pen.strokeRect((side - frame.cell * zoom) / 2, (side - frame.cell * zoom) / 2, frame.cell * zoom, frame.cell * zoom);
    const box = this.root.getBoundingClientRect();
    const left = Math.min(Math.max(0, event.clientX - box.left - LOUPE_SIDE / 2), Math.max(0, box.width - LOUPE_SIDE));
    Object.assign(glass.style, { left: `${left}px`, top: `${event.clientY - box.top - LOUPE_UP - LOUPE_SIDE / 2}px` });
    glass.hidden = false;
  }

  hide() {
    if (this.glass) this.glass.hidden = true;
  }

  make() {
    this.root.style.position = "relative";
    const glass = this.root.appendChild(document.createElement("canvas"));
    glass.className = "loupe";
    glass.setAttribute("aria-hidden", "true");
    return glass;
  }
}
