/** In which step of a layer each state can be computed: one after the last of the states that it carries on. */

/**
 * @param {import("./fields.js").Layer} layer @param {number} height @param {number} width
 * @returns {Uint16Array[]} for each map that carries a state, the step (from 1) of each cell; all maps advance together.
 *   A layer without states is computed in one step.
 */
export function waves(layer, height, width) {
  const carried = layer.hops.filter((hop) => !hop.below && hop.reader === hop.read);
  if (!carried.length) return [new Uint16Array(height * width).fill(1)];
  return carried.map(({ offsets }) => {
    const steps = new Uint16Array(height * width);
    const step = (cell) => {
      if (!steps[cell]) {
        const [row, column] = [Math.floor(cell / width), cell % width];
        const before = offsets.map(([i, j]) => [row + i, column + j])
          .filter(([i, j]) => i >= 0 && j >= 0 && i < height && j < width)
          .map(([i, j]) => step(i * width + j));
        steps[cell] = 1 + Math.max(0, ...before);
      }
      return steps[cell];
    };
    steps.forEach((_, cell) => step(cell));
    return steps;
  });
}

/** How many steps the whole map takes. @param {Uint16Array[]} steps from waves */
export function wavesLong(steps) {
  return Math.max(...steps.map((map) => map.reduce((most, step) => Math.max(most, step), 0)));
}
