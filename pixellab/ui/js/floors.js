/**
 * Both stacks as floors, the last layer on top and the picture below: on each floor, what the target reads of it.
 */
const FLOORS_TOP = 26; // CSS pixels above the first floor, for the names of the stacks
const FLOORS_MIDDLE = 46; // CSS pixels between the stacks, for their wires

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{network: import("./fields.js").Network, cone: import("./fields.js").Cone, target: number, head: number,
 *   down: boolean, back: boolean}} scene head: how many layers down from the target are followed
 * @param {number} room CSS pixels of width @param {import("./palette.js").Palette} colours
 */
export function drawFloors(canvas, { network, cone, target, head, down, back }, room, colours) {
  const { height, width, layers } = network;
  const ratio = window.devicePixelRatio || 1;
  const lean = 0.45; // columns that a row is moved, a row
  const side = Math.min(15, (room - FLOORS_MIDDLE) / 2 / (width + lean * height));
  const flat = Math.min(side * 0.42, 96 / height);
  const pitch = flat * height + 14;
  const tall = FLOORS_TOP + pitch * (layers.length + 1) + 6;
  const wide = side * (width + lean * height);
  Object.assign(canvas, { width: Math.round(room * ratio), height: Math.round(tall * ratio) });
  Object.assign(canvas.style, { width: `${room}px`, height: `${tall}px` });
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const family = getComputedStyle(canvas).fontFamily;

  const floor = (left, top, reached, fill, name) => {
    const corner = (row, column) => [left + (column + lean * (height - row)) * side, top + row * flat];
    const shape = (row, column, rows, columns) => {
      pen.beginPath();
      [[row, column], [row, column + columns], [row + rows, column + columns], [row + rows, column]].forEach(([r, c], i) =>
        (i ? pen.lineTo(...corner(r, c)) : pen.moveTo(...corner(r, c))));
      pen.closePath();
    };
    shape(0, 0, height, width);
    pen.fillStyle = colours.page;
    pen.fill();
    reached?.forEach((on, cell) => {
      if (!on) return;
      const [row, column] = [Math.floor(cell / width), cell % width];
      shape(row, column, 1, 1);
      pen.fillStyle = fill(cell);
      pen.fill();
      pen.strokeStyle = colours.page;
      pen.lineWidth = 0.5;
      pen.stroke();
    });
    shape(Math.floor(target / width), target % width, 1, 1);
    pen.strokeStyle = colours.target;
    pen.lineWidth = 1.8;
    pen.stroke();
    shape(0, 0, height, width);
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1;
    pen.stroke();
    pen.fillStyle = colours.muted;
    pen.textAlign = "left";
    pen.fillText(name, left, top + flat * height - 2 < top + 12 ? top + 10 : top + 11);
  };

  const [vertical, horizontal] = [0, wide + FLOORS_MIDDLE];
  pen.font = `600 15px ${family}`;
  pen.fillStyle = colours.text;
  pen.textAlign = "center";
  pen.fillText("vertical stack", vertical + wide / 2, 15);
  pen.fillText("horizontal stack", horizontal + wide / 2, 15);
  for (let depth = layers.length; depth > 0; depth--) {
    const top = FLOORS_TOP + (layers.length - depth) * pitch;
    const lit = depth >= layers.length - head;
    pen.font = `13px ${family}`;
    floor(vertical, top, lit ? cone.cells(depth, "vertical") : null, () => colours.context, `${depth}`);
    floor(horizontal, top, lit ? cone.cells(depth, "horizontal") : null, () => colours.contextRow, `${depth}`);
    const middle = top + (flat * height) / 2;
    const [from, to] = [wide + 4, wide + FLOORS_MIDDLE - 2];
    floorArrow(pen, from, to, middle - (back ? 6 : 0), colours.context, down);
    if (back && depth > 1) floorArrow(pen, to, from, middle + 7, colours.target, true);
  }
  const top = FLOORS_TOP + layers.length * pitch;
  const past = (cell) => (cell >= target ? colours.leak : Math.floor(cell / width) === Math.floor(target / width)
    ? colours.contextRow : colours.context);
  floor((vertical + horizontal) / 2, top, head >= layers.length ? cone.cells(0) : null, past, "picture");
}

/** A wire from one stack to the other; cut: a gap and a cross. */
function floorArrow(pen, from, to, y, colour, whole) {
  const way = Math.sign(to - from);
  const middle = (from + to) / 2;
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(from, y);
  pen.lineTo(whole ? to - 6 * way : middle - 9 * way, y);
  if (!whole) {
    pen.moveTo(middle + 9 * way, y);
    pen.lineTo(to - 6 * way, y);
    pen.moveTo(middle - 4, y - 4);
    pen.lineTo(middle + 4, y + 4);
    pen.moveTo(middle + 4, y - 4);
    pen.lineTo(middle - 4, y + 4);
  }
  pen.stroke();
  pen.beginPath();
  pen.moveTo(to, y);
  pen.lineTo(to - 8 * way, y - 5);
  pen.lineTo(to - 8 * way, y + 5);
  pen.fill();
}
