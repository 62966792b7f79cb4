/**
 * All shipped models in one table, in groups that can be compared; a ranking to guess; the card of one model; the same
 * seed in every model; and under one pointer, what the same pixel sees in each.
 *
 * @typedef {Object} Model see comparison.py
 * @property {string} name @property {string} title @property {number} group @property {string} architecture
 * @property {string} network @property {number} dimensions @property {string} given @property {number} weights
 * @property {number} steps @property {{value: number, text: string, on: string, test: boolean} | null} ours
 * @property {{text: string, value: number, model: string, source: string}[]} published
 * @property {string} trained @property {string[]} commands @property {string[]} departures @property {string[]} counts
 * @property {[number, number | null, number][]} curve images, loss in training, loss in validation
 * @property {{height: number, width: number, seen: string, rank: string}} field
 * @property {{sheet: string, rows: string[], columns: number, seeds: number[], caption: string} | null} gallery
 *
 * @typedef {{key: string, title: string, protocol: string, unit: string, formats: string[], others: string[]}} Group
 */
import { element } from "./element.js";
import { lesson } from "./lesson.js";
import { ModelCard } from "./model_card.js";
import { ModelTable, unitOf } from "./model_table.js";
import { Sight } from "./sight.js";
import { isPlace, sample } from "./samples.js";

const CARDS_BELOW = 560; // CSS pixels: a phone reads cards, not a table

class Comparison {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    this.table = new ModelTable(frame.stage, {
      sort: (column) => this.sort(column),
      open: (name) => frame.set({ model: name === frame.view.model ? "" : name }),
      rank: (name) => this.rank(name),
      hover: (at) => this.hover(at),
      pin: (at) => frame.set({ at: at.join(",") }),
    });
    this.seeds = element("div", "cm-seeds", "", frame.stage);
    this.card = new ModelCard();
  }

  load(data) {
    if (this.data) return;
    this.data = data;
    this.models = data.models.map((model) => ({ ...model, sight: new Sight(model, data) }));
    this.ranked = data.ranked;
  }

  // What the controls say

  get hidden() {
    return this.frame.revealed ? "" : this.frame.view.hide;
  }

  /** The model whose card is open. @returns {Model | null} */
  get chosen() {
    return this.models.find(({ name }) => name === this.frame.view.model) ?? null;
  }

  get at() {
    return this.over ?? this.frame.view.at.split(",").map(Number);
  }

  /** The ranking so far: indices into `ranked`, best first. */
  get order() {
    const letters = this.frame.view.guess.match(/^r([A-Z]+)$/)?.[1] ?? "";
    return [...letters].map((letter) => letter.charCodeAt(0) - 65).filter((i) => i < this.ranked.length);
  }

  get truth() {
    const value = (name) => this.models.find((model) => model.name === name).ours.value;
    return this.ranked.map((_, i) => i).sort((a, b) => value(this.ranked[a]) - value(this.ranked[b]));
  }

  /** Whether the step asks for a ranking. */
  get ranking() {
    return Boolean(this.frame.step?.paint);
  }

  // What the visitor does

  sort(column) {
    const now = this.frame.view.sort;
    this.frame.set({ sort: now === column ? `${column}-down` : now === `${column}-down` ? "" : column });
  }

  rank(name) {
    const index = this.ranked.indexOf(name);
    const order = this.order.includes(index) ? this.order.filter((i) => i !== index) : [...this.order, index];
    this.frame.set({ guess: order.length ? `r${String.fromCharCode(...order.map((i) => 65 + i))}` : "" });
  }

  hover(at) {
    if (String(at) === String(this.over)) return;
    this.over = at;
    this.showSight();
  }

  // Drawing

  show() {
    const { frame, data } = this;
    frame.stage.classList.toggle("cm-phone", frame.room < CARDS_BELOW);
    const { ranking, order, truth, chosen } = this;
    if (chosen) this.card.show(chosen, data.groups[chosen.group], this.hidden === "ours", frame.room);
    const places = ranking && new Map(this.ranked.map((name, i) => [name, { mine: order.indexOf(i) + 1, true: truth.indexOf(i) + 1 }]));
    this.table.show({ groups: data.groups, models: this.models, chosen: chosen?.name, card: this.card.root, sort: frame.view.sort, hidden: this.hidden,
      places, revealed: frame.revealed, at: frame.view.at.split(",").map(Number) });
    this.showSight();
    this.showSeeds();
    frame.bar.hidden = true;
    this.tell(places);
  }

  /** What the pixel sees, in all small maps: no other part of the page changes under the pointer. */
  showSight() {
    this.table.showSight(this.at, this.frame.colours);
    this.frame.say(this.sentence());
  }

  showSeeds() {
    const { seed } = this.frame.view;
    const made = `${seed} ${this.chosen?.name}`;
    if (this.seedsMade === made) return;
    this.seedsMade = made;
    const head = element("p", "cm-head", `Seed ${seed} in every model: the same random numbers, other networks.`);
    const row = element("div", "cm-row");
    for (const model of this.models) {
      const figure = element("figure", model === this.chosen ? "chosen" : "", "", row);
      const shown = sample(model, Number(seed));
      figure.append(shown ? shown.picture : element("div", "cm-none", "none"));
      element("figcaption", "", model.name + (shown?.asked && !isPlace(shown.asked) ? `, told ${shown.asked}` : ""), figure);
    }
    this.seeds.replaceChildren(head, row);
  }

  // Words and numbers

  tell(places) {
    const { frame, chosen, data } = this;
    frame.legend(["target", "seen", ["past", "past, not seen"], "future"]);
    const shown = chosen ?? this.models[0];
    const unit = unitOf(data.groups[shown.group]);
    if (places && frame.revealed) {
      const right = [...places.values()].filter((place) => place.mine === place.true).length;
      frame.meter({ value: `${right} of ${places.size}`, label: "models in their place" });
    } else if (frame.revealed && chosen?.ours) {
      const paper = chosen.published[0];
      frame.meter({ value: chosen.ours.text, label: `${unit}: ${chosen.name}`,
        detail: `${chosen.ours.on}${paper ? `; paper ${paper.text}` : ""}` });
    } else frame.meter(null);
    frame.fill({ name: shown.name, sum: this.sum(shown, unit) });
  }

  /** The formula with the numbers of a model. */
  sum(model, unit) {
    if (!model.ours || this.hidden === "ours") return "not shown yet";
    if (unit === "bits/dim") {
      const nats = model.ours.value * model.dimensions * Math.LN2;
      return `${nats.toFixed(0)} nats / (${model.dimensions.toLocaleString("en")} · ln 2) = ${model.ours.text} bits/dim`;
    }
    return `${model.ours.text} nats, or ${(model.ours.value / model.dimensions / Math.LN2).toFixed(3)} bits for each of ${model.dimensions} pixels`;
  }

  sentence() {
    const [row, column] = this.at;
    const parts = this.models.map((model) => `${model.name} sees ${model.sight.words(row, column)}`);
    return `Pixel row ${row}, column ${column}: ${parts.join("; ")}.`;
  }
}

export default lesson(Comparison);
