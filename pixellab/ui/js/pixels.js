/**
 * Draws a picture of pixels, each with the part it plays: crisp square cells, rulers every four.
 *
 * @typedef {Object} Picture
 * @property {number} height @property {number} width @property {number} channels 1 or 3 @property {number} levels
 * @property {Uint8Array} values height × width × channels, row by row
 * @property {boolean} [soft] generated values are shares of ink from 0 to 255, not levels
 *
 * @typedef {Object} Frame where the cells lie on the canvas, in device pixels
 * @property {number} cell side of a cell @property {number} left @property {number} top
 * @property {number} height @property {number} width cells @property {number} ratio device pixels a CSS pixel
 */
import { mix } from "./palette.js";

export const Role = Object.freeze({ GIVEN: 0, IGNORED: 1, HIDDEN: 2, GENERATED: 3, TARGET: 4, WEIGHED: 5 });

/**
 * What the order of drawing makes of a hole: given pixels after the last hidden one are never read, or are read to
 * weigh what was drawn.
 * @param {Uint8Array} hidden one 0 or 1 a cell @param {number} width cells
 * @param {{draft?: number, below?: boolean}} [model] draft: it draws every so-manieth pixel of every so-manieth row
 *   first; below: it looks below @returns {Uint8Array} a role a cell
 */
export function rolesOf(hidden, width, { draft = 1, below = false } = {}) {
  const rank = (i) => (Math.floor(i / width) % draft || (i % width) % draft ? hidden.length + i : i);
  const ranks = Array.from(hidden, (on, i) => (on ? rank(i) : -1));
  const last = Math.max(-1, ...ranks);
  const behind = below ? Role.WEIGHED : Role.IGNORED;
  return Uint8Array.from(hidden, (on, i) => (on ? Role.HIDDEN : last >= 0 && rank(i) > last ? behind : Role.GIVEN));
}

/**
 * Sizes a canvas so that every cell is a whole number of device pixels.
 * @param {HTMLCanvasElement} canvas @param {number} height @param {number} width cells
 * @param {{room: number, largest: number, rulers?: boolean}} wish room: CSS pixels of width that are free;
 *   largest: the largest cell in CSS pixels @returns {Frame}
 */
export function fit(canvas, height, width, { room, largest, rulers = false }) {
  const ratio = window.devicePixelRatio || 1;
  const left = rulers ? Math.round(22 * ratio) : 0;
  const top = rulers ? Math.round(18 * ratio) : 0;
  const cell = Math.max(1, Math.floor(Math.min(largest * ratio, (room * ratio - left - 1) / width)));
  const wide = left + cell * width + 1;
  const tall = top + cell * height + 1;
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  canvas.style.width = `${wide / ratio}px`;
  canvas.style.height = `${tall / ratio}px`;
  return { cell, left, top, height, width, ratio };
}

/**
 * The cell under a pointer, with fractions: row 3.5 is the middle of row 3.
 * @param {HTMLCanvasElement} canvas @param {Frame} frame @param {PointerEvent} event @returns {[number, number]}
 */
export function cellAt(canvas, frame, event) {
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  return [((event.clientY - box.top) * scale - frame.top) / frame.cell,
    ((event.clientX - box.left) * scale - frame.left) / frame.cell];
}

/** @param {Picture} picture @param {number} i cell @param {import("./palette.js").Palette} colours */
function fillOf(picture, i, colours) {
  const { values, channels, levels, soft } = picture;
  if (soft || (channels === 1 && levels === 2)) return values[i] ? colours.ink1 : colours.ink0;
  const scale = 255 / (levels - 1);
  const at = (c) => Math.round(values[i * channels + Math.min(c, channels - 1)] * scale);
  return `rgb(${at(0)},${at(1)},${at(2)})`;
}

/**
 * The fill of every cell; "" where it is hidden. Generated ink of a binary picture takes the colour of its role;
 * other pictures keep their colours.
 * @param {Picture} picture @param {Uint8Array} roles @param {import("./palette.js").Palette} colours
 * @returns {string[]}
 */
function rolesFills(picture, roles, colours) {
  const ink = picture.channels === 1 && picture.levels === 2;
  /** @type {Map<string, string>} */
  const mixed = new Map();
  const blend = (from, to, share) => {
    const key = `${from} ${to} ${share}`;
    if (!mixed.has(key)) mixed.set(key, mix(from, to, share));
    return mixed.get(key);
  };
  return Array.from(roles, (role, i) => {
    if (role === Role.HIDDEN || role === Role.TARGET) return "";
    const fill = fillOf(picture, i, colours);
    if (role === Role.IGNORED) return blend(colours.page, fill, 0.45);
    if (role === Role.WEIGHED) return blend(fill, colours.contextRow, 0.3);
    if (role === Role.GENERATED && picture.soft) {
      return blend(blend(colours.ink0, colours.target, 0.14), colours.target, picture.values[i] / 255);
    }
    if (role === Role.GENERATED && ink) return picture.values[i] ? colours.target : blend(fill, colours.target, 0.14);
    return fill;
  });
}

/** Lines over the whole picture, as a pattern: at 45° what is ignored, level what weighs. */
function hatching(context, frame, colours, level) {
  const side = Math.max(4, Math.round(6 * frame.ratio));
  const tile = document.createElement("canvas");
  tile.width = tile.height = side;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colours.hatch;
  pen.lineWidth = Math.max(1, frame.ratio);
  pen.beginPath();
  for (const shift of level ? [] : [-side, 0, side]) {
    pen.moveTo(shift, side);
    pen.lineTo(shift + side, 0);
  }
  if (level) {
    pen.strokeStyle = colours.contextRow;
    pen.moveTo(0, side / 2);
    pen.lineTo(side, side / 2);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

/** Two light and two dark quarters a cell, for so many cells in a row. */
function checker(context, x, y, cell, count, colours) {
  const half = Math.ceil(cell / 2);
  context.fillStyle = colours.checkerA;
  context.fillRect(x, y, count * cell, cell);
  context.fillStyle = colours.checkerB;
  for (let at = x; at < x + count * cell; at += cell) {
    context.fillRect(at, y, half, half);
    context.fillRect(at + half, y + half, cell - half, cell - half);
  }
}

/** A ring and a dot: the pixel that is being predicted. */
export function ring(context, x, y, cell, colours, ratio) {
  const thick = Math.max(2, Math.round(2 * ratio));
  context.strokeStyle = colours.target;
  context.lineWidth = thick;
  context.strokeRect(x + thick / 2, y + thick / 2, cell - thick + 1, cell - thick + 1);
  context.fillStyle = colours.target;
  const dot = Math.max(2, Math.round(cell / 4));
  context.fillRect(x + (cell - dot) / 2, y + (cell - dot) / 2, dot, dot);
}

/**
 * The line around a set of cells.
 * @param {CanvasRenderingContext2D} context @param {Frame} frame @param {(i: number) => boolean} inside
 * @param {string} colour @param {number} thickness CSS pixels
 */
export function outline(context, frame, inside, colour, thickness) {
  const { cell, left, top, height, width, ratio } = frame;
  const thick = Math.max(1, Math.round(thickness * ratio));
  const at = (row, column) => row >= 0 && column >= 0 && row < height && column < width && inside(row * width + column);
  context.fillStyle = colour;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!at(row, column)) continue;
      const x = left + column * cell;
      const y = top + row * cell;
      if (!at(row - 1, column)) context.fillRect(x, y, cell + 1, thick);
      if (!at(row + 1, column)) context.fillRect(x, y + cell + 1 - thick, cell + 1, thick);
      if (!at(row, column - 1)) context.fillRect(x, y, thick, cell + 1);
      if (!at(row, column + 1)) context.fillRect(x + cell + 1 - thick, y, thick, cell + 1);
    }
  }
}

/** Row and column numbers every four cells. */
export function rulers(context, frame, colours) {
  const { cell, left, top, height, width, ratio } = frame;
  context.fillStyle = colours.muted;
  context.font = `${Math.round(12 * ratio)}px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (let row = 0; row < height; row += 4) context.fillText(String(row), left - 5 * ratio, top + (row + 0.5) * cell);
  context.textAlign = "center";
  for (let column = 0; column < width; column += 4) {
    context.fillText(String(column), left + (column + 0.5) * cell, top - 9 * ratio);
  }
}

/**
 * @param {HTMLCanvasElement} canvas @param {Frame} frame from fit @param {Picture} picture
 * @param {Uint8Array} roles a Role a cell @param {import("./palette.js").Palette} colours
 * @param {{lines?: boolean}} [options] lines: thin lines between cells (default: where cells have room)
 */
export function drawPixels(canvas, frame, picture, roles, colours, { lines = frame.cell / frame.ratio >= 8 } = {}) {
  const context = canvas.getContext("2d");
  const { cell, left, top, height, width, ratio } = frame;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const fills = rolesFills(picture, roles, colours);
  for (let row = 0; row < height; row++) {
    for (let column = 0, end; column < width; column = end) {
      const i = row * width + column;
      // Neighbours of one colour are painted at once: nine pictures have to keep up with the screen.
      for (end = column + 1; end < width && fills[row * width + end] === fills[i]; end++);
      const x = left + column * cell;
      const y = top + row * cell;
      if (fills[i] === "") checker(context, x, y, cell, end - column, colours);
      else {
        context.fillStyle = fills[i];
        context.fillRect(x, y, (end - column) * cell, cell);
      }
    }
  }
  for (const marked of [Role.IGNORED, Role.WEIGHED]) {
    if (!roles.includes(marked)) continue;
    context.fillStyle = hatching(context, frame, colours, marked === Role.WEIGHED);
    context.globalAlpha = 0.6;
    roles.forEach((role, i) => {
      if (role !== marked) return;
      context.fillRect(left + (i % width) * cell, top + Math.floor(i / width) * cell, cell, cell);
    });
    context.globalAlpha = 1;
  }
  if (lines) cellLines(context, frame, roles, colours);
  context.fillStyle = colours.line;
  context.fillRect(left, top, width * cell + 1, 1);
  context.fillRect(left, top + height * cell, width * cell + 1, 1);
  context.fillRect(left, top, 1, height * cell + 1);
  context.fillRect(left + width * cell, top, 1, height * cell + 1);
  outline(context, frame, (i) => roles[i] === Role.GENERATED, colours.target, lines ? 1.5 : 1);
  const target = roles.indexOf(Role.TARGET);
  if (target >= 0) ring(context, left + (target % width) * cell, top + Math.floor(target / width) * cell, cell, colours, ratio);
  if (top) rulers(context, frame, colours);
}

/** Thin lines between cells that show a value. */
function cellLines(context, frame, roles, colours) {
  const { cell, left, top, width } = frame;
  context.fillStyle = colours.line;
  context.globalAlpha = 0.5;
  context.beginPath();
  roles.forEach((role, i) => {
    if (role === Role.HIDDEN || role === Role.TARGET) return;
    const x = left + (i % width) * cell;
    const y = top + Math.floor(i / width) * cell;
    context.rect(x + cell - 1, y, 1, cell);
    context.rect(x, y + cell - 1, cell - 1, 1);
  });
  context.fill();
  context.globalAlpha = 1;
}
