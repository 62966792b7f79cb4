/** One cell of a lesson's grid: the part it plays, each with a fill and a second cue, and what became of a guess. */
import { Part } from "./fields.js";
import { mix } from "./palette.js";
import { ring } from "./pixels.js";

/** What became of a guessed cell. */
export const Mark = Object.freeze({ NONE: 0, GUESS: 1, RIGHT: 2, MISSED: 3, EXTRA: 4 });

/** One cell in its role: fill and second cue. */
export function paintRole(pen, role, cell, ratio, colours) {
  const line = Math.max(1, Math.round(ratio));
  const gap = cell >= 18 * ratio ? line : 0;
  const [at, side] = [gap, cell - 2 * gap + 1];
  const fill = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(at, at, side, side);
  };
  const border = (colour, dash = []) => {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.setLineDash(dash);
    pen.strokeRect(at + line / 2, at + line / 2, side - line, side - line);
    pen.setLineDash([]);
  };
  if (role === Part.SEEN || role === Part.ROW) {
    fill(role === Part.SEEN ? colours.context : colours.contextRow);
    border(mix(role === Part.SEEN ? colours.context : colours.contextRow, colours.page, 0.25));
  } else if (role === Part.BLIND) {
    fill(colours.blind);
    pen.save();
    pen.beginPath();
    pen.rect(at, at, side, side);
    pen.clip();
    pen.strokeStyle = colours.dark ? colours.page : colours.text;
    pen.lineWidth = Math.max(1, cell / 18);
    const pitch = Math.max(cell / 3.5, 3.2 * ratio);
    for (let k = -cell; k < 2 * cell; k += pitch) {
      pen.beginPath();
      pen.moveTo(k, cell);
      pen.lineTo(k + cell, 0);
      pen.stroke();
    }
    pen.restore();
    border(colours.line);
  } else if (role === Part.FAR) {
    fill(colours.page);
    if (cell >= 10 * ratio) border(colours.outOfReach, [2.5 * ratio, 2 * ratio]); // in small cells, noise beside the dot
    pen.fillStyle = colours.outOfReach;
    const dot = Math.max(2, Math.round(cell / 9));
    pen.fillRect(Math.round((cell - dot) / 2), Math.round((cell - dot) / 2), dot, dot);
  } else if (role === Part.FUTURE) {
    fill(colours.future);
    border(colours.futureEdge);
  } else if (role === Part.LEAK) {
    fill(colours.leak);
    pen.strokeStyle = colours.page;
    pen.lineWidth = Math.max(1.5, cell / 9);
    cross(pen, cell / 2, cell / 2, cell * 0.22);
  } else if (role === Part.TARGET) {
    fill(colours.page);
    ring(pen, at, at, side - 1, colours, ratio * Math.max(1, Math.min(1.6, cell / ratio / 16)));
  } else {
    fill(colours.page);
    border(colours.line);
  }
}

/** Two strokes, as thick as the pen is. */
export function cross(pen, x, y, arm) {
  pen.beginPath();
  pen.moveTo(x - arm, y - arm);
  pen.lineTo(x + arm, y + arm);
  pen.moveTo(x + arm, y - arm);
  pen.lineTo(x - arm, y + arm);
  pen.stroke();
}

/** The guess on a cell: a frame in the target's colour; ✓ right, ○ missed, − extra. */
export function paintMark(pen, mark, cell, ratio, solid, colours) {
  const thick = Math.max(2, cell / 11);
  const inset = Math.max(1, Math.round(ratio)) + thick / 2;
  const ink = solid ? (colours.dark ? colours.page : "#ffffff") : colours.text;
  if (mark !== Mark.MISSED) {
    if (mark === Mark.GUESS) {
      pen.fillStyle = mix(colours.page, colours.target, 0.28);
      pen.fillRect(inset, inset, cell + 1 - 2 * inset, cell + 1 - 2 * inset);
    }
    pen.strokeStyle = colours.target;
    pen.lineWidth = thick;
    pen.strokeRect(inset, inset, cell + 1 - 2 * inset, cell + 1 - 2 * inset);
  }
  const m = cell / 2;
  const disc = (radius) => {
    pen.beginPath();
    pen.arc(m, m, radius, 0, 7);
  };
  if (mark === Mark.RIGHT || mark === Mark.EXTRA || mark === Mark.MISSED) {
    // The sign stands on a quiet disc, so that it reads on any role.
    disc(cell * 0.31);
    pen.fillStyle = solid ? colours.context : colours.page;
    pen.fill();
  }
  pen.strokeStyle = ink;
  pen.lineWidth = Math.max(1.5, cell / 10);
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  if (mark === Mark.RIGHT) {
    pen.moveTo(m - cell * 0.17, m + cell * 0.01);
    pen.lineTo(m - cell * 0.04, m + cell * 0.14);
    pen.lineTo(m + cell * 0.18, m - cell * 0.14);
  } else if (mark === Mark.EXTRA) {
    pen.moveTo(m - cell * 0.16, m);
    pen.lineTo(m + cell * 0.16, m);
  } else if (mark === Mark.MISSED) {
    pen.arc(m, m, cell * 0.17, 0, 7);
  }
  pen.stroke();
}
