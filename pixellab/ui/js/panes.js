/**
 * Three grids under one pointer: the one in front is large, and a click on a name brings another to the front. A click
 * on the name in front lets it stand alone, as large as can be; where room is short, it always does.
 */
import { ring } from "./pixels.js";
import { Part } from "./fields.js";
import { RoleGrid } from "./rolegrid.js";
import { cross } from "./role_cell.js";

const PANES_GAP = 18; // CSS pixels
const PANES_LARGE = 0.68; // of the width, for the one in front
const PANES_BESIDE = 480; // CSS pixels: with less room, one at a time

export class Panes {
  /**
   * @param {HTMLElement} root @param {string[]} names
   * @param {{hover: (cell: number | null) => void, pin: (cell: number) => void, front: (name: string, again: boolean) => void,
   *   paint?: (cells: Uint8Array) => void}} calls
   */
  constructor(root, names, calls) {
    this.board = root.appendChild(document.createElement("div"));
    this.board.className = "panes";
    this.all = names.map((name) => this.make(name, calls));
  }

  make(name, calls) {
    const figure = this.board.appendChild(document.createElement("figure"));
    figure.dataset.pane = name;
    const title = figure.appendChild(document.createElement("button"));
    title.type = "button";
    title.innerHTML = "<b></b><span></span><small></small>";
    title.onclick = () => calls.front(name, name === this.front.name && this.board.dataset.layout !== "solo");
    const root = figure.appendChild(document.createElement("div"));
    const grid = new RoleGrid(root, { label: "grid of pixels", hover: calls.hover, pin: calls.pin, paint: calls.paint });
    return { name, figure, title, root, grid };
  }

  /**
   * @param {"three" | "large" | "solo"} layout all; only the one in front, by the learner's wish, or in any case
   * @param {string} name of the one in front @param {number} height @param {number} width
   * @param {{room: number, largest: number}} frame
   */
  layOut(layout, name, height, width, { room, largest }) {
    this.front = this.all.find((pane) => pane.name === name) ?? this.all[0];
    this.board.hidden = false;
    const beside = layout === "three" && room >= PANES_BESIDE;
    this.board.dataset.layout = room < PANES_BESIDE ? "solo" : layout;
    const large = beside ? Math.floor((room - PANES_GAP) * PANES_LARGE) : room;
    const small = beside ? room - PANES_GAP - large : room;
    for (const pane of this.all) {
      const front = pane === this.front;
      pane.figure.classList.toggle("front", front);
      pane.title.setAttribute("aria-pressed", String(front));
      pane.title.title = !front ? "" : { three: "Show it alone, larger", large: "Show all three", solo: "" }[this.board.dataset.layout];
      pane.root.hidden = !beside && !front;
      pane.grid.size(height, width, { room: front ? large : small, largest });
    }
  }

  hide() {
    this.board.hidden = true;
  }

  /** Name, number and a remark above a grid. */
  titled({ title }, name, number = "", remark = "", leaks = false) {
    [name, number, remark].forEach((text, i) => {
      if (title.children[i].textContent !== text) title.children[i].textContent = text;
    });
    title.classList.toggle("leaks", leaks);
  }

  /** One pointer for all: `cell` is marked in every grid. */
  point(cell) {
    for (const { grid } of this.all) if (!grid.painting) grid.cursor = cell;
  }

  /** Of which pixel the arrows begin. */
  startAt(cell) {
    for (const { grid } of this.all) grid.start = cell;
  }

  say(words) {
    for (const { grid } of this.all) grid.say(words);
  }
}

/**
 * A map of numbers in a grid: a colour for each cell, a ring at one, frames round others.
 * @param {RoleGrid} grid @param {(cell: number) => string | null} colourOf null: not known yet
 * @param {{here: number, reads?: [number, number][]}} marks @param {import("./palette.js").Palette} colours
 */
export function drawMap(grid, colourOf, { here, reads = [] }, colours) {
  const count = grid.height * grid.width;
  grid.draw({ roles: new Uint8Array(count).fill(Part.PAST), over: (pen, middle, side) => {
    for (let cell = 0; cell < count; cell++) {
      const colour = colourOf(cell);
      if (!colour) continue;
      const [x, y] = middle(cell);
      pen.fillStyle = colour;
      pen.fillRect(Math.round(x - side / 2) + 1, Math.round(y - side / 2) + 1, side - 1, side - 1);
    }
    outlineReads(pen, middle, side, here, reads, grid, colours);
    const [x, y] = middle(here);
    ring(pen, x - side / 2, y - side / 2, side, colours, Math.max(1, side / 20));
  } }, colours);
}

/** Frames round the cells that lie at these offsets. @param {{height: number, width: number}} size */
export function outlineReads(pen, middle, side, from, offsets, { height, width }, colours) {
  const [row, column] = [Math.floor(from / width), from % width];
  pen.strokeStyle = colours.target;
  pen.lineWidth = Math.max(2, side / 8);
  for (const [i, j] of offsets) {
    const [r, c] = [row + i, column + j];
    if (r < 0 || c < 0 || r >= height || c >= width) continue;
    const [x, y] = middle(r * width + c);
    pen.strokeRect(x - side / 2 + 1, y - side / 2 + 1, side - 1, side - 1);
  }
}

/** The target reads itself: a cross on its ring. */
export function crossOut(pen, [x, y], side, colours) {
  const arm = side * 0.24;
  pen.strokeStyle = colours.leak;
  pen.lineWidth = Math.max(2, side / 7);
  cross(pen, x, y, arm);
}
