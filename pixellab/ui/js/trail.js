/** Hops on a grid: the line through the layers, and the flag that it should reach. */

/** @param {CanvasRenderingContext2D} pen @param {[number, number][]} points @param {number} side of a cell */
export function drawTrail(pen, points, side, colours) {
  if (points.length < 2) return;
  pen.lineCap = pen.lineJoin = "round";
  for (const [colour, width] of [[colours.page, side / 4.2], [colours.target, side / 8]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
  }
  points.slice(1).forEach(([x, y]) => {
    pen.beginPath();
    pen.arc(x, y, side * 0.17, 0, 7);
    pen.fillStyle = colours.page;
    pen.fill();
    pen.lineWidth = side / 9;
    pen.strokeStyle = colours.target;
    pen.stroke();
  });
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number]} middle of the cell @param {number} side of it */
export function drawFlag(pen, [x, y], side, colours) {
  const [foot, top] = [y + side * 0.34, y - side * 0.36];
  const pole = x - side * 0.18;
  const draw = (colour, width) => {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(pole, foot);
    pen.lineTo(pole, top);
    pen.lineTo(pole + side * 0.48, top + side * 0.18);
    pen.lineTo(pole, top + side * 0.36);
    pen.stroke();
    pen.fill();
  };
  draw(colours.page, side / 4.5);
  draw(colours.target, side / 11);
}
