/** One dial: the distribution of one colour over its 256 values, and a hand that can be dragged or moved by keys. */

const DIAL_HEIGHT = 84; // CSS pixels
const DIAL_EDGE = 8; // on both sides, for the hand

/**
 * @typedef {{letter: string, name: string, colour: string, share: Float64Array | null, before: Float64Array | null,
 *   value: number | null, curve: {mean: number, spread: number} | null, moved: boolean, hover: number | null}} DialState
 *   before: the distribution that it had for the picture's own colours; curve: a Gaussian instead
 */
export class Dial {
  /** @param {HTMLElement} root @param {{set: (value: number) => void, hover: (value: number | null) => void}} calls */
  constructor(root, calls) {
    this.calls = calls;
    root.className = "dl";
    root.innerHTML = `<b class="dl-letter"></b><canvas tabindex="0" role="slider" aria-valuemin="0" aria-valuemax="255" data-arrows></canvas>
      <span class="dl-said"></span>`;
    [this.letter, this.canvas, this.said] = root.children;
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      calls.set(this.at(event));
    };
    canvas.onpointermove = (event) => (event.buttons ? calls.set(this.at(event)) : calls.hover(this.at(event)));
    canvas.onpointerleave = () => calls.hover(null);
    canvas.onkeydown = (event) => this.key(event);
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const value = ((event.clientX - box.left - DIAL_EDGE) / (box.width - 2 * DIAL_EDGE)) * 256;
    return Math.min(255, Math.max(0, Math.floor(value)));
  }

  key(event) {
    const step = { ArrowRight: 4, ArrowUp: 4, ArrowLeft: -4, ArrowDown: -4 }[event.key];
    const to = step ? (this.value ?? 0) + step : { Home: 0, End: 255 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    this.calls.set(Math.min(255, Math.max(0, to)));
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {DialState} state @param {import("./palette.js").Palette} colours @param {number} room CSS pixels */
  draw(state, colours, room) {
    this.value = state.value;
    this.letter.textContent = state.letter;
    this.letter.style.color = state.colour;
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.max(64, Math.round(room * ratio)), DIAL_HEIGHT * ratio];
    if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
    canvas.style.width = `${wide / ratio}px`;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, wide, tall);
    const axis = tall - 15 * ratio;
    const step = (wide - 2 * DIAL_EDGE * ratio) / 256;
    const x = (value) => DIAL_EDGE * ratio + value * step;
    this.scale(pen, x, axis, wide, colours, ratio);
    const { share, before, curve } = state;
    canvas.setAttribute("aria-label", `${state.name}: ${share ? "its distribution" : "the model is at work"}`);
    canvas.setAttribute("aria-valuenow", String(state.value ?? 0));
    canvas.style.opacity = share ? "1" : "0.45";
    if (state.value !== null) this.hand(pen, x(state.value + 0.5), axis, colours, ratio);
    if (share) {
      const top = share.reduce((most, p) => Math.max(most, p), 0);
      const high = (p, most = top) => Math.min(1, p / most) * (axis - 10 * ratio);
      pen.fillStyle = state.colour;
      pen.globalAlpha = curve ? 0.35 : 1;
      share.forEach((p, v) => pen.fillRect(Math.floor(x(v)), axis - high(p), Math.ceil(step), high(p)));
      pen.globalAlpha = 1;
      if (before) this.outline(pen, before, x, axis, (p) => high(p, before.reduce((m, q) => Math.max(m, q), 0)), colours, ratio);
      if (curve) this.bell(pen, curve, x, axis, ratio, colours);
    }
    if (state.hover !== null) {
      pen.fillStyle = colours.muted;
      pen.fillRect(x(state.hover + 0.5), 0, Math.max(1, ratio), axis);
    }
    const looked = state.hover ?? state.value;
    const percent = share && looked !== null ? `${looked}: ${(100 * share[looked]).toFixed(2)} %` : "…";
    this.said.innerHTML = `<b>${percent}</b>${state.moved ? "<em>moved</em>" : ""}`;
  }

  scale(pen, x, axis, wide, colours, ratio) {
    pen.fillStyle = colours.line;
    pen.fillRect(0, axis, wide, Math.max(1, ratio));
    pen.fillStyle = colours.muted;
    pen.font = `${11 * ratio}px ${getComputedStyle(this.canvas).fontFamily}`;
    pen.textBaseline = "top";
    pen.textAlign = "center";
    for (const value of [0, 64, 128, 192, 255]) pen.fillText(String(value), Math.min(wide - 10 * ratio, x(value + 0.5)), axis + 3 * ratio);
  }

  /** What it was before: a dashed line above the bars. */
  outline(pen, share, x, axis, high, colours, ratio) {
    pen.strokeStyle = colours.text;
    pen.lineWidth = ratio;
    pen.setLineDash([3 * ratio, 2 * ratio]);
    pen.beginPath();
    share.forEach((p, v) => pen.lineTo(x(v + 0.5), axis - high(p)));
    pen.stroke();
    pen.setLineDash([]);
  }

  bell(pen, { mean, spread }, x, axis, ratio, colours) {
    pen.strokeStyle = colours.text;
    pen.lineWidth = 2 * ratio;
    pen.beginPath();
    for (let v = 0; v < 256; v++) {
      pen.lineTo(x(v + 0.5), axis - Math.exp(-(((v - mean) / Math.max(spread, 0.5)) ** 2) / 2) * (axis - 10 * ratio));
    }
    pen.stroke();
  }

  /** Behind the bars, so that the one it points at is seen. */
  hand(pen, at, axis, colours, ratio) {
    pen.fillStyle = colours.target;
    pen.fillRect(at - ratio, 4 * ratio, 2 * ratio, axis - 4 * ratio);
    pen.beginPath();
    pen.moveTo(at - 6 * ratio, 0);
    pen.lineTo(at + 6 * ratio, 0);
    pen.lineTo(at, 10 * ratio);
    pen.fill();
  }
}
