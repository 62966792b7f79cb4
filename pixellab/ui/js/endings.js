/**
 * Pictures that fill up at once, in order, on one clock of their own; one of them large, to be looked into.
 * Only the choice of a picture reaches Python (state "pick").
 */
import { Bars } from "./bars.js";
import { Closeup, spoken } from "./closeup.js";
import { Frames } from "./frames.js";
import { palette } from "./palette.js";
import { drawPixels, fit } from "./pixels.js";
import { TimeBar } from "./timebar.js";

const GAP = 6;
const BETWEEN = 16; // pictures and card
const LEAST_CARD = 196;
const MOST_CARD = 420;

/** @type {WeakMap<HTMLElement, Endings>} */
const mounted = new WeakMap();

class Endings {
  constructor(/** @type {HTMLElement} */ parent) {
    this.root = parent.querySelector(".px");
    this.main = this.root.querySelector(".en-main");
    this.grid = this.root.querySelector(".en-grid");
    this.card = this.root.querySelector(".en-card");
    this.heading = this.root.querySelector(".en-heading");
    this.sentence = this.root.querySelector(".sentence");
    this.legend = [...this.root.querySelectorAll("[data-role]")];
    this.pick = 0;
    this.drawn = -1;
    this.closeup = new Closeup(this.root.querySelector(".en-closeup"),
      [["picture", "picture"], ["unsure", "how unsure"]], () => this.drawCard());
    this.bars = new Bars(this.root.querySelector(".en-bars"));
    this.time = new TimeBar(this.root.querySelector(".en-time"), this.root, () => this.draw(),
      (head) => this.label(head));
    this.grid.onclick = (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    };
    this.grid.onkeydown = (event) => this.key(event);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
  }

  load(data, send) {
    const fresh = data.run !== this.data?.run;
    this.data = data;
    this.send = send;
    this.frames = new Frames(data);
    this.colours = palette(this.root);
    if (!this.tiles || this.tiles.length !== data.n || fresh) this.build();
    if (fresh) this.pick = Math.min(data.pick ?? data.n >> 1, data.n - 1);
    this.card.hidden = !data.closeup;
    for (const part of this.legend) part.hidden = !this.frames.roles.includes(Number(part.dataset.role));
    this.drawn = -1;
    this.layout();
    this.time.load({ run: data.run, ...this.frames.ticks, live: data.live, units: this.frames.units() });
  }

  build() {
    this.grid.setAttribute("aria-label", `${this.data.n} pictures; arrow keys choose one`);
    this.grid.replaceChildren(...Array.from({ length: this.data.n }, (_, k) => {
      const tile = document.createElement("div");
      tile.setAttribute("role", "option");
      tile.dataset.index = String(k);
      tile.className = "en-tile";
      tile.append(document.createElement("canvas"));
      if (this.data.titles) {
        const title = document.createElement("span");
        title.textContent = this.data.titles[k];
        tile.append(title);
      }
      return tile;
    }));
    this.tiles = [...this.grid.children];
  }

  name(k) {
    return this.data.titles?.[k] ?? `${this.data.noun} ${k + 1}`;
  }

  label(head) {
    return `pixel ${this.frames.pixels(head)} of ${this.frames.total}`;
  }

  resize() {
    const width = this.root.clientWidth;
    if (!this.frames || !width || width === this.width) return;
    this.layout();
    this.drawn = -1;
    this.draw();
  }

  /** Pictures and card side by side where there is room, below one another elsewhere. */
  layout() {
    const { n, columns, closeup } = this.data;
    const { height, width } = this.frames;
    const wide = this.width = this.root.clientWidth || 640;
    const beside = closeup && wide >= 480;
    this.main.classList.toggle("beside", beside);
    const least = Math.max(LEAST_CARD, Math.round(wide * 0.36));
    const free = beside ? wide - least - BETWEEN : wide;
    const narrowest = closeup ? 74 : 140;
    let across = Math.max(1, Math.min(columns, n, Math.floor((free + GAP) / (narrowest + GAP))));
    while (columns % across) across--;  // a row stays a row, or becomes equal parts
    this.grid.style.gridTemplateColumns = `repeat(${across}, max-content)`;
    const room = Math.floor((free - GAP * (across - 1)) / across);
    this.fits = this.tiles.map((tile) => fit(tile.firstElementChild, height, width, { room, largest: 9 }));
    const tiles = across * parseFloat(this.tiles[0].firstElementChild.style.width) + GAP * (across - 1);
    const card = beside ? Math.min(MOST_CARD, Math.floor(wide - tiles - BETWEEN)) : wide;
    this.main.style.setProperty("--card", `${card}px`);
    this.room = card - 2 * 13;
  }

  draw() {
    const head = this.time.head;
    if (head === this.drawn && this.data.picked === this.pick) return;
    const roles = this.frames.rolesAt(head);
    const live = this.frames.pixels(head);
    this.tiles.forEach((tile, k) => {
      drawPixels(tile.firstElementChild, this.fits[k], this.frames.picture(k, head), roles, this.colours);
      tile.setAttribute("aria-label", `${this.name(k)}: ${live} of ${this.frames.total} hidden pixels drawn.`);
    });
    this.drawn = head;
    this.mark();
    this.drawCard();
    this.sentence.textContent = this.summary(live);
  }

  summary(live) {
    const { total, cells, n } = this.frames;
    const what = total < cells ? `${total} of ${cells} pixels were hidden` : `All ${cells} pixels come from nothing`;
    if (!total) return "Nothing is hidden: there is nothing to draw.";
    const many = n === 1 ? "the picture" : `all ${n} pictures`;
    return live < total ? `${what}; ${live} are drawn in ${many}.` : `${what}; all are drawn, in ${many}.`;
  }

  mark() {
    this.tiles.forEach((tile, k) => tile.setAttribute("aria-selected", String(this.data.closeup && k === this.pick)));
  }

  drawCard() {
    if (!this.data?.closeup || !this.frames) return;
    const scene = { frames: this.frames, k: this.pick, head: this.time.head, colours: this.colours, sight: null };
    this.heading.textContent = this.name(this.pick);
    this.closeup.draw(scene, { room: this.room, largest: 14 });
    const guess = this.closeup.guess();
    this.bars.show(guess, this.colours);
    this.closeup.canvas.setAttribute("aria-label", `${this.name(this.pick)}, large. ${spoken(guess)}`);
  }

  choose(k) {
    if (!this.data.closeup) return;
    this.pick = k;
    this.mark();
    this.drawCard();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.send("pick", k), 150);
  }

  key(/** @type {KeyboardEvent} */ event) {
    const across = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across, Enter: 0 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const k = this.pick + by;
    if (k >= 0 && k < this.data.n) this.choose(k);
  }

  stop() {
    this.observer.disconnect();
    this.time.stop();
    clearTimeout(this.later);
  }
}

export default function ({ parentElement, data, setStateValue }) {
  let endings = mounted.get(parentElement);
  if (!endings) {
    endings = new Endings(parentElement);
    mounted.set(parentElement, endings);
  }
  endings.load(data, setStateValue);
  return () => {
    endings.stop();
    mounted.delete(parentElement);
  };
}
