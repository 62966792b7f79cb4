/**
 * One time bar for every animation: first, back, play, forward, last, scrub, speed, unit of a step.
 *
 * The head counts *ticks* from 0 (nothing drawn) to `total` (all drawn). A unit is a list of ticks at which a step
 * of that unit ends. Values may still be arriving: the head never passes `ready`, and waits there while it plays.
 *
 * @typedef {{name: string, stops: Uint32Array, rates: {slow: number, normal: number, fast: number}}} Unit
 *     stops: increasing, from 0 to total; rates: steps a second. "slow" is for a projector: 1.25 s a step.
 * @typedef {{run: string, ready: number, total: number, live: boolean, units: Unit[]}} Reel
 *     run: a new name starts the animation afresh; live: drawn as the visitor waits, not recorded, so that it can be followed.
 */

const TIMEBAR_ICONS = {
  first: "M5 4h2v16H5zM20 4v16L8 12z",
  back: "M17 4v16L6 12z",
  play: "M7 4v16l12-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  forward: "M7 4v16l11-8z",
  last: "M4 4v16l12-8zM17 4h2v16h-2z",
};

/** Seconds that "as drawn" takes to catch up with what has arrived: long enough to glide over the polling. */
const TIMEBAR_LAG = 0.35;

/** Seconds that the whole takes "as drawn" once all has arrived. */
const TIMEBAR_WHOLE = 2;

export class TimeBar {
  /**
   * @param {HTMLElement} root an empty element that becomes the bar
   * @param {HTMLElement} region keys pressed anywhere inside it work the bar
   * @param {(head: number) => void} draw called whenever the head has moved
   * @param {(head: number, total: number) => string} label what the bar says about the head
   */
  constructor(root, region, draw, label) {
    Object.assign(this, { root, region, draw, label });
    this.head = 0;
    this.carry = 0;
    this.playing = false;
    this.touched = false;
    this.unit = 0;
    this.speed = "fast";
    /** @type {string | null} the speed that the visitor chose, kept from run to run */
    this.wish = null;
    /** @type {Reel} */
    this.reel = { run: "", ready: 0, total: 0, live: false, units: [] };
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.build();
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
  }

  /** Take what has arrived. The same run goes on where it is; a new run starts, unless motion is unwanted. */
  load(/** @type {Reel} */ reel) {
    if (reel.run !== this.reel.run) {
      this.head = 0;
      this.carry = 0;
      this.touched = false;
      this.playing = !this.still.matches;
      this.speed = this.wish ?? (reel.live ? "live" : "fast");
    }
    this.reel = reel;
    if (!reel.live && this.speed === "live") this.speed = "fast";
    if (this.still.matches && !this.touched) this.head = reel.ready;
    this.head = Math.min(this.head, reel.ready);
    this.unit = Math.min(this.unit, reel.units.length - 1);
    this.choices();
    this.show();
    this.wake();
  }

  /** Show what the first ticks hold, and wait there. */
  go(/** @type {number} */ head) {
    this.touched = true;
    this.playing = false;
    this.head = Math.max(0, Math.min(head, this.reel.ready));
    this.show();
  }

  /** One step of the chosen unit, forward (1) or back (−1). */
  step(/** @type {1 | -1} */ way) {
    const stops = this.reel.units[this.unit].stops;
    const at = TimeBar.position(stops, this.head);
    if (way > 0) this.go(stops[Math.min(at + 1, stops.length - 1)]);
    else this.go(stops[Math.max(0, stops[at] < this.head ? at : at - 1)]);
  }

  /** Play from here, or from the start if all has been played; or wait. */
  toggle() {
    this.touched = true;
    this.playing = !this.playing;
    this.carry = 0;
    if (this.playing && this.head >= this.reel.total) this.head = 0;
    this.show();
    this.wake();
  }

  pause() {
    if (this.playing) this.toggle();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    document.removeEventListener("keydown", this.onKey);
  }

  /** The last stop at or before a tick. */
  static position(/** @type {Uint32Array} */ stops, /** @type {number} */ tick) {
    let low = 0, high = stops.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (stops[middle] <= tick) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  wake() {
    cancelAnimationFrame(this.frame);
    if (!this.playing) return;
    let before = performance.now();
    const turn = (now) => {
      if (!this.playing) return;
      const elapsed = Math.max(0, Math.min(0.25, (now - before) / 1000));
      before = now;
      const from = this.head;
      this.advance(elapsed);
      if (this.head >= this.reel.total && this.reel.total > 0) this.playing = false;
      if (this.head !== from || !this.playing) this.show();
      if (this.playing) this.frame = requestAnimationFrame(turn);
    };
    this.frame = requestAnimationFrame(turn);
  }

  advance(/** @type {number} */ seconds) {
    const { ready, total, units } = this.reel;
    const { stops, rates } = units[this.unit];
    if (this.speed === "live") {
      const behind = ready - this.head;
      this.carry += seconds * (ready < total ? behind / TIMEBAR_LAG : Math.max(behind, total / TIMEBAR_WHOLE));
      const ticks = Math.floor(this.carry);
      this.carry -= ticks;
      this.head = Math.min(ready, this.head + ticks);
      return;
    }
    this.carry += seconds * rates[this.speed];
    const steps = Math.floor(this.carry);
    if (!steps) return;
    const at = TimeBar.position(stops, this.head);
    const next = stops[Math.min(at + steps, stops.length - 1)];
    this.carry = next > ready ? 0 : this.carry - steps;
    this.head = Math.min(next, ready);
  }

  build() {
    const button = (name, title, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "tb-button";
      made.setAttribute("aria-label", title);
      made.title = title;
      made.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${TIMEBAR_ICONS[name]}"/></svg>`;
      made.onclick = act;
      return made;
    };
    const buttons = document.createElement("div");
    buttons.className = "tb-buttons";
    this.playButton = button("play", "Play (Space)", () => this.toggle());
    this.playButton.classList.add("tb-play");
    buttons.append(
      button("first", "First (Home)", () => this.go(0)),
      button("back", "One step back (←)", () => this.step(-1)),
      this.playButton,
      button("forward", "One step forward (→)", () => this.step(1)),
      button("last", "Last (End)", () => this.go(this.reel.ready)),
    );
    this.scrub = document.createElement("input");
    this.scrub.type = "range";
    this.scrub.min = "0";
    this.scrub.className = "tb-scrub";
    this.scrub.setAttribute("aria-label", "Position in time");
    this.scrub.oninput = () => this.go(Number(this.scrub.value));
    this.text = document.createElement("span");
    this.text.className = "tb-label";
    this.speeds = document.createElement("div");
    this.speeds.className = "segments";
    this.units = document.createElement("div");
    this.units.className = "segments";
    const options = document.createElement("div");
    options.className = "tb-options";
    options.append(this.speeds, this.units);
    const line = document.createElement("div");
    line.className = "tb-line";
    line.append(buttons, this.scrub, this.text);
    this.root.classList.add("tb");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Time bar");
    this.root.replaceChildren(line, options);
  }

  /** The speeds and units on offer; rebuilt only when they have changed, so that focus is kept. */
  choices() {
    const speeds = [["slow", "slow"], ["normal", "normal"], ["fast", "fast"]];
    if (this.reel.live) speeds.push(["live", "as drawn"]);
    const names = this.reel.units.map((unit, index) => [String(index), unit.name]);
    this.choice(this.speeds, "Speed", speeds, this.speed, value => {
      this.speed = this.wish = value;
      this.carry = 0;
    });
    this.choice(this.units, "A step is one", names.length > 1 ? names : [], String(this.unit), value => {
      this.unit = Number(value);
      this.carry = 0;
    });
  }

  choice(root, title, pairs, chosen, choose) {
    const wanted = JSON.stringify(pairs);
    if (root.dataset.pairs !== wanted) {
      root.dataset.pairs = wanted;
      root.setAttribute("role", "group");
      root.setAttribute("aria-label", title);
      root.hidden = pairs.length === 0;
      root.replaceChildren(...pairs.map(([value, text]) => {
        const made = document.createElement("button");
        made.type = "button";
        made.dataset.value = value;
        made.textContent = text;
        made.onclick = () => {
          choose(value);
          this.choices();
        };
        return made;
      }));
    }
    for (const made of root.children) made.setAttribute("aria-pressed", String(made.dataset.value === chosen));
  }

  show() {
    const { ready, total } = this.reel;
    const share = value => `${total ? (100 * value) / total : 0}%`;
    this.scrub.max = String(total);
    this.scrub.value = String(this.head);
    this.scrub.style.setProperty("--played", share(this.head));
    this.scrub.style.setProperty("--ready", share(ready));
    const words = this.label(this.head, total);
    this.scrub.setAttribute("aria-valuetext", words);
    this.text.textContent = words;
    const icon = this.playing ? "pause" : "play";
    if (this.playButton.dataset.icon !== icon) {
      this.playButton.dataset.icon = icon;
      this.playButton.querySelector("path").setAttribute("d", TIMEBAR_ICONS[icon]);
      this.playButton.setAttribute("aria-label", this.playing ? "Pause (Space)" : "Play (Space)");
      this.playButton.title = this.playing ? "Pause (Space)" : "Play (Space)";
    }
    this.root.dataset.run = this.reel.run;
    this.root.dataset.head = String(this.head);
    this.root.dataset.ready = String(ready);
    this.root.dataset.state = this.playing ? "playing" : this.head >= total ? "finished" : "waiting";
    this.draw(this.head);
  }

  /** Keys of the region, and a presenter's clicker (Page Up, Page Down) while nothing else has the focus. */
  key(/** @type {KeyboardEvent} */ event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const inside = this.region.contains(target);
    const clicker = (event.key === "PageDown" || event.key === "PageUp") && target === document.body && this.visible();
    if (!inside && !clicker) return;
    const own = target.closest?.("[data-arrows]") && event.key.startsWith("Arrow");
    if (own || (event.key === " " && target.matches?.("button"))) return;
    const act = {
      " ": () => this.toggle(),
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      PageUp: () => this.step(-1),
      PageDown: () => this.step(1),
      Home: () => this.go(0),
      End: () => this.go(this.reel.ready),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  visible() {
    const box = this.region.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  }
}
