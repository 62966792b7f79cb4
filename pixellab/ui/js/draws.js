/** The colour of one pixel as it stands, and fields of colours that were drawn for it. */

const DRAWS_ACROSS = 8;
const DRAWS_CELL = 14; // CSS pixels

/** @param {(number | null)[]} values red, green, blue; null: not known yet */
export function rgb(values) {
  return `rgb(${values.map((v) => v ?? 0).join(",")})`;
}

/** How many colours have both a bright value and a dark one. @param {number[][]} colours */
export function brightAndDark(colours) {
  return colours.filter((values) => values.some((v) => v >= 128) && values.some((v) => v < 128)).length;
}

export class Draws {
  /** @param {HTMLElement} root an empty element */
  constructor(root) {
    root.innerHTML = `<div class="dp-now"><i></i><span></span></div>
      <figure><canvas></canvas><figcaption></figcaption></figure><figure><canvas></canvas><figcaption></figcaption></figure>`;
    this.chip = root.firstElementChild;
    this.figures = [...root.querySelectorAll("figure")];
  }

  /** @param {(number | null)[] | null} values of the colour; null while the model is at work */
  now(values) {
    const [patch, words] = this.chip.children;
    patch.style.background = values && values[2] !== null ? rgb(values) : "transparent";
    words.innerHTML = values ? values.map((value, c) => `<b>${"RGB"[c]}</b> ${value ?? "…"}`).join("<br>") : "The model is at work …";
    if (!values) this.show(null, null);
  }

  /** Two fields, each of colours and a caption; null: none. @param {...([number[][], string] | null)} fields */
  show(...fields) {
    fields.forEach((field, i) => {
      const figure = this.figures[i];
      figure.hidden = !field;
      if (field) this.draw(figure, ...field);
    });
  }

  draw(figure, colours, caption) {
    const canvas = figure.firstElementChild;
    const ratio = window.devicePixelRatio || 1;
    const cell = Math.round(DRAWS_CELL * ratio);
    Object.assign(canvas, { width: DRAWS_ACROSS * cell, height: Math.ceil(colours.length / DRAWS_ACROSS) * cell });
    canvas.style.width = `${(DRAWS_ACROSS * cell) / ratio}px`;
    const pen = canvas.getContext("2d");
    colours.forEach((values, i) => {
      pen.fillStyle = rgb(values);
      pen.fillRect((i % DRAWS_ACROSS) * cell, Math.floor(i / DRAWS_ACROSS) * cell, cell, cell);
    });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Colours of this pixel: ${caption}`);
    figure.lastElementChild.textContent = caption;
  }
}
