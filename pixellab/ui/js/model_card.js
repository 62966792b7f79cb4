/** The card of one model: what it is and took, where it departs from the paper, its curve, and all its samples. */
import { drawCurve } from "./curve.js";
import { element } from "./element.js";
import { cut, isPlace } from "./samples.js";

export class ModelCard {
  constructor() {
    this.root = element("section", "cm-card");
  }

  /**
   * @param {import("./comparison.js").Model} model @param {import("./comparison.js").Group} group
   * @param {boolean} hidden whether the figures must not be seen yet @param {number} room CSS pixels of width
   */
  show(model, group, hidden, room) {
    const made = JSON.stringify([model.name, hidden, room]);
    if (this.made === made) return;
    this.made = made;
    const { root } = this;
    root.replaceChildren();
    root.setAttribute("aria-label", `The card of ${model.name}`);
    element("h3", "", `${model.name}: ${model.title}`, root);
    const facts = element("dl", "", "", root);
    const say = (name, ...values) => {
      element("dt", "", name, facts);
      const parts = element("dd", "", "", facts);
      for (const value of values) parts.append(typeof value === "string" ? element("div", "", value) : value);
    };
    say("network", `${model.architecture}, ${model.network}, ${model.weights.toLocaleString("en")} weights`);
    if (model.given) say("told", `the ${model.given} of each picture: its likelihood is that of the picture given this`);
    say("training", model.trained, element("code", "", model.commands[0]));
    if (!hidden) {
      say("measured", model.ours ? `${model.ours.text} on ${model.ours.on}` : "not yet", element("code", "", model.commands[1]));
      say("published", ...(model.published.length ? model.published.map((f) => `${f.text} ${f.model}: ${f.source}`) : ["no figure for such a model"]));
    }
    if (model.counts.length) say("obeys", ...model.counts);
    if (model.departures.length) say("departs from the paper", ...model.departures);
    if (!hidden) this.curve(model, group, room);
    this.gallery(model, room);
  }

  curve(model, group, room) {
    const figure = element("figure", "cm-curve", "", this.root);
    if (!model.curve.length) return void element("figcaption", "", "No curve of this training was kept.", figure);
    const words = drawCurve(figure, model, group, Math.min(560, room - 24));
    element("figcaption", "", words, figure);
    return undefined;
  }

  gallery(model, room) {
    const figure = element("figure", "cm-gallery", "", this.root);
    const { gallery } = model;
    if (!gallery) return void element("figcaption", "", "No samples of this model were kept.", figure);
    const several = gallery.rows.length > 1 && !isPlace(gallery.rows[0]);
    const columns = gallery.rows.length > 1 ? gallery.columns : room < 560 ? 4 : 8;
    const side = Math.min(64, (room - (several ? 110 : 40)) / columns - 4);
    const grid = element("div", "cm-sheet", "", figure);
    grid.style.setProperty("--columns", String(columns));
    grid.classList.toggle("named", several);
    gallery.seeds.forEach((_, index) => {
      if (several && index % gallery.columns === 0) element("span", "", gallery.rows[index / gallery.columns], grid);
      grid.append(cut(model, index, side));
    });
    element("figcaption", "", `Samples: ${gallery.caption}`, figure);
    return undefined;
  }
}
