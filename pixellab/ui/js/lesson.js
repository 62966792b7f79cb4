/**
 * The frame of every lesson: question → guess → reveal with the guess beside the truth → words, picture, formula,
 * code → free play. Everything happens in the browser; what a link needs is reported to Python (state "view").
 *
 * A lesson's module ends in `export default lesson(Widget);`. The frame makes one Widget and calls it:
 *
 * @typedef {Object} Widget what a lesson draws
 * @property {(data: Object) => void} load take what Python computed; may come again
 * @property {() => void} show draw `frame.view`, `frame.revealed`, … : something has changed
 * @property {() => (Uint8Array | null)} [truth] the cells that this step asks to be painted
 * @property {() => (number | null)} [answer] the right option, where it depends on what the learner has done
 * @property {() => void} [revealed] the truth has just been shown: an animation may begin
 * @property {(name: string | null) => void} [lit] an element is lit in words, formula or code
 * @property {import("./timebar.js").TimeBar} [time] its time bar, for the presenter's keys
 * @property {() => void} [stop]
 *
 * @typedef {Object} Control @property {string} name @property {string} label @property {string} kind
 * @property {[string, string][]} options value and label @property {string} default
 * @typedef {Object} Step @property {string} name @property {string} question @property {string[]} options
 * @property {number | null} answer @property {boolean} paint @property {string} how @property {Object<string, string>} state
 * @property {string} verdict @property {string} text
 * @typedef {{controls: Control[], steps: Step[], free: {text: string, state: Object<string, string>,
 *   presets: {label: string, state: Object<string, string>}[]}, tabs: Object<string, string>}} Plan
 * @typedef {Object<string, string>} View every parameter of the address, as text
 */
import { packBits, unpackBits } from "./codec.js";
import { LessonCard } from "./lesson_card.js";
import { LessonControls } from "./lesson_controls.js";
import { mounts } from "./mount.js";
import { palette } from "./palette.js";

const REPORT_AFTER = 200; // milliseconds without a change
const BESIDE = 760; // CSS pixels: from here on the card stands beside the widget

/** Words of the legend, where a widget gives none of its own. */
const LEGEND = { target: "target", seen: "seen", row: "seen, own row", blind: "blind", far: "out of reach",
  future: "future", leak: "leak", past: "past", guess: "your guess", right: "right", missed: "missed", extra: "extra" };

export class Lesson {
  /** @param {HTMLElement} parent @param {new (frame: Lesson) => Widget} Widget */
  constructor(parent, Widget) {
    this.root = parent.querySelector(".px");
    this.stage = this.root.querySelector(".ls-stage");
    this.bar = this.root.querySelector(".ls-time");
    this.legendList = this.root.querySelector(".legend");
    this.caption = this.root.querySelector(".ls-main > .sentence");
    /** @type {View} */ this.view = {};
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey); // before the widget's time bar hears of it
    this.card = new LessonCard(this);
    this.controls = new LessonControls(this);
    this.widget = new Widget(this);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.root);
  }

  load(data, send, trigger) {
    Object.assign(this, { send, trigger });
    const colours = palette(this.root);
    if (colours.dark !== this.colours?.dark) this.colours = colours;
    /** @type {Plan} */ this.plan = data.plan;
    if (this.version !== data.start.version) {
      this.version = data.start.version;
      this.view = { ...data.start.view };
    }
    this.widget.load(data.data);
    this.resized(false);
    this.show();
  }

  // What is on the screen

  /** @returns {Step | null} the guided step; null in free play */
  get step() {
    return this.plan.steps[this.index] ?? null;
  }

  get index() {
    return this.view.step === "free" ? this.plan.steps.length : Number(this.view.step) - 1;
  }

  /** Whether the truth may be shown: revealed, or free play. */
  get revealed() {
    return !this.step || this.view.reveal === "1";
  }

  /** Whether the controls are as the step asked: only then do guess and truth belong together. */
  get asAsked() {
    const asked = this.asked(this.view.step);
    return this.step !== null && this.plan.controls.every(({ name, aside }) => aside || this.view[name] === asked[name]);
  }

  /** CSS pixels of width for the widget. */
  get room() {
    return this.stage.clientWidth;
  }

  /** The largest cell, in CSS pixels. */
  get largest() {
    return this.view.class === "1" ? 40 : 30;
  }

  /** The controls with which a step ("1", …, "free") begins. @returns {View} */
  asked(step) {
    const defaults = Object.fromEntries(this.plan.controls.map((control) => [control.name, control.default]));
    return { ...defaults, ...(step === "free" ? this.plan.free.state : this.plan.steps[Number(step) - 1].state) };
  }

  /** The painted guess of this step. @param {number} count of cells @returns {Uint8Array} */
  guessCells(count) {
    try {
      const text = this.view.guess.replace(/-/g, "+").replace(/_/g, "/");
      return unpackBits(text, count);
    } catch {
      return new Uint8Array(count);
    }
  }

  // What changes it

  /** Change parameters of the address, and all that hangs on them. @param {View} changes */
  set(changes) {
    if (Object.entries(changes).every(([name, value]) => this.view[name] === value)) return;
    this.view = { ...this.view, ...changes };
    this.show();
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => this.report(), REPORT_AFTER);
  }

  report() {
    clearTimeout(this.reporting);
    this.send("view", JSON.stringify(this.view));
  }

  /** Begin a step: "1", …, or "free", which keeps what is on the screen. */
  go(step) {
    const from = step === "free" && this.revealed ? {} : this.asked(step);
    this.set({ ...from, step, guess: "", reveal: "0" });
  }

  reveal() {
    if (this.revealed) return;
    this.set({ reveal: "1" });
    this.widget.revealed?.();
  }

  /** Take the painted cells as the guess. @param {Uint8Array} cells */
  guessPainted(cells) {
    const text = packBits(cells).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    this.set({ guess: cells.some((on) => on) ? text : "" });
  }

  /** Ask Python for something that only it can compute. @param {string} what @param {Object} detail */
  ask(what, detail) {
    this.trigger("ask", JSON.stringify({ what, ...detail }));
  }

  // What the widget says

  /** The picture in words: alternative text and caption. */
  say(words) {
    if (this.caption.textContent !== words) this.caption.textContent = words;
  }

  /** @param {(string | [string, string])[]} entries roles, or roles with words of their own */
  legend(entries) {
    const wanted = JSON.stringify(entries);
    if (this.legendList.dataset.entries === wanted) return;
    this.legendList.dataset.entries = wanted;
    this.legendList.replaceChildren(...entries.map((entry) => {
      const [role, words] = Array.isArray(entry) ? entry : [entry, LEGEND[entry]];
      const item = document.createElement("li");
      const swatch = item.appendChild(document.createElement("span"));
      swatch.className = `swatch ${role}`;
      item.append(words);
      return item;
    }));
  }

  /** @param {{value: string, label: string, detail?: string} | null} meter the one number of the page */
  meter(meter) {
    this.card.count(meter);
  }

  /** Numbers in words, formula and code: the elements {{name}}. @param {Object<string, string | number>} values */
  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      for (const slot of this.root.querySelectorAll(`[data-slot="${name}"]`)) {
        if (slot.textContent !== String(value)) slot.textContent = String(value);
      }
    }
  }

  /** Light one element wherever it appears; null: none. @param {string | null} name */
  light(name) {
    if (name === this.lighted) return;
    this.lighted = name;
    for (const element of this.root.querySelectorAll("[data-lit]")) {
      element.classList.toggle("lit", element.dataset.lit === name);
    }
  }

  /** A further button at the end of the card. @returns {HTMLButtonElement} */
  action(text, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text, onclick: act });
    this.root.querySelector(".ls-actions").prepend(button);
    return button;
  }

  /** An element of a tab that the widget fills. @param {string} name @returns {HTMLElement | null} */
  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  // The frame itself

  show() {
    this.root.dataset.class = this.view.class;
    this.root.dataset.bare = this.view.controls === "0" ? "1" : "0";
    this.controls.show();
    this.card.show();
    if (this.room) this.widget.show();
    this.root.dataset.ready = "1";
  }

  resized(redraw = true) {
    const width = this.root.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.root.classList.toggle("beside", width >= BESIDE);
    if (redraw && this.plan) this.widget.show();
  }

  /** Keys of a presenter's clicker, and those that work wherever the focus is. */
  key(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !this.plan) return;
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (target !== document.body && !this.root.contains(target)) return;
    if (target.matches?.("input, textarea, select") && event.key !== "PageDown" && event.key !== "PageUp") return;
    const act = this.bound(event.key, target);
    if (!act) return;
    event.preventDefault();
    act();
  }

  bound(key, target) {
    const { time } = this.widget;
    const between = this.revealed && time && time.head < time.reel.total;
    if (key === "PageDown") return between ? () => time.step(1) : () => this.turn(1);
    if (key === "PageUp") return between && time.head > 0 ? () => time.step(-1) : () => this.turn(-1);
    if (key === " " && !target.matches?.("button, summary, [data-lit]")) {
      if (!this.revealed) return () => this.reveal();
      return time && (() => time.toggle());
    }
    const option = "abcd".indexOf(key.toLowerCase());
    if (option >= 0 && key.length === 1 && option < (this.step?.options.length ?? 0) && !this.revealed) {
      return () => this.set({ guess: "ABCD"[option] });
    }
    return null;
  }

  /** To the next or the previous step. */
  turn(way) {
    const index = Math.min(this.plan.steps.length, Math.max(0, this.index + way));
    if (index !== this.index) this.go(index < this.plan.steps.length ? String(index + 1) : "free");
  }

  stop() {
    if (this.reporting) clearTimeout(this.reporting);
    this.observer.disconnect();
    document.removeEventListener("keydown", this.onKey);
    this.widget.time?.stop();
    this.widget.stop?.();
  }
}

/** The renderer of a lesson. @param {new (frame: Lesson) => Widget} Widget */
export function lesson(Widget) {
  return mounts((parent) => new Lesson(parent, Widget));
}
