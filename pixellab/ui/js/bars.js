/**
 * Distribution bars: what the model held likely for one pixel, and what was drawn.
 * Two values: a labelled bar each, with its number. More: a histogram a channel, R, G, B by colour and letter.
 */
import { cividis } from "./palette.js";

const BARS_HEIGHT = 84;

/**
 * @typedef {Object} Guess
 * @property {string} title such as "Row 17, column 14"
 * @property {number} levels @property {number} channels
 * @property {Float32Array | null} shares probabilities, channel after channel; null: not kept
 * @property {number[] | null} drawn the value of each channel; null: not drawn yet
 * @property {string} [note] a muted line under the bars
 */
export class Bars {
  /** @param {HTMLElement} root an empty element */
  constructor(root) {
    this.root = root;
    root.classList.add("bars");
    root.innerHTML = `<p class="bars-title"></p><div class="bars-body"></div><p class="bars-note"></p>`;
    [this.title, this.body, this.note] = root.children;
    this.shape = "";
  }

  /** @param {Guess} guess @param {import("./palette.js").Palette} colours */
  show(guess, colours) {
    const { levels, channels, shares } = guess;
    this.title.textContent = guess.title;
    this.note.textContent = guess.note ?? "";
    this.body.hidden = !shares;
    if (!shares) return;
    const shape = `${levels}/${channels}`;
    if (shape !== this.shape) {
      this.shape = shape;
      if (levels === 2) this.buildTwo();
      else this.buildMany(channels);
    }
    if (levels === 2) this.showTwo(guess);
    else this.showMany(guess, colours);
  }

  buildTwo() {
    this.body.innerHTML = ["black", "white"].map((name, value) => `<div class="bars-row">
      <i class="bars-ink" data-value="${value}"></i><span>${name}</span>
      <span class="bars-track"><i></i></span><b></b><span class="bars-drawn"></span></div>`).join("");
  }

  /** @param {Guess} guess */
  showTwo({ shares, drawn }) {
    [...this.body.children].forEach((row, value) => {
      const bar = row.querySelector(".bars-track i");
      bar.style.width = `${100 * shares[value]}%`;
      bar.style.background = cividis(shares[value]);
      row.querySelector("b").textContent = shares[value].toFixed(2);
      const chosen = drawn !== null && drawn[0] === value;
      row.classList.toggle("chosen", chosen);
      row.querySelector(".bars-drawn").textContent = chosen ? "drawn" : "";
    });
  }

  buildMany(channels) {
    const letters = channels === 3 ? ["R", "G", "B"] : [""];
    this.body.innerHTML = letters.map((letter) => `<div class="bars-many"><b>${letter}</b>
      <canvas role="img"></canvas><span></span></div>`).join("");
  }

  /** @param {Guess} guess @param {import("./palette.js").Palette} colours */
  showMany({ levels, channels, shares, drawn }, colours) {
    [...this.body.children].forEach((row, c) => {
      const colour = channels === 3 ? [colours.red, colours.green, colours.blue][c] : colours.context;
      const canvas = row.querySelector("canvas");
      const own = shares.subarray(c * levels, (c + 1) * levels);
      const value = drawn === null ? null : drawn[c];
      row.querySelector("b").style.color = colour;
      row.querySelector("span").textContent = value === null ? "" : `${value} drawn, ${(100 * own[value]).toFixed(1)} %`;
      const top = own.indexOf(Math.max(...own));
      canvas.setAttribute("aria-label", `Probability of each of ${levels} values; the likeliest is ${top}.`);
      histogram(canvas, own, value, colour, colours);
    });
  }
}

/**
 * @param {HTMLCanvasElement} canvas @param {Float32Array} shares @param {number | null} drawn
 * @param {string} colour @param {import("./palette.js").Palette} colours
 */
function histogram(canvas, shares, drawn, colour, colours) {
  const ratio = window.devicePixelRatio || 1;
  const wide = Math.max(64, Math.round(canvas.clientWidth * ratio));
  const tall = BARS_HEIGHT * ratio;
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  const pen = canvas.getContext("2d");
  const axis = tall - 14 * ratio;
  const top = Math.max(...shares);
  const step = wide / shares.length;
  pen.clearRect(0, 0, wide, tall);
  pen.fillStyle = colour;
  shares.forEach((share, value) => {
    const high = (share / top) * (axis - 8 * ratio);
    pen.fillRect(Math.floor(value * step), axis - high, Math.ceil(step), high);
  });
  pen.fillStyle = colours.line;
  pen.fillRect(0, axis, wide, Math.max(1, ratio));
  pen.fillStyle = colours.muted;
  pen.font = `${11 * ratio}px sans-serif`;
  pen.textBaseline = "bottom";
  for (const [value, align] of [[0, "left"], [shares.length >> 1, "center"], [shares.length - 1, "right"]]) {
    pen.textAlign = align;
    pen.fillText(String(value), (value / (shares.length - 1)) * wide, tall);
  }
  if (drawn === null) return;
  const x = (drawn + 0.5) * step;
  pen.fillStyle = colours.target;
  pen.fillRect(x - ratio, 6 * ratio, 2 * ratio, axis - 6 * ratio);
  pen.beginPath();
  pen.moveTo(x - 5 * ratio, 0);
  pen.lineTo(x + 5 * ratio, 0);
  pen.lineTo(x, 8 * ratio);
  pen.fill();
}
