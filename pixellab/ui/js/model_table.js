/** The table of all models: one body a group, sorted within it; on a phone each row is a card. */
import { element } from "./element.js";

const COLUMNS = [["model", "Model"], ["sees", "Sees"], ["steps", "Steps"], ["weights", "Weights"], ["ours", "Ours"], ["", "Paper"]];

/** @param {import("./comparison.js").Group} group @returns {string} */
export function unitOf({ unit }) {
  return unit === "nats" ? "nats an image" : unit;
}

/** "1.18 M" */
function thousands(count) {
  return count < 1e6 ? `${Math.round(count / 1e3)} k` : `${(count / 1e6).toFixed(2)} M`;
}

export class ModelTable {
  /**
   * @param {Element} parent
   * @param {{sort: (column: string) => void, open: (name: string) => void, rank: (name: string) => void,
   *   hover: (at: [number, number] | null) => void, pin: (at: [number, number]) => void}} act
   */
  constructor(parent, act) {
    this.act = act;
    this.table = element("table", "cm-table", "", parent);
    this.caption = element("caption", "sr", "Trained models, in groups whose figures can be compared", this.table);
    /** @type {Map<string, {canvas: HTMLCanvasElement, share: HTMLElement, sight: import("./sight.js").Sight}>} */
    this.maps = new Map();
  }

  show(state) {
    const made = JSON.stringify([state.chosen ?? "", state.sort, state.hidden, state.places && [...state.places], state.revealed, state.at]);
    if (this.made === made) return;
    this.made = made;
    this.pinned = state.at;
    const focused = this.table.getRootNode().activeElement?.dataset?.focus;
    this.maps.clear();
    this.table.replaceChildren(this.caption, this.head(state), ...state.groups.flatMap((group, index) => this.body(state, group, index)));
    if (focused) this.table.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }

  showSight([row, column], colours) {
    for (const { canvas, share, sight } of this.maps.values()) {
      share.textContent = sight.draw(canvas, row, column, colours);
      canvas.setAttribute("aria-label", `What the pixel at row ${row}, column ${column} sees: ${sight.words(row, column)}`);
    }
  }

  head({ sort, hidden }) {
    const head = element("thead");
    const row = element("tr", "", "", head);
    for (const [column, words] of COLUMNS) {
      const cell = element("th", "", column ? "" : words, row);
      cell.scope = "col";
      if (!column) continue;
      const down = sort === `${column}-down`;
      const sorted = down || sort === column;
      const button = element("button", "", words + (sorted ? (down ? " ↓" : " ↑") : ""), cell);
      button.type = "button";
      button.dataset.focus = `sort ${column}`;
      button.disabled = hidden === column;
      if (sorted) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      button.onclick = () => this.act.sort(column);
    }
    return head;
  }

  body(state, group, index) {
    const members = this.sorted(state, state.models.filter((model) => model.group === index));
    const body = element("tbody");
    const title = element("th", "cm-group", "", element("tr", "", "", body));
    title.colSpan = COLUMNS.length;
    title.scope = "rowgroup";
    element("b", "", group.title, title);
    element("span", "", `${group.protocol}; fewer is better.`, title);
    for (const model of members) {
      body.append(this.row(state, model, group));
      if (model.name !== state.chosen) continue;
      const opened = element("td", "cm-opened", "", element("tr", "", "", body));
      opened.colSpan = COLUMNS.length;
      opened.append(state.card);
    }
    const notes = [group.formats.length && `The same test pictures as files, ${unitOf(group)}: ${group.formats.join("; ")}.`,
      group.others.length && `Elsewhere on this data: ${group.others.join("; ")}.`].filter(Boolean);
    for (const words of notes) {
      const note = element("td", "cm-note", words, element("tr", "", "", body));
      note.colSpan = COLUMNS.length;
    }
    return [body];
  }

  sorted({ sort, at, hidden }, members) {
    const [column, down] = sort.split("-");
    if (!column || column === hidden) return members;
    const key = { model: (m) => m.name, sees: (m) => m.sight.share(...at), steps: (m) => m.steps, weights: (m) => m.weights,
      ours: (m) => m.ours?.value ?? Infinity }[column];
    const compared = (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
    return [...members].sort((a, b) => (down ? compared(b, a) : compared(a, b)));
  }

  row(state, model, group) {
    const row = element("tr", model.name === state.chosen ? "chosen" : "");
    row.dataset.model = model.name;
    const name = element("th", "cm-name", "", row);
    name.scope = "row";
    const open = element("button", "", model.name, name);
    open.type = "button";
    open.dataset.focus = `open ${model.name}`;
    open.setAttribute("aria-expanded", String(model.name === state.chosen));
    open.onclick = () => this.act.open(model.name);
    element("span", "", model.title, name);
    this.map(this.cell(row, "Sees", "cm-sees"), model);
    const steps = this.cell(row, "Steps", "cm-steps");
    const training = state.hidden === "steps" ? "?" : model.steps.toLocaleString("en");
    steps.innerHTML = `<span><b>${training}</b> a layer, training</span><span><b>${model.dimensions.toLocaleString("en")}</b> drawing</span>`;
    element("b", "", thousands(model.weights), this.cell(row, "Weights"));
    this.ours(this.cell(row, "Ours", "cm-ours"), state, model, group);
    const paper = this.cell(row, "Paper", "cm-paper");
    const hidden = state.hidden === "ours";
    element("b", "", hidden ? "?" : model.published[0]?.text ?? "–", paper);
    element("span", "", hidden ? "" : model.published[0]?.source.split(",")[0] ?? "none published", paper);
    return row;
  }

  ours(cell, { hidden, places, revealed }, model, group) {
    const place = places && places.get(model.name);
    if (hidden === "ours") {
      if (!place) return void element("b", "", "?", cell);
      const button = element("button", "cm-rank", place.mine ? `${place.mine}.` : "rank", cell);
      button.type = "button";
      button.dataset.focus = `rank ${model.name}`;
      button.setAttribute("aria-pressed", String(place.mine > 0));
      button.setAttribute("aria-label", `${model.name}: ${place.mine ? `your place ${place.mine}, take it back` : "the next in my ranking"}`);
      button.onclick = () => this.act.rank(model.name);
      return undefined;
    }
    element("b", "", model.ours?.text ?? "–", cell);
    element("span", "", model.ours ? `${unitOf(group)}${model.ours.test ? "" : ", not tested yet"}` : "not measured yet", cell);
    if (place && revealed) {
      const right = place.mine === place.true;
      const words = place.mine ? `place ${place.true}, yours ${place.mine} ${right ? "✓" : "✗"}` : `place ${place.true}`;
      element("i", place.mine ? (right ? "right" : "wrong") : "", words, cell);
    }
    return undefined;
  }

  cell(row, label, name = "") {
    const cell = element("td", name, "", row);
    cell.dataset.label = label;
    return cell;
  }

  /** The small map; under the pointer, all of them show the same pixel. */
  map(cell, model) {
    const canvas = element("canvas", "cm-map", "", cell);
    const share = element("b", "", "", cell);
    const { sight } = model;
    this.maps.set(model.name, { canvas, share, sight });
    canvas.tabIndex = 0;
    canvas.dataset.focus = `map ${model.name}`;
    canvas.setAttribute("role", "img");
    const under = (event) => {
      const box = canvas.getBoundingClientRect();
      return sight.nearest(Math.floor(((event.clientY - box.top) / box.height) * sight.height),
        Math.floor(((event.clientX - box.left) / box.width) * sight.width));
    };
    canvas.onpointermove = (event) => event.pointerType === "mouse" && this.act.hover(under(event));
    canvas.onpointerleave = () => this.act.hover(null);
    canvas.onclick = (event) => {
      this.act.hover(null);
      this.act.pin(under(event));
    };
    canvas.onkeydown = (event) => {
      const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const [row, column] = this.pinned;
      this.act.pin(sight.nearest(row + way[0] * sight.spacing, column + way[1] * sight.spacing));
    };
  }
}
