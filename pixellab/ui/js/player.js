/**
 * One picture, large, as it is drawn: the pixel that is being drawn, what it sees, and its distribution beside it.
 * Everything is answered in the browser.
 */
import { Bars } from "./bars.js";
import { Closeup, spoken } from "./closeup.js";
import { decodeBytes } from "./codec.js";
import { Feed } from "./feed.js";
import { mounts } from "./mount.js";
import { palette } from "./palette.js";
import { TimeBar } from "./timebar.js";

class Player {
  constructor(/** @type {HTMLElement} */ parent) {
    this.root = parent.querySelector(".px");
    this.main = this.root.querySelector(".pl-main");
    this.meter = this.root.querySelector(".pl-meter");
    this.sentence = this.root.querySelector(".sentence");
    this.legends = [...this.root.querySelectorAll("[data-legend]")];
    this.closeup = new Closeup(this.root.querySelector(".pl-closeup"),
      [["picture", "picture"], ["sees", "what it sees"], ["unsure", "how unsure"]], () => this.draw());
    this.root.querySelector(".pl-card").prepend(this.closeup.segments);
    this.bars = new Bars(this.root.querySelector(".pl-bars"));
    this.time = new TimeBar(this.root.querySelector(".pl-time"), this.root, () => this.draw(),
      (head) => `pixel ${this.frames.pixels(head)} of ${this.frames.total}`);
    this.feed = new Feed();
    this.redraw = this.root.querySelector(".pl-redraw");
    this.whole = this.root.querySelector(".pl-whole");
    this.observer = new ResizeObserver(() => this.frames && this.layout());
    this.observer.observe(this.root);
  }

  load(data, send) {
    if (data.run !== this.data?.run) this.closeup.pinned = null;
    const frames = this.feed.take(data, send);
    if (!frames) return;
    this.data = data;
    this.frames = frames;
    this.redraw.onclick = () => this.again(send);
    this.whole.onclick = () => send("redraw", 0);
    this.redraw.hidden = !data.redraws || frames.total < frames.cells;
    this.whole.hidden = !data.redraws || frames.total === frames.cells;
    this.sight = data.sight ? decodeBytes(data.sight) : null;
    this.spent = this.frames.spent();
    this.root.querySelector(".pl-spent").hidden = !this.spent;
    this.colours = palette(this.root);
    this.layout(false);
    this.time.load({ run: data.run, ...this.frames.ticks, live: data.live, units: this.frames.units() });
  }

  /** Keeps what is drawn before the looked-at pixel, and has all the rest drawn again. */
  again(send) {
    const { frames, closeup } = this;
    if (closeup.cell !== null) send("redraw", frames.stepOf[closeup.cell]);
  }

  layout(redraw = true) {
    const wide = this.root.clientWidth || 640;
    if (redraw && wide === this.width) return;
    this.width = wide;
    const beside = wide >= 640;
    this.main.classList.toggle("beside", beside);
    this.room = beside ? Math.round(wide * 0.62) : wide;
    this.main.style.setProperty("--board", `${this.room}px`);
    if (redraw) this.draw();
  }

  draw() {
    if (!this.frames) return;
    const { frames, closeup, time } = this;
    const head = time.head;
    closeup.draw({ frames, k: 0, head, colours: this.colours, sight: this.sight }, { room: this.room, largest: 20 });
    const guess = closeup.guess();
    this.bars.show(guess, this.colours);
    for (const part of this.legends) {
      part.hidden = !part.dataset.legend.split(" ").includes(closeup.view)
        || ("given" in part.dataset && frames.total === frames.cells);
    }
    this.closeup.buttons[1].hidden = !this.sight;
    if (!this.sight && closeup.view === "sees") this.closeup.view = "picture";
    this.redraw.disabled = frames.done < frames.total || closeup.cell === null || frames.stepOf[closeup.cell] < 1;
    this.showMeter(frames.pixels(head));
    const count = this.count();
    this.sentence.textContent = count;
    closeup.canvas.setAttribute("aria-label", `${count} ${spoken(guess)}`);
  }

  /** How surprising the pixels drawn so far were, together. */
  showMeter(pixels) {
    if (this.spent) this.meter.textContent = this.spent[pixels].toFixed(1);
  }

  /** How much of its past the looked-at pixel sees. */
  count() {
    const cell = this.closeup.cell;
    if (!this.sight || cell === null) return "";
    const seen = this.closeup.seen(cell);
    if (!cell) return "The first pixel sees nothing: this is a learnt guess.";
    return `It sees ${seen} of ${cell} earlier pixels (${Math.round((100 * seen) / cell)} %).`;
  }

  stop() {
    this.observer.disconnect();
    this.time.stop();
  }
}

export default mounts((parent) => new Player(parent));
