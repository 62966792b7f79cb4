/** The wave of computation: which cells of each model's map are computed in a step. */
import { Part } from "./fields.js";
import { wavesLong } from "./waves.js";

/** @param {import("./row_diagonal.js").RowDiagonal} lesson */
export function drawWaves(lesson) {
  const { frame } = lesson;
  const head = frame.revealed ? lesson.bar.head : 0;
  for (const pane of lesson.panes.all) {
    const { name, grid } = pane;
    const maps = lesson.waves[name];
    const long = wavesLong(maps);
    const told = frame.revealed || name !== "diagonal";
    lesson.panes.titled(pane, lesson.data.names[name], told ? String(long) : "?", long === 1 ? "step" : "steps");
    const roles = Uint8Array.from(maps[0], (_, i) => {
      const done = maps.filter((steps) => steps[i] < head).length;
      if (maps.some((steps) => steps[i] === head)) return Part.TARGET;
      return done === maps.length ? Part.SEEN : done ? Part.ROW : Part.PAST;
    });
    grid.draw({ roles }, frame.colours);
  }
  frame.legend([["target", "computed in this step"], ["seen", "computed"], ["row", "from one side only"], ["past", "waiting"]]);
  if (frame.revealed) frame.meter({ value: `${head}`, label: `of ${lesson.longest} steps`, detail: "for one layer, one after another" });
  else frame.meter(null);
  const cell = lesson.here;
  const at = (name) => [...new Set(lesson.waves[name].map((steps) => steps[cell]))].join(" and ");
  const [height, width] = [lesson.height, lesson.width];
  lesson.caption(frame.revealed
    ? `Row ${Math.floor(cell / width)}, column ${cell % width}: PixelCNN computes it in step ${at("pixelcnn")}, Row LSTM in `
      + `step ${at("row")}, Diagonal BiLSTM in step ${at("diagonal")} (one for each direction).`
    : `Maps of ${height} by ${width} features, nothing is computed yet.`);
}
