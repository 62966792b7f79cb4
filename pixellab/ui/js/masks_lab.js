/**
 * Masks in a stack of four layers: switch them, make a kernel of one's own, and see at once what the stack sees,
 * whether it leaks, and by which path; and the same for the colours inside one pixel.
 *
 * @typedef {{height: number, width: number, layers: Object<string, Object<string, import("./fields.js").Layer>>,
 *   gradient: import("./gradient.js").Answer}} Data layers by mask (A, B, N: none) and side, see masks_lab.py
 */
import { ColourMatrix } from "./colour_matrix.js";
import { Part, onTheWay, path, percent, sentence, split, unknown } from "./fields.js";
import { Gradient } from "./gradient.js";
import { kernelPicture } from "./kernel.js";
import { lesson } from "./lesson.js";
import { RoleGrid, compare, painted } from "./rolegrid.js";
import { TimeBar } from "./timebar.js";
import { drawTrail } from "./trail.js";

const MASK_NAMES = { A: "A", B: "B", N: "none", M: "mine" };

class MasksLab {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    const make = (name, parent) => {
      const made = parent.appendChild(document.createElement("div"));
      made.className = name;
      return made;
    };
    this.top = make("ml-top", frame.stage);
    this.grid = new RoleGrid(make("ml-board", this.top), {
      label: "grid of pixels",
      hover: () => this.draw(),
      pin: (cell) => frame.revealed && frame.set({ target: this.placed(cell) }),
      paint: (cells) => frame.guessPainted(cells),
    });
    this.matrix = new ColourMatrix(make("ml-colours", this.top), (trace) => frame.set({ trace }));
    this.badge = make("ml-badge", frame.stage);
    this.badge.setAttribute("role", "status");
    this.floors = make("ml-layers", frame.stage);
    this.gradient = new Gradient(frame, () => this.placed(this.target));
    this.time = new TimeBar(frame.bar, frame.root, () => this.draw(), (head, total) => `layer ${head} of ${total}`);
  }

  load(/** @type {Data} */ data) {
    this.data = data;
    this.gradient.load(data.gradient);
  }

  // What the controls say

  /** @returns {import("./fields.js").Layer} */
  layer(letter) {
    const { k, taps } = this.frame.view;
    const { layers } = this.data;
    if (letter !== "M" || taps.length !== k * k) return layers[letter === "M" ? "B" : letter][k];
    const half = Math.floor(k / 2);
    const offsets = [...taps].flatMap((tap, i) => (tap === "1" ? [[Math.floor(i / k) - half, (i % k) - half]] : []));
    const centre = offsets.some(([i, j]) => i === 0 && j === 0);
    const hop = { ...layers.B[k].hops[0], name: `${k}×${k}, own kernel`, offsets: offsets.filter(([i, j]) => i || j),
      own: centre ? "own and earlier colours" : "earlier colours" };
    return { name: hop.name, hops: [hop] };
  }

  /** @returns {import("./fields.js").Network} */
  network(masks = this.frame.view.masks) {
    const { height, width } = this.data;
    return { name: masks.replace(/N/g, "–"), height, width, channels: Number(this.frame.view.colours),
      layers: [...masks].map((letter) => this.layer(letter)) };
  }

  get target() {
    const [row, column] = this.frame.view.target.split(",").map(Number);
    return Math.min(row, this.data.height - 1) * this.data.width + Math.min(column, this.data.width - 1);
  }

  /** "5,6" */
  placed(cell) {
    return `${Math.floor(cell / this.data.width)},${cell % this.data.width}`;
  }

  // Drawing

  show() {
    const { frame } = this;
    const { height, width } = this.data;
    const narrow = frame.room < 560;
    this.top.classList.toggle("narrow", narrow);
    this.grid.size(height, width, { room: narrow ? frame.room : Math.min(frame.room - 200, 620), largest: frame.largest + 2 });
    this.grid.start = this.target;
    const { k, colours, masks, taps } = frame.view;
    const key = [k, colours, masks, taps].join(" ");
    if (this.key !== key) {
      this.key = key;
      this.stack = this.network();
      this.parts = new Map();
      const stops = Uint32Array.from({ length: masks.length + 1 }, (_, i) => i);
      this.time.load({ run: key, ready: masks.length, total: masks.length, live: false,
        units: [{ name: "layer", stops, rates: { slow: 0.8, normal: 2, fast: 5 } }] });
      this.time.go(masks.length);
    }
    const asking = Boolean(frame.step?.paint) && !frame.revealed;
    this.grid.paintFrom(asking ? frame.guessCells(height * width) : null, (cell) => cell < this.target);
    frame.bar.hidden = !frame.revealed;
    this.gradient.show(frame.revealed);
    this.showLayers();
    this.matrix.show(this.stack, this.target, frame.revealed ? frame.view.trace : null, frame.revealed, frame.colours);
    this.draw();
  }

  revealed() {
    this.grid.cursor = null;
    if (!this.time.still.matches) {
      this.time.go(0);
      this.time.toggle();
    }
  }

  truth() {
    return this.partsOf(this.target).roles.map((role) => Number(role === Part.SEEN));
  }

  partsOf(target) {
    if (!this.parts.has(target)) this.parts.set(target, split(this.stack, target));
    return this.parts.get(target);
  }

  draw() {
    if (!this.stack || !this.grid.frame) return;
    const { frame, grid } = this;
    const follows = frame.revealed && !(frame.step?.paint && frame.asAsked);
    const target = follows ? grid.cursor ?? this.target : this.target;
    const parts = frame.revealed ? this.partsOf(target) : null;
    const head = this.time.head;
    const growing = parts && head < this.stack.layers.length;
    const hint = !parts && frame.step.paint ? split(this.network("ABBB"), target).roles : null;
    const roles = growing ? onTheWay(this.stack, target, parts.cone, this.stack.layers.length - head)
      : parts?.roles ?? unknown(this.stack, target).map((role, i) => (hint?.[i] === Part.SEEN ? Part.SEEN : role));
    const compared = parts && !follows && !growing ? compare(frame.guessCells(roles.length), this.truth()) : null;
    this.leak = parts?.leak ? this.leakPath(target, parts) : null;
    const verified = parts && !growing ? this.gradient.about(this.placed(target)) : null;
    grid.draw({ roles, marks: compared?.marks, faint: hint?.map((role) => Number(role === Part.SEEN)),
      over: (pen, middle, side) => {
        Gradient.draw(pen, middle, side, verified?.strengths);
        if (!this.leak) return;
        const cells = [target, ...this.leak.map(({ to }) => to)].slice(0, 1 + head);
        drawTrail(pen, cells.map(middle), side, frame.colours);
      } }, frame.colours);
    this.tell(target, parts, compared, hint, growing, verified);
  }

  /** A way by which the target, or else the nearest later pixel, reaches the logits that must not see it. */
  leakPath(target, parts) {
    const { channels } = this.stack;
    if (!parts.self) return path(this.stack, parts.roles.indexOf(Part.LEAK), target);
    // Of several colours, the first that sees itself or a later one.
    const pairs = Array.from({ length: channels * channels }, (_, i) => [Math.floor(i / channels), i % channels]);
    const [logits, value] = pairs.find(([to, from]) => from >= to && path(this.stack, target, target, to, from));
    return path(this.stack, target, target, logits, value);
  }

  /** One card a layer: its mask, and the kernel as that leaves it. */
  showLayers() {
    const { frame } = this;
    const { masks } = frame.view;
    if (this.floors.children.length !== masks.length) {
      this.floors.replaceChildren(...[...masks].map((_, i) => this.layerCard(i)));
    }
    [...this.floors.children].forEach((card, i) => {
      for (const button of card.querySelectorAll("[data-mask]")) {
        button.setAttribute("aria-pressed", String(button.dataset.mask === masks[i]));
      }
      card.dataset.mask = masks[i];
      card.querySelector("b").textContent = `Layer ${i + 1}${frame.revealed ? "" : `: ${MASK_NAMES[masks[i]]}`}`;
      card.querySelector(".segments").hidden = !frame.revealed;
      const toggle = masks[i] === "M" && frame.revealed ? (row, column) => this.toggle(row, column) : null;
      kernelPicture(card.lastElementChild, this.layer(masks[i]).hops[0], `kernel of layer ${i + 1}`, toggle);
    });
  }

  layerCard(i) {
    const card = document.createElement("div");
    card.className = "ml-layer";
    card.appendChild(document.createElement("b"));
    const group = card.appendChild(document.createElement("div"));
    group.className = "segments";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `Mask of layer ${i + 1}`);
    for (const [letter, text] of Object.entries(MASK_NAMES)) {
      const button = group.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", textContent: text });
      button.dataset.mask = letter;
      button.onclick = () => this.choose(i, letter);
    }
    card.appendChild(document.createElement("div"));
    return card;
  }

  choose(i, letter) {
    const { masks, taps, k } = this.frame.view;
    const changes = { masks: masks.slice(0, i) + letter + masks.slice(i + 1) };
    if (letter === "M" && taps.length !== k * k) changes.taps = this.tapsOf("B");
    this.frame.set(changes);
  }

  /** The taps of a mask as the address writes them. */
  tapsOf(letter) {
    const { k } = this.frame.view;
    const { offsets, own } = this.layer(letter).hops[0];
    const half = Math.floor(k / 2);
    const open = new Set([...offsets, ...(own === "own and earlier colours" ? [[0, 0]] : [])].map(String));
    return Array.from({ length: k * k }, (_, i) => Number(open.has(String([Math.floor(i / k) - half, (i % k) - half])))).join("");
  }

  toggle(row, column) {
    const k = Number(this.frame.view.k);
    const taps = [...this.tapsOf("M")];
    const at = (row + Math.floor(k / 2)) * k + column + Math.floor(k / 2);
    taps[at] = taps[at] === "1" ? "0" : "1";
    this.frame.set({ taps: taps.join("") });
  }

  // Words and numbers

  tell(target, parts, compared, hint, growing, verified) {
    const { frame, grid } = this;
    const { width, height } = this.data;
    this.badge.hidden = !parts;
    if (!parts) {
      const more = grid.painting ? ` ${painted(grid.painting)}` : "";
      frame.legend(["target", ...(grid.painting ? [["guess", "painted by you"]] : []),
        ...(hint ? [["hint", "what ABBB sees"]] : []), "past", "future"]);
      frame.meter(null);
      this.caption(`A picture of ${height} by ${width} pixels; the target is row ${Math.floor(target / width)}, `
        + `column ${target % width}.${more}`);
      return;
    }
    frame.meter({ value: String(parts.seen), label: `of ${parts.past} earlier pixels are seen (${percent(parts.seen, parts.past)})`,
      detail: parts.blind ? `${parts.blind} within reach are hidden by the masks` : "none within reach is hidden" });
    const marks = compared ? [["right", `right ${compared.right}`], ["missed", `missed ${compared.missed}`],
      ["extra", `extra ${compared.extra}`]] : [];
    const counted = [["seen", `seen ${parts.seen}`], ["blind", `blind ${parts.blind}`], ["far", `out of reach ${parts.far}`]];
    const leaks = parts.leak ? [["leak", `leak ${parts.leak}`]] : [];
    frame.legend(["target", ...(growing ? [["seen", "read by the target"], "past"] : counted), "future", ...leaks, ...marks, ...Gradient.legend(verified)]);
    this.badge.classList.toggle("leaks", parts.leak > 0);
    this.badge.textContent = this.leak ? `✕ Leak. ${this.byWhichPath(target)}` : "✓ No leak: nothing that is still to be drawn is seen.";
    this.caption(sentence(this.stack, target, parts) + (verified?.words ?? ""));
  }

  /** "Layer 4 at the target reads its own pixel, …": runs of the same step are joined. */
  byWhichPath(target) {
    const { width } = this.data;
    const place = (cell) => {
      const [down, right] = [Math.floor(cell / width) - Math.floor(target / width), (cell % width) - (target % width)];
      if (!down && !right) return "the target";
      const words = [down ? `${Math.abs(down)} ${down > 0 ? "below" : "above"}` : "", right ? `${Math.abs(right)} ${right > 0 ? "right" : "left"}` : ""];
      return `the pixel ${words.filter(Boolean).join(", ")}`;
    };
    const colour = (c) => (this.stack.channels === 3 ? `${"RGB"[c]} of ` : "");
    const said = this.leak.flatMap(({ depth, cell, to, colour: c, toColour }) => {
      if (cell === to && c === toColour && depth > 1) return []; // passes it on at its own pixel
      const what = depth === 1 ? "the picture" : `layer ${depth - 1}`;
      return [`layer ${depth} at ${colour(c)}${place(cell)} reads ${what} at ${colour(toColour)}${place(to)}`];
    });
    const silent = this.leak.length - said.length;
    const rest = silent ? ` The other ${silent === 1 ? "layer passes" : `${silent} layers pass`} it on in place.` : "";
    return `By this path: ${said.join("; ")}.${rest}`;
  }

  caption(words) {
    this.grid.say(words);
    this.frame.say(words);
  }

  lit(name) {
    for (const card of this.floors.children) card.classList.toggle("lit", card.dataset.mask === name);
  }
}

export default lesson(MasksLab);
