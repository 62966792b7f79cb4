/** Two bills side by side: what learner and model have paid, bet by bet, as lines that climb. */

const BILL_HEIGHT = 132;

export class Bill {
  /** @param {HTMLElement} root an empty element */
  constructor(root) {
    this.canvas = root.appendChild(document.createElement("canvas"));
    this.canvas.className = "gp-bill";
    this.canvas.setAttribute("role", "img");
  }

  /**
   * @param {import("./guess_game.js").Round[]} rounds @param {number} length of the axis, in bets
   * @param {import("./palette.js").Palette} colours @param {number} room CSS pixels
   */
  draw(rounds, length, colours, room) {
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.round(Math.min(room, 640) * ratio), Math.round(BILL_HEIGHT * ratio)];
    if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
    canvas.style.width = `${wide / ratio}px`;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, wide, tall);
    pen.font = `${13 * ratio}px ${getComputedStyle(canvas).fontFamily}`;
    const lines = { mine: running(rounds, "mine"), model: running(rounds, "model") };
    const most = Math.max(length, rounds.length);
    const top = Math.max(most, lines.mine.at(-1), lines.model.at(-1));
    const [left, right, floor, head] = [26 * ratio, wide - 112 * ratio, tall - 22 * ratio, 10 * ratio];
    const x = (n) => left + (n / most) * (right - left);
    const y = (bits) => floor - (bits / top) * (floor - head);
    this.axes(pen, { x, y, left, right, floor, most, top, ratio, colours });
    this.line(pen, Array.from({ length: most + 1 }, (_, n) => n), x, y, colours.line, ratio, [1, 4]);
    this.line(pen, lines.model, x, y, colours.context, 2.5 * ratio, [6, 4]);
    this.line(pen, lines.mine, x, y, colours.target, 2.5 * ratio, []);
    const close = (line) => Math.abs(y(line.at(-1)) - y(most)) < 20 * ratio;
    const taken = rounds.length > 0.8 * most && (close(lines.mine) || close(lines.model));
    pen.fillStyle = colours.muted;
    if (!taken) pen.fillText("five and five", right + 8 * ratio, y(most));
    if (rounds.length) this.labels(pen, lines, { x, y, ratio, colours });
    const said = `Bits paid after ${rounds.length} bets: you ${lines.mine.at(-1).toFixed(1)}, the model ${lines.model.at(-1).toFixed(1)}.`;
    if (canvas.getAttribute("aria-label") !== said) canvas.setAttribute("aria-label", said);
  }

  axes(pen, { x, y, left, right, floor, most, top, ratio, colours }) {
    pen.fillStyle = colours.faint;
    pen.fillRect(left, floor, right - left, Math.max(1, ratio));
    pen.fillStyle = colours.muted;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    const step = top > 100 ? 50 : top > 50 ? 20 : 10;
    for (let bits = 0; bits <= top; bits += step) pen.fillText(String(bits), left - 6 * ratio, y(bits));
    pen.textAlign = "center";
    for (let n = 10; n <= most; n += most > 60 ? 20 : 10) pen.fillText(String(n), x(n), floor + 12 * ratio);
    pen.textAlign = "left";
    pen.fillText("bets", right + 10 * ratio, floor + 12 * ratio);
    pen.fillText("bits", left + 6 * ratio, y(top) + 2 * ratio);
  }

  line(pen, values, x, y, colour, width, dash) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dash.map((part) => part * Math.max(1, width / 2.5)));
    pen.beginPath();
    values.forEach((bits, n) => (n ? pen.lineTo(x(n), y(bits)) : pen.moveTo(x(n), y(bits))));
    pen.stroke();
    pen.setLineDash([]);
  }

  /** At the ends of the lines, and never one upon the other. */
  labels(pen, { mine, model }, { x, y, ratio, colours }) {
    const at = x(mine.length - 1) + 8 * ratio;
    let [upper, lower] = [{ name: "you", bits: mine.at(-1), colour: colours.target },
      { name: "model", bits: model.at(-1), colour: colours.context }].sort((a, b) => b.bits - a.bits);
    const gap = 16 * ratio;
    const low = Math.min(y(0) - 2 * ratio, Math.max(y(lower.bits), y(upper.bits) + gap));
    const high = Math.min(y(upper.bits), low - gap);
    pen.textAlign = "left";
    for (const [{ name, bits, colour }, height] of [[upper, high], [lower, low]]) {
      pen.fillStyle = colour;
      pen.fillText(`${name} ${bits.toFixed(1)}`, at, height);
    }
  }
}

/** Sums from nothing on. */
function running(rounds, who) {
  const sums = [0];
  for (const round of rounds) sums.push(sums.at(-1) + round[who]);
  return sums;
}
