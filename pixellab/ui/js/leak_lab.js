/**
 * The leak lab: one model's loss, field and pictures; first find its mistake, then read it. Only what is chosen
 * reaches Python (state "view").
 *
 * @typedef {Object} Entry see leak_lab.py
 * @property {string} name @property {string} title @property {string} right @property {string} kind
 * @property {string} mistake @property {string} symptom @property {string} wrong @property {string} instead
 * @property {number} final @property {[number, number][]} curve updates, nats an image
 * @property {string} sentence @property {string[]} verdict @property {number} n @property {number} channels
 * @property {number} height @property {number} width @property {number} levels @property {string} samples, a bit a value
 * @property {string} roles @property {number} target @property {string[]} options
 */
import { decodeBytes, unpackBits } from "./codec.js";
import { Part } from "./fields.js";
import { mounts } from "./mount.js";
import { palette } from "./palette.js";
import { drawPixels, fit } from "./pixels.js";
import { paintRole } from "./role_cell.js";

/** As recorded: future, seen, blind, out of reach, leak. */
const RECORDED = [Part.FUTURE, Part.SEEN, Part.BLIND, Part.FAR, Part.LEAK];
const KINDS = { right: "✓ right", leaks: "✕ leaks", hides: "◐ hides" };
const PLOT = { width: 340, height: 230, left: 44, right: 12, top: 12, bottom: 34 };
const MOST_NATS = 220; // of a grey picture; where a colour one ends higher, that much
const SVG_SPACE = "http://www.w3.org/2000/svg";

class LeakLab {
  constructor(/** @type {HTMLElement} */ parent) {
    this.root = parent.querySelector(".px");
    for (const name of ["mode", "next", "title", "curve", "loss", "field", "sees", "samples", "list", "said"]) {
      this[name] = this.root.querySelector(`.lk-${name}`);
    }
    for (const button of this.mode.children) button.onclick = () => this.choose({ known: button.dataset.known === "1" });
    this.next.onclick = () => this.another();
  }

  load(data, send) {
    this.send = send;
    this.colours = palette(this.root);
    /** @type {Entry[]} */ this.entries = data.entries;
    this.steps = Math.max(...data.entries.flatMap(({ curve }) => curve.map(([step]) => step)));
    this.view ??= data.view;
    this.show();
  }

  /** @param {{name?: string, known?: boolean, guess?: string}} changes */
  choose(changes) {
    this.view = { ...this.view, guess: undefined, ...changes };
    this.show();
    this.send("view", JSON.stringify({ name: this.view.name, known: this.view.known }));
  }

  /** The next model with a mistake, unnamed. */
  another() {
    const wrong = this.entries.filter(({ kind }) => kind !== "right");
    const at = wrong.findIndex(({ name }) => name === this.view.name);
    this.choose({ name: wrong[(at + 1) % wrong.length].name, known: false });
  }

  /** @returns {Entry} */
  entry(name = this.view.name) {
    return this.entries.find((entry) => entry.name === name) ?? this.entries[0];
  }

  show() {
    const { known, guess } = this.view;
    const entry = this.entry();
    const open = known || Boolean(guess);
    for (const button of this.mode.children) button.setAttribute("aria-pressed", String((button.dataset.known === "1") === known));
    this.next.hidden = known;
    this.title.textContent = open ? `${entry.title}` : "One of these models was trained. Its loss, its field and its pictures are below: which is it?";
    this.showCurve(entry, open);
    this.showField(entry, open);
    this.showSamples(entry);
    this.showList(entry, known, guess);
    this.showWords(entry, open);
  }

  showList(entry, known, guess) {
    const offered = known ? this.entries : entry.options.map((name) => this.entry(name));
    this.list.classList.toggle("all", known);
    this.list.replaceChildren(...offered.map((other) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.name = other.name;
      const words = button.appendChild(document.createElement("span"));
      words.textContent = other.title;
      const note = button.appendChild(document.createElement("i"));
      const mine = guess === other.name;
      const right = guess && other.name === entry.name;
      if (known) note.textContent = KINDS[other.kind];
      else if (guess) note.textContent = mine ? (right ? "your guess ✓" : "your guess ✗") : right ? "✓" : "";
      button.classList.toggle("mine", mine);
      button.classList.toggle("right", Boolean(right));
      button.setAttribute("aria-pressed", String(known ? other.name === entry.name : mine));
      button.onclick = () => (known ? this.choose({ name: other.name }) : guess || this.choose({ guess: other.name }));
      return button;
    }));
  }

  showWords(entry, open) {
    this.said.hidden = !open;
    const parts = [];
    const say = (name, text) => {
      const made = document.createElement(name);
      made.textContent = text;
      parts.push(made);
      return made;
    };
    if (entry.kind === "right") say("p", "This is the right model, against which the others are measured.");
    else {
      say("p", entry.mistake).className = "lk-mistake";
      say("p", entry.symptom);
      const code = say("pre", "");
      const line = (sign, text, name) => {
        if (!text) return;
        const made = code.appendChild(document.createElement("code"));
        made.className = name;
        made.textContent = `${sign} ${text}\n`;
      };
      line("−", entry.wrong, "wrong");
      line("+", entry.instead, "instead");
    }
    if (entry.verdict.length) say("p", `The check of causality says: ${entry.verdict.join(" ")}`).className = "muted";
    this.said.replaceChildren(...parts);
  }

  showCurve(entry, open) {
    const right = this.entry(entry.right);
    const x = (step) => PLOT.left + (step / this.steps) * (PLOT.width - PLOT.left - PLOT.right);
    const most = Math.max(MOST_NATS, 1.2 * entry.final, 1.2 * right.final);
    const y = (nats) => PLOT.top + (1 - Math.min(nats, most) / most) * (PLOT.height - PLOT.top - PLOT.bottom);
    this.curve.setAttribute("viewBox", `0 0 ${PLOT.width} ${PLOT.height}`);
    const parts = [];
    const add = (name, attributes, text) => {
      const made = document.createElementNS(SVG_SPACE, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text) made.textContent = text;
      parts.push(made);
    };
    const { colours } = this;
    for (let nats = 0; nats <= most; nats += 50) {
      add("line", { x1: PLOT.left, x2: PLOT.width - PLOT.right, y1: y(nats), y2: y(nats), stroke: colours.faint });
      add("text", { x: PLOT.left - 6, y: y(nats) + 4, "text-anchor": "end", "font-size": 12, fill: colours.muted }, String(nats));
    }
    for (const share of [0, 0.5, 1]) {
      const step = Math.round(share * this.steps);
      add("text", { x: x(step), y: PLOT.height - 16, "text-anchor": share === 1 ? "end" : "middle", "font-size": 12,
        fill: colours.muted }, String(step));
    }
    add("text", { x: PLOT.width - PLOT.right, y: PLOT.height - 2, "text-anchor": "end", "font-size": 12, fill: colours.muted }, "updates");
    add("text", { x: 2, y: PLOT.top - 1, "font-size": 12, fill: colours.muted }, "nats");
    const line = (curve, stroke, width, dash = "none") => add("polyline", { fill: "none", stroke, "stroke-width": width,
      "stroke-dasharray": dash, "stroke-linejoin": "round", points: curve.map(([step, nats]) => `${x(step)},${y(nats)}`).join(" ") });
    for (const other of this.entries) if (other !== entry && other !== right && other.channels === entry.channels) line(other.curve, colours.faint, 1.2);
    if (right !== entry) line(right.curve, colours.context, 2.5, "6 4");
    line(entry.curve, colours.target, 3.2);
    this.curve.replaceChildren(...parts);
    const words = right === entry ? `${entry.final.toFixed(1)} nats an image in the end`
      : `${entry.final.toFixed(1)} nats an image in the end; dashed: the right model, ${right.final.toFixed(1)}`;
    this.loss.textContent = words;
    this.curve.setAttribute("aria-label", `Validation loss${open ? ` of ${entry.title}` : ""}: ${words}.`);
  }

  showField(entry, open) {
    const frame = fit(this.field, entry.height, entry.width, { room: 240, largest: 8 });
    const pen = this.field.getContext("2d");
    const roles = decodeBytes(entry.roles);
    pen.clearRect(0, 0, this.field.width, this.field.height);
    roles.forEach((role, i) => {
      pen.save();
      pen.translate((i % entry.width) * frame.cell, Math.floor(i / entry.width) * frame.cell);
      paintRole(pen, i === entry.target && role !== 4 ? Part.TARGET : RECORDED[role], frame.cell, frame.ratio, this.colours);
      pen.restore();
    });
    const leaks = roles.reduce((sum, role) => sum + (role === 4), 0);
    this.sees.textContent = open ? entry.sentence : leaks ? `what a pixel in the middle sees; ✕ ${leaks} it must not` : "what a pixel in the middle sees";
    this.field.setAttribute("aria-label", entry.sentence);
  }

  showSamples(entry) {
    const size = entry.height * entry.width * entry.channels;
    const values = unpackBits(entry.samples, entry.n * size);
    const given = new Uint8Array(entry.height * entry.width);
    this.samples.setAttribute("aria-label", `${entry.n} pictures that the model has drawn`);
    this.samples.replaceChildren(...Array.from({ length: entry.n }, (_, k) => {
      const canvas = document.createElement("canvas");
      const frame = fit(canvas, entry.height, entry.width, { room: 76, largest: 3 });
      drawPixels(canvas, frame, { ...entry, values: values.subarray(k * size, (k + 1) * size) }, given, this.colours);
      return canvas;
    }));
  }
}

export default mounts((parent) => new LeakLab(parent));
