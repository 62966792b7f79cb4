/**
 * Three dials: the colours of one pixel as three softmaxes, each given the ones before. Set one, and see which others
 * move; draw each on its own, or from a Gaussian, and see what is lost.
 *
 * @typedef {{values: string, red: string, green: string, blue: string, alone: string}} Sent base64, see dials.Tables
 * @typedef {{height: number, width: number, stops: number, draws: number, rows: Object<string, number>,
 *   pictures: string[], own: boolean, tables: Sent | null, pixel: string, red: string, error: string}} Data
 */
import { decodeBytes, decodeFloat16 } from "./codec.js";
import { Dial } from "./dial.js";
import { Draws, brightAndDark, rgb } from "./draws.js";
import { lesson } from "./lesson.js";
import { ring } from "./pixels.js";
import { RoleGrid } from "./rolegrid.js";
import { SoftmaxSteps } from "./softmax_steps.js";

const LETTERS = ["R", "G", "B"];
const COLOUR_NAMES = ["Red", "Green", "Blue"];
const NOTHING = new Uint8Array(0);

class Dials {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    const part = (name, into = frame.stage) => Object.assign(into.appendChild(document.createElement("div")), { className: name });
    this.choice = part("dp-choice row");
    const top = part("dp-top");
    this.grid = new RoleGrid(part("dp-picture", top), { label: "the picture", hover: () => this.paint(), pin: (cell) => this.pin(cell) });
    this.draws = new Draws(part("dp-side", top));
    this.dialsRoot = part("dp-dials");
    this.hovered = null;
    this.dials = LETTERS.map((_, channel) => new Dial(part("dl", this.dialsRoot), {
      set: (value) => this.turn(channel, value), hover: (value) => this.look(value) }));
    this.steps = new SoftmaxSteps(part("ss"), (value) => this.look(value));
    this.back = frame.action("The picture’s own colour", () => frame.set({ r: "", g: "", b: "" }));
    this.again = frame.action("Draw again", () => frame.set({ seed: String((Number(frame.view.seed) % 999) + 1), r: "", g: "", b: "" }));
  }

  load(/** @type {Data} */ data) {
    const before = this.data;
    this.data = data;
    if (data.tables) {
      const { values, red, green, blue, alone } = data.tables;
      if (before?.tables?.values !== values || before.pixel !== data.pixel || before.red !== data.red) {
        this.known = { pixel: data.pixel, red: data.red, values: decodeBytes(values), red0: decodeFloat16(red),
          green: decodeFloat16(green), blue: decodeFloat16(blue), alone: decodeFloat16(alone) };
      }
    }
    if (before?.pictures !== data.pictures) this.images = data.pictures.map(decodeBytes);
  }

  offers(name) {
    return name === "t" || name === "look" || this.frame.revealed;
  }

  // What the tables say

  get place() {
    const [row, column] = this.frame.view.at.split(",").map(Number);
    return Math.min(row, this.data.height - 1) * this.data.width + Math.min(column, this.data.width - 1);
  }

  get image() {
    const { view } = this.frame;
    return this.images[view.picture === "own" ? (this.data.own ? this.images.length - 1 : 0) : Number(view.picture) % this.images.length];
  }

  get red() {
    const { view, revealed } = this.frame;
    return view.r || (revealed && this.frame.step ? view.then : "");
  }

  get alone() {
    return this.frame.view.mode === "alone" && this.frame.revealed;
  }

  get regression() {
    return this.frame.view.paint === "regression" && this.frame.revealed;
  }

  /** The three dials as they stand: tables, values; null where only the model can say. */
  state() {
    const { view } = this.frame;
    const { known, data: { rows } } = this;
    if (!known || known.pixel !== ["picture", "at", "t", "seed"].map((name) => view[name]).join(" ")) return null;
    const value = (row, channel) => known.values[row * 3 + channel];
    const green = (row) => known.green.subarray(row * 256, (row + 1) * 256);
    const blue = (row) => known.blue.subarray(row * 256, (row + 1) * 256);
    const drawn = this.red === "";
    const fits = known.red === this.red;
    const own = view.t === "1" && view.seed === "0";
    let row = fits ? rows.now : drawn ? (own ? rows.picture : -1) : rows.red + (this.red >> 2);
    if (row < 0) return null;
    const r = drawn || fits ? value(row, 0) : value(rows.red + (this.red >> 2), 0);
    let [g, b, third] = [value(row, 1), value(row, 2), blue(row)];
    if (view.g !== "") {
      row = rows.green + (view.g >> 2);
      [g, b, third] = fits ? [value(row, 1), value(row, 2), blue(row)] : [Number(view.g), null, null];
    }
    if (view.b !== "") b = Number(view.b);
    const second = green(drawn || fits ? (fits ? rows.now : rows.picture) : rows.red + (this.red >> 2));
    const before = [null, green(rows.picture), blue(rows.picture)];
    if (this.alone) {
      const third = Math.floor(this.data.draws / 3);
      return { plain: null, share: [this.warm(known.red0), known.alone.subarray(0, 256), known.alone.subarray(256)], before: [null, null, null],
        values: [r, view.g === "" ? value(rows.drawn + third, 1) : Number(view.g), view.b === "" ? value(rows.drawn + 2 * third, 2) : Number(view.b)] };
    }
    const plain = [known.red0, second, third];
    return { plain, share: plain.map((p) => p && this.warm(p)), before: before.map((p) => p && this.warm(p)), values: [r, g, b] };
  }

  /** softmax(log p ÷ T). @param {Float32Array} plain @returns {Float64Array} */
  warm(plain) {
    const t = Number(this.frame.view.t);
    if (t === 1) return Float64Array.from(plain);
    if (t === 0) {
      const top = plain.indexOf(plain.reduce((most, p) => Math.max(most, p), 0));
      return Float64Array.from(plain, (_, v) => Number(v === top));
    }
    const powers = Float64Array.from(plain, (p) => p ** (1 / t));
    const sum = powers.reduce((all, p) => all + p, 0);
    return powers.map((p) => p / sum);
  }

  // What the learner does

  turn(channel, value) {
    const name = "rgb"[channel];
    // A colour that is set lets the later ones follow.
    const later = Object.fromEntries([..."rgb"].slice(channel + 1).map((next) => [next, ""]));
    this.frame.set({ ...(this.alone ? {} : later), [name]: String(value) });
  }

  look(value) {
    if (value === this.hovered) return;
    this.hovered = value;
    this.drawDials();
  }

  pin(cell) {
    this.frame.set({ at: `${Math.floor(cell / this.data.width)},${cell % this.data.width}`, r: "", g: "", b: "" });
  }

  // Drawing

  show() {
    const { frame, data } = this;
    this.now = this.state();
    this.choose();
    const beside = frame.room < 520 ? frame.room - 26 : frame.room * 0.65;
    const largest = Math.min(frame.view.class === "1" ? 16 : 13, Math.floor(beside / data.width));
    this.grid.size(data.height, data.width, { room: frame.room, largest });
    this.grid.start = this.place;
    this.paint();
    this.drawDials();
    this.drawSwatches();
    frame.bar.hidden = true;
    this.back.hidden = ![..."rgb"].some((name) => frame.view[name] !== "") && frame.view.seed === "0";
    this.again.hidden = !frame.revealed;
    this.tell();
  }

  choose() {
    const { frame, data } = this;
    this.choice.hidden = frame.step !== null;
    const count = data.pictures.length - Number(data.own);
    const made = `${count} ${data.own}`;
    if (this.made !== made) {
      this.made = made;
      const names = [...Array.from({ length: count }, (_, i) => [String(i), String(i + 1)]), ...(data.own ? [["own", "yours"]] : [])];
      this.choice.innerHTML = `<span>Picture</span><div class="segments" role="group" aria-label="Picture">${
        names.map(([value, text]) => `<button type="button" data-picture="${value}">${text}</button>`).join("")}</div>
        <button type="button" class="dp-upload">Upload one</button>`;
      for (const button of this.choice.querySelectorAll("[data-picture]")) {
        button.onclick = () => frame.set({ picture: button.dataset.picture, r: "", g: "", b: "" });
      }
      this.choice.querySelector(".dp-upload").onclick = () => frame.ask("upload", {});
    }
    for (const button of this.choice.querySelectorAll("[data-picture]")) {
      button.setAttribute("aria-pressed", String(button.dataset.picture === frame.view.picture));
    }
  }

  paint() {
    const { frame, data, grid, image } = this;
    if (!grid.frame) return;
    const { width, height } = data;
    grid.draw({ roles: NOTHING, over: (pen, middle, side) => {
      const { left, top, ratio } = grid.frame;
      pen.imageSmoothingEnabled = false;
      pen.drawImage(this.raster(image, width, height), left, top, width * side, height * side);
      pen.strokeStyle = frame.colours.line;
      pen.strokeRect(left + 0.5, top + 0.5, width * side, height * side);
      // What comes later is not read: paler.
      pen.fillStyle = frame.colours.page;
      pen.globalAlpha = 0.55;
      const [row, column] = [Math.floor(this.place / width), this.place % width];
      pen.fillRect(left + (column + 1) * side, top + row * side, (width - column - 1) * side, side);
      pen.fillRect(left, top + (row + 1) * side, width * side, (height - row - 1) * side);
      pen.globalAlpha = 1;
      const [x, y] = [left + column * side, top + row * side];
      ring(pen, x - 3 * ratio, y - 3 * ratio, side + 6 * ratio, frame.colours, ratio);
      if (this.now) {
        pen.fillStyle = rgb(this.now.values);
        pen.fillRect(x, y, side + 1, side + 1);
      }
    } }, frame.colours);
    this.caption();
  }

  raster(image, width, height) {
    if (this.rasterOf === image) return this.rastered;
    this.rasterOf = image;
    this.rastered = Object.assign(document.createElement("canvas"), { width, height });
    const pixels = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) pixels.data.set([image[3 * i], image[3 * i + 1], image[3 * i + 2], 255], 4 * i);
    this.rastered.getContext("2d").putImageData(pixels, 0, 0);
    return this.rastered;
  }

  drawDials() {
    const { frame, now } = this;
    const { colours } = frame;
    const inks = [colours.red, colours.green, colours.blue];
    const stepping = frame.view.look !== "dials" && now?.plain?.[frame.view.look];
    this.dialsRoot.hidden = Boolean(stepping);
    this.steps.rows[0].parentElement.hidden = !stepping;
    const room = Math.max(180, frame.room - (frame.room < 520 ? 28 : 156));
    if (stepping) {
      const channel = Number(frame.view.look);
      this.steps.draw(Float64Array.from(stepping), now.share[channel], Number(frame.view.t), this.hovered ?? now.values[channel], inks[channel], colours, room);
      return;
    }
    const hidden = !frame.revealed && frame.step?.state.then;
    this.dials.forEach((dial, channel) => {
      const share = now?.share[channel] ?? null;
      const before = this.red !== "" || frame.view.g !== "" ? now?.before[channel] : null;
      const changed = Boolean(before && share && share.some((p, v) => Math.abs(p - before[v]) > 0.002));
      dial.draw({ letter: ["R", "G | R", "B | R, G"][channel].slice(0, this.alone ? 1 : 9), name: COLOUR_NAMES[channel], colour: inks[channel], share,
        before: changed ? before : null, value: now?.values[channel] ?? null, moved: changed && !hidden, hover: this.hovered,
        curve: this.regression && share ? gaussian(share) : null }, colours, room);
    });
  }

  /** The colour as it stands, and draws of this pixel: as the model draws, and beside them with one thing changed. */
  drawSwatches() {
    const { known, data: { rows, draws }, now } = this;
    this.draws.now(now?.values ?? null);
    if (!now) return;
    const value = (row, channel) => known.values[row * 3 + channel];
    const colours = (first) => Array.from({ length: draws }, (_, i) => [0, 1, 2].map((c) => value(first + i, c)));
    const ordered = colours(rows.drawn);
    // On their own: the same values of each colour, those of green and blue from other draws.
    const third = Math.floor(draws / 3);
    const alone = ordered.map((_, i) => [0, 1, 2].map((c) => value(rows.drawn + ((i + c * third) % draws), c)));
    this.frame.fill({ draws, mixed: brightAndDark(ordered), mixedalone: brightAndDark(alone) });
    const other = this.regression ? [colours(rows.regressed), "Gaussians instead"] : this.alone ? [alone, "each colour on its own"] : null;
    this.draws.show([ordered, `${draws} draws, in order`], other);
  }

  // Words and numbers

  tell() {
    const { frame, now } = this;
    frame.legend([["target", "the pixel"], ["future", "later, not read"], ["red", "R"], ["green", "G given R"], ["blue", "B given R and G"],
      ...(this.regression ? [["bell", "Gaussian with the same mean and spread"]] : now && this.red ? [["dash", "before"]] : [])]);
    const bits = now?.share[0] && now.values.every((v) => v !== null) && !this.alone
      ? now.share.map((share, c) => -Math.log2(Math.max(share[now.values[c]], 2 ** -30))) : null;
    frame.meter(bits && frame.revealed ? { value: `${bits.reduce((a, b) => a + b, 0).toFixed(1)} bits`, label: "for this colour, of 24",
      detail: `R ${bits[0].toFixed(1)} + G ${bits[1].toFixed(1)} + B ${bits[2].toFixed(1)}` } : null);
    const [r, g, b] = now?.values ?? ["…", "…", "…"];
    const share = (c) => (now?.share[c] && now.values[c] !== null ? now.share[c][now.values[c]].toPrecision(2) : "…");
    const bell = now?.share[0] ? gaussian(now.share[0]) : { mean: 0, spread: 0 };
    frame.fill({ r, g: g ?? "…", b: b ?? "…", pr: share(0), pg: share(1), pb: share(2), t: frame.view.t,
      mean: bell.mean.toFixed(0), spread: bell.spread.toFixed(0),
      atmean: now?.share[0] ? `${(100 * now.share[0][Math.round(bell.mean)]).toFixed(2)} %` : "…" });
  }

  caption() {
    const { frame, data, grid, image, now } = this;
    const cell = grid.cursor ?? this.place;
    const own = [...image.subarray(3 * cell, 3 * cell + 3)].join(", ");
    const where = `row ${Math.floor(cell / data.width)}, column ${cell % data.width}`;
    let words = `The pixel at ${where}: red, green, blue ${own} in the picture.`;
    if (data.error) words = data.error;
    else if (grid.cursor !== null && grid.cursor !== this.place) words += " Click to read its three distributions.";
    else if (!now) words += " The model is at work on it …";
    else words += ` Now ${now.values.map((v) => v ?? "…").join(", ")}, drawn from three distributions of 256 values.`;
    grid.say(words);
    frame.say(words);
  }
}

/** Mean and spread of a distribution over 0 … 255. */
function gaussian(share) {
  const whole = share.reduce((sum, p) => sum + p, 0);
  const mean = share.reduce((sum, p, v) => sum + p * v, 0) / whole;
  return { mean, spread: Math.sqrt(share.reduce((sum, p, v) => sum + p * (v - mean) ** 2, 0) / whole) };
}

export default lesson(Dials);
