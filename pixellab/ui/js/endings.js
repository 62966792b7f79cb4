/**
 * Pictures that fill up at once, in order, on one clock of their own; one of them large, to be looked into.
 * Only the choice of a picture reaches Python (state "pick").
 */
import { Bars } from "./bars.js";
import { Closeup, spoken } from "./closeup.js";
import { Feed } from "./feed.js";
import { mounts } from "./mount.js";
import { palette } from "./palette.js";
import { drawPixels, fit } from "./pixels.js";
import { Swarm } from "./swarm.js";
import { TimeBar } from "./timebar.js";

const GAP = 6;
const BETWEEN = 16; // pictures and card
const LEAST_CARD = 196;
const MOST_CARD = 420;

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
    this.swarm = new Swarm(this.root.querySelector(".en-swarm"));
    this.feed = new Feed();
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
    this.send = send;
    const frames = this.feed.take(data, send);
    if (!frames) return;
    this.frames = frames;
    this.data = { ...data, n: frames.n };
    this.colours = palette(this.root);
    if (!this.tiles || this.tiles.length !== frames.n || fresh) this.build();
    if (fresh) this.pick = Math.min(data.pick ?? frames.n >> 1, frames.n - 1);
    this.card.hidden = !data.closeup;
    for (const part of this.legend) part.hidden = !frames.roles.includes(Number(part.dataset.role));
    this.swarm.root.hidden = !frames.particles;
    this.root.dataset.film = frames.particles ? "cloud" : "frames";
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
      if (this.data.titles || this.frames.particles) {
        const title = document.createElement("span");
        title.textContent = this.data.titles?.[k] ?? "\u00a0";
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
    this.sentence.textContent = this.frames.summary(head);
    if (this.frames.particles) this.showWeights(head);
  }

  /** How much each ending counts, once all is read. */
  showWeights(head) {
    const { weights, total } = this.frames;
    this.tiles.forEach((tile, k) => {
      const counts = head >= total ? `counts ${(100 * weights[k]).toFixed(weights[k] < 0.095 ? 1 : 0)} %` : "\u00a0";
      tile.lastElementChild.textContent = [this.data.titles?.[k], counts].filter(Boolean).join(" · ");
    });
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
    if (this.frames.particles) this.swarm.draw(this.frames, this.pick, this.time.head, this.colours, this.room);
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

export default mounts((parent) => new Endings(parent));
