/** From logits to probabilities: three aligned rows over the 256 values, under one pointer. */

const STEP_HEIGHT = 74; // CSS pixels
const LOWEST = -16; // logits below are drawn at the edge

export class SoftmaxSteps {
  /** @param {HTMLElement} root @param {(value: number | null) => void} hover */
  constructor(root, hover) {
    root.className = "ss";
    root.innerHTML = ["logits", "÷ T", "softmax"].map((name) =>
      `<div class="ss-row"><b>${name}</b><canvas role="img"></canvas><span></span></div>`).join("");
    this.rows = [...root.children];
    this.canvases = this.rows.map((row) => row.querySelector("canvas"));
    for (const canvas of this.canvases) {
      const at = (event) => {
        const box = canvas.getBoundingClientRect();
        hover(Math.min(255, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * 256))));
      };
      canvas.onpointermove = at;
      canvas.onpointerdown = at;
      canvas.onpointerleave = (event) => event.pointerType === "mouse" && hover(null);
    }
  }

  /**
   * @param {Float64Array} plain probabilities at temperature 1 @param {Float64Array} share at T @param {number} t
   * @param {number | null} value looked at @param {string} colour @param {import("./palette.js").Palette} colours
   * @param {number} room CSS pixels
   */
  draw(plain, share, t, value, colour, colours, room) {
    const logits = plain.map((p) => Math.max(LOWEST, Math.log(p)));
    const divided = t ? logits.map((l) => Math.max(LOWEST, l / t)) : null;
    const top = share.reduce((most, p) => Math.max(most, p), 0);
    const shapes = [logits.map((l) => 1 - l / LOWEST), divided?.map((l) => 1 - l / LOWEST) ?? share, share.map((p) => p / top)];
    const words = (i) => value === null ? "" : [
      Math.log(plain[value]) > LOWEST ? Math.log(plain[value]).toFixed(2) : `below ${LOWEST}`,
      t ? (Math.log(plain[value]) / t > 2 * LOWEST ? (Math.log(plain[value]) / t).toFixed(2) : "far below") : "T → 0: only the largest stays",
      `${(100 * share[value]).toFixed(2)} %`][i];
    this.rows[1].firstElementChild.textContent = `÷ ${t || "0"}`;
    this.canvases.forEach((canvas, i) => {
      this.bars(canvas, shapes[i], value, colour, colours, room);
      this.rows[i].lastElementChild.textContent = value === null ? "" : `${value}: ${words(i)}`;
      canvas.setAttribute("aria-label", `${["Logits", "Logits divided by T", "Probabilities"][i]} of 256 values${
        value === null ? "" : `; ${value}: ${words(i)}`}`);
    });
  }

  bars(canvas, shape, value, colour, colours, room) {
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.max(64, Math.round(room * ratio)), STEP_HEIGHT * ratio];
    if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
    canvas.style.width = `${wide / ratio}px`;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, wide, tall);
    const step = wide / 256;
    pen.fillStyle = colour;
    shape.forEach((part, v) => {
      const high = Math.max(0, part) * (tall - 4 * ratio);
      pen.fillRect(Math.floor(v * step), tall - high, Math.ceil(step), high);
    });
    pen.fillStyle = colours.line;
    pen.fillRect(0, tall - ratio, wide, ratio);
    if (value === null) return;
    pen.fillStyle = colours.target;
    pen.fillRect((value + 0.5) * step - ratio, 0, 2 * ratio, tall);
  }
}
