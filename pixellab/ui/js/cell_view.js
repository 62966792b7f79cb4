/** The inside of one LSTM feature: the picture it reads, its cell state, its hidden state. */
import { mix } from "./palette.js";
import { drawMap } from "./panes.js";

/** @param {import("./row_diagonal.js").RowDiagonal} lesson */
export function drawCell(lesson) {
  const { frame, lstm } = lesson;
  const { colours } = frame;
  const [titles, maps] = [["the picture", "cell state c", "hidden state h"], [lstm.picture, lstm.cell, lstm.state]];
  const most = [1, lstm.mostCell, lstm.mostState];
  const rows = lesson.bar.head;
  const here = lesson.here;
  const numbers = lstm.numbers(here);
  const ink = [colours.ink0, colours.ink1];
  const shade = (value, largest) => mix(colours.divergingMid, value < 0 ? colours.divergingLow : colours.divergingHigh,
    Math.min(1, Math.abs(value) / largest));
  const colourOf = (index) => (at) => {
    if (!index) return ink[maps[0][at]];
    return at < rows * lesson.width ? shade(maps[index][at], most[index]) : null;
  };
  lesson.panes.all.forEach((pane, index) => {
    lesson.panes.titled(pane, titles[index], ["", numbers.c, numbers.h][index]);
    // c comes from one cell state, h from the states that the state-to-state kernel reads.
    const reads = [[], [lstm.own], lstm.taps][index];
    drawMap(pane.grid, colourOf(index), { here, reads }, colours);
  });
  frame.legend(["target", ["weight-low", "below 0"], ["weight-high", "above 0"], ["past", "not computed yet"]]);
  frame.meter({ value: numbers.h, label: "h at this pixel", detail: `c ${numbers.c}, one pixel ${lstm.prior} ${numbers.before}` });
  const [row, column] = [Math.floor(here / lesson.width), here % lesson.width];
  lesson.caption(`Row ${row}, column ${column}, one feature of a trained ${lstm.title}: forget gate ${numbers.f}, input gate ${numbers.i}, `
    + `content ${numbers.g}, output gate ${numbers.o}; c goes from ${numbers.before} to ${numbers.c}, h is ${numbers.h}.`);
}
