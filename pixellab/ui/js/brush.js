/**
 * Which cells a tool would take: pure functions of positions on the grid, shared by cursor and stroke,
 * so that the cursor shows exactly what a click does.
 */

/**
 * The cells under a round brush. Its width is a whole number of cells; a brush of even width is centred on
 * the corner of cells that is nearest to the pointer.
 * @param {number} row @param {number} column position of the pointer, with fractions
 * @param {number} size width in cells @param {number} height @param {number} width of the picture
 * @returns {number[]} cells (row × width + column)
 */
export function brushCells(row, column, size, height, width) {
  const centre = (at) => (size % 2 ? Math.floor(at) + 0.5 : Math.round(at));
  const [y, x] = [centre(row), centre(column)];
  const reach = size / 2;
  const cells = [];
  for (let r = Math.max(0, Math.floor(y - reach)); r < Math.min(height, Math.ceil(y + reach)); r++) {
    for (let c = Math.max(0, Math.floor(x - reach)); c < Math.min(width, Math.ceil(x + reach)); c++) {
      if (size < 3 || Math.hypot(r + 0.5 - y, c + 0.5 - x) <= reach) cells.push(r * width + c);
    }
  }
  return cells;
}

/**
 * The cells a brush takes on its way from one point to the next.
 * @param {[number, number]} from @param {[number, number]} to row and column @param {number} size
 * @param {number} height @param {number} width @returns {Set<number>}
 */
export function strokeCells(from, to, size, height, width) {
  const steps = Math.max(1, Math.ceil(3 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  const cells = new Set();
  for (let k = 0; k <= steps; k++) {
    const at = (axis) => from[axis] + ((to[axis] - from[axis]) * k) / steps;
    for (const cell of brushCells(at(0), at(1), size, height, width)) cells.add(cell);
  }
  return cells;
}

/** @param {[number, number]} a @param {[number, number]} b two corners @returns {number[]} the cells between them */
export function rectangleCells(a, b, height, width) {
  const inside = (at, most) => Math.min(most - 1, Math.max(0, Math.floor(at)));
  const [top, bottom] = [inside(a[0], height), inside(b[0], height)].sort((p, q) => p - q);
  const [left, right] = [inside(a[1], width), inside(b[1], width)].sort((p, q) => p - q);
  const cells = [];
  for (let r = top; r <= bottom; r++) for (let c = left; c <= right; c++) cells.push(r * width + c);
  return cells;
}

/**
 * Holes that are one click away.
 * @param {string} name @param {number} height @param {number} width @returns {Uint8Array} one 0 or 1 a cell
 */
export function presetCells(name, height, width) {
  const inside = {
    lower: (r) => r >= height / 2,
    top: (r) => r < height / 2,
    right: (r, c) => c >= width / 2,
    centre: (r, c) => Math.abs(r + 0.5 - height / 2) < height / 4 && Math.abs(c + 0.5 - width / 2) < width / 4,
    // A scratch: a thick line from the top right to the bottom left.
    scratch: (r, c) => Math.abs((r + 0.5) / height + (c + 0.5) / width - 1) < 0.12,
    everything: () => true,
  }[name];
  return Uint8Array.from({ length: height * width }, (_, i) => +inside(Math.floor(i / width), i % width));
}
