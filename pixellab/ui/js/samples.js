/** Samples of a model, cut from the one sheet that Python sent. */
import { element } from "./element.js";

const PICTURE_SIDE = 56; // CSS pixels, at least; a whole number of pixels a cell

/** One cell of the sheet as an element. @param {import("./comparison.js").Model} model @param {number} index */
export function cut(model, index) {
  const { gallery, field } = model;
  const scale = Math.max(1, Math.round(PICTURE_SIDE / field.width));
  const rows = gallery.seeds.length / gallery.columns;
  const picture = element("div", "cm-picture");
  const [width, height] = [field.width * scale, field.height * scale];
  Object.assign(picture.style, { width: `${width}px`, height: `${height}px`, backgroundImage: `url(data:image/png;base64,${gallery.sheet})`,
    backgroundSize: `${width * gallery.columns}px ${height * rows}px`,
    backgroundPosition: `${-width * (index % gallery.columns)}px ${-height * Math.floor(index / gallery.columns)}px` });
  const asked = gallery.rows[Math.floor(index / gallery.columns)];
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `Sample of ${model.name}, seed ${gallery.seeds[index]}${asked ? `, ${asked}` : ""}`);
  picture.title = `seed ${gallery.seeds[index]}${asked ? `, ${asked}` : ""}`;
  return picture;
}

/** The sample of a seed; of several, one that the seed names. @returns {{picture: HTMLElement, asked: string} | null} */
export function sample(model, seed) {
  if (!model.gallery) return null;
  const there = model.gallery.seeds.flatMap((own, index) => (own === seed ? [index] : []));
  if (!there.length) return null;
  const index = there[seed % there.length];
  return { picture: cut(model, index), asked: model.gallery.rows[Math.floor(index / model.gallery.columns)] };
}
