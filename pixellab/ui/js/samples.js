/** Samples of a model, cut from the one sheet that Python sent. */
import { element } from "./element.js";

const PICTURE_SIDE = 56; // CSS pixels, about: a cell has a whole number of them

/** Whether a row of a gallery is one of places, not of a class. @param {string} row */
export function isPlace(row) {
  return row.startsWith("row ");
}

/**
 * One cell of the sheet as an element.
 * @param {import("./comparison.js").Model} model @param {number} index @param {number} [side] CSS pixels, about
 */
export function cut(model, index, side = PICTURE_SIDE) {
  const { gallery, field } = model;
  const scale = Math.max(1, Math.round(side / field.width));
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
