/** The skew: rows slide until diagonals are columns, columns are computed, rows slide back. */

/** Frames in which a map is skewed. */
export const SLIDE = 10;

/** What the time bar shows of the skew, in ticks. @param {import("./row_diagonal.js").RowDiagonal} lesson */
export function skewPhases(lesson) {
  const { scan, late } = lesson.frame.view;
  const long = lesson.height + lesson.width - 1;
  const parts = [["skew", SLIDE], ["run", long], ["unskew", SLIDE]];
  if (scan === "right" && late === "1") parts.push(["down", SLIDE]);
  let end = 0;
  return parts.map(([name, length]) => ({ name, start: end, length, end: (end += length) }));
}

/** @param {import("./row_diagonal.js").RowDiagonal} lesson */
export function drawSkew(lesson) {
  const { frame } = lesson;
  const { scan } = frame.view;
  const steps = lesson.waves.diagonal[scan === "left" ? 0 : 1];
  const head = lesson.bar.head;
  const parts = Object.fromEntries(skewPhases(lesson).map(({ name, start, length }) =>
    [name, Math.min(1, Math.max(0, (head - start) / length))]));
  const long = lesson.height + lesson.width - 1;
  const ran = Math.round(parts.run * long);
  const step = parts.unskew > 0 || parts.run === 1 ? long + Number(parts.unskew > 0) : ran;
  lesson.skewed.draw({ steps, step, share: parts.skew - parts.unskew, down: parts.down ?? 0, mirrored: scan === "right" },
    frame.colours);
  frame.legend([["target", "computed in this step"], ["seen", "computed"], ["past", "waiting"],
    ...(scan === "right" ? [["far", "zeros that come in"]] : [])]);
  frame.meter({ value: String(long), label: `columns in the skewed map`, detail: `${lesson.height} + ${lesson.width} − 1` });
  const cell = lesson.skewed.cursor;
  const side = scan === "left" ? "left" : "right";
  const words = cell === null ? `Scan from the ${side}: the number in a cell is its step. After skewing, each column holds one step.`
    : `Row ${Math.floor(cell / lesson.width)}, column ${cell % lesson.width} stands in column ${steps[cell] - 1} of the skewed map, `
      + `${scan === "left" ? "row + column" : "counted from the right"}, and is computed in step ${steps[cell]}.`;
  lesson.skewed.canvas.setAttribute("aria-label", words);
  frame.say(words);
}
