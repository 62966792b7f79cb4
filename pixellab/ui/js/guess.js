/**
 * Guess the pixel: the learner is the model. Ten chips on the next pixel's two values, reveal, pay in bits; the bill
 * of a trained model runs beside. And a table of tiny pictures, where every order gives the same probability.
 *
 * @typedef {{digits: {ink: string, nats: string}[], own: {of: string, ink: string, nats: string, error: string} | null,
 *   rules: import("./guess_game.js").Rules, windows: number[], orders: Object<string, number[]>}} Data see guess.py
 */
import { Part } from "./fields.js";
import { Bill } from "./guess_bill.js";
import { Chips } from "./guess_chips.js";
import { Digit, Game, price } from "./guess_game.js";
import { lesson } from "./lesson.js";
import { Orders } from "./orders.js";
import { cividis } from "./palette.js";
import { outline } from "./pixels.js";
import { RoleGrid } from "./rolegrid.js";
import { TimeBar } from "./timebar.js";

const MOST_BITS = 4; // of a pixel, where the colours of the bill end
const LARGEST_CELL = 20; // CSS pixels: chips, digit and bill fit on one screen

class Guess {
  constructor(/** @type {import("./lesson.js").Lesson} */ frame) {
    this.frame = frame;
    const part = (name) => Object.assign(frame.stage.appendChild(document.createElement("div")), { className: name });
    this.digits = part("gp-digits row");
    this.chips = new Chips(part("gp-chips"), {
      place: (white) => frame.set({ chips: String(white) }),
      bet: () => this.bet(),
      skip: () => frame.set({ bets: frame.view.bets + this.game.skipping() }),
    });
    this.board = part("gp-board");
    this.grid = new RoleGrid(this.board, { label: "the digit", hover: () => this.draw(), pin: (cell) => this.pin(cell),
      escape: () => this.pin(null) });
    this.bill = new Bill(part("gp-bills"));
    this.orders = new Orders(part("od"), (toy) => frame.set({ toy }));
    this.time = new TimeBar(frame.bar, frame.root, () => this.drawOrders(),
      (head, total) => `pixel ${head} of ${total}`);
    this.link = frame.action("Copy a link to my score", () => this.share());
    this.again = frame.action("Start again", () => frame.set({ bets: "", chips: "5" }));
    /** @type {number | null} */ this.pinned = null;
  }

  load(/** @type {Data} */ data) {
    this.data = data;
    const stops = Uint32Array.from([0, 1, 2, 3, 4]);
    this.time.load({ run: "orders", ready: 4, total: 4, live: false,
      units: [{ name: "pixel", stops, rates: { slow: 0.8, normal: 1.6, fast: 4 } }] });
    if (!this.time.touched) this.time.go(4);
  }

  offers(name) {
    if (name === "game") return this.frame.step === null;
    const { view, step } = this.frame;
    if (view.game !== "bet") return false;
    return name === "show" || (view.all === "0" && (name !== "open" || step === null));
  }

  // What the address says

  /** @returns {Game} */
  play() {
    const { digit, ink, open, bets, all } = this.frame.view;
    const { own, digits, rules } = this.data;
    const sent = ink ? (own?.of === ink ? own : null) : digits[Number(digit) % digits.length];
    const key = JSON.stringify([digit, ink, Boolean(sent?.nats), open, bets, all]);
    if (this.key !== key) {
      this.key = key;
      if (this.digitOf !== sent) [this.digitOf, this.digit] = [sent, new Digit(sent ?? { ink: "", nats: "" })];
      this.game = new Game(this.digit, rules, { open: all === "1" ? 784 : rules.opened[open], bets });
    }
    return this.game;
  }

  get onward() {
    return this.frame.view.pace === "unsure";
  }

  /** A guided game ends after so many bets; free play goes on. */
  get ended() {
    const { game, digit, frame, data: { rules } } = this;
    return !digit.bits || game.over || game.full || (frame.step !== null && game.rounds.length >= rules.rounds);
  }

  /** Which answer is right, where that depends on the game: 0 the learner, 1 the model. @returns {number | null} */
  answer() {
    if (!this.frame.step?.offers.includes("pace")) return null; // only the thirty bets
    const game = this.play();
    return game.rounds.length >= this.data.rules.rounds && game.paid("mine") < game.paid("model") ? 0 : 1;
  }

  // What the learner does

  bet() {
    if (this.ended) return;
    const { frame } = this;
    const bets = this.game.betting(Number(frame.view.chips), this.onward);
    this.pinned = null;
    frame.set({ bets, chips: "5" });
    if (frame.step && this.game.rounds.length >= this.data.rules.rounds) frame.reveal();
  }

  pin(cell) {
    this.pinned = cell === this.pinned ? null : cell;
    this.draw();
  }

  revealed() {
    if (this.frame.view.game !== "orders" || this.time.still.matches) return;
    this.time.go(0);
    this.time.toggle();
  }

  async share() {
    const { frame } = this;
    const plain = { step: "1", reveal: "0", guess: "", class: "0", controls: "1", ...frame.asked(frame.view.step) };
    const changed = Object.entries(frame.view).filter(([name, value]) => plain[name] !== value);
    const url = `${location.origin}${location.pathname}?${new URLSearchParams(changed)}`;
    try {
      await navigator.clipboard.writeText(url);
      this.link.textContent = "Link copied";
    } catch {
      prompt("The link to this score", url);
    }
    setTimeout(() => { this.link.textContent = "Copy a link to my score"; }, 2500);
  }

  // Drawing

  show() {
    const { frame } = this;
    const game = this.play();
    const orders = frame.view.game === "orders";
    const table = orders || frame.view.all === "1";
    for (const [root, hidden] of [[this.digits, orders || frame.step], [this.chips.root, table], [this.board, orders],
      [this.bill.canvas.parentElement, table], [this.orders.root, !orders]]) root.hidden = Boolean(hidden);
    frame.bar.hidden = !orders || !frame.revealed;
    this.link.hidden = table || !game.rounds.length;
    this.again.hidden = table || !game.bets;
    if (orders) this.drawOrders();
    else {
      this.choose();
      this.grid.size(28, 28, { room: frame.room, largest: frame.view.class === "1" ? 28 : LARGEST_CELL });
      this.grid.start = game.next % 784;
      this.showChips(game);
      this.draw();
      this.bill.draw(game.rounds, this.data.rules.rounds, frame.colours, frame.room);
    }
    this.tell(game, orders);
  }

  /** Which digit: in free play only, and never by its picture. */
  choose() {
    const { frame } = this;
    if (!this.digits.children.length) {
      this.digits.innerHTML = `<span>Digit</span><div class="segments" role="group" aria-label="Digit">${
        this.data.digits.map((_, i) => `<button type="button" data-digit="${i}">${i + 1}</button>`).join("")}</div>
        <button type="button" class="gp-draw">Draw one</button>`;
      for (const button of this.digits.querySelectorAll("[data-digit]")) {
        button.onclick = () => frame.set({ digit: button.dataset.digit, ink: "", bets: "", all: "0" });
      }
      this.digits.querySelector(".gp-draw").onclick = () => frame.ask("draw", {});
    }
    for (const button of this.digits.querySelectorAll("button")) {
      const on = frame.view.ink ? button.className === "gp-draw" : button.dataset.digit === frame.view.digit;
      button.setAttribute("aria-pressed", String(on));
    }
  }

  showChips(game) {
    const { frame } = this;
    const live = !this.ended;
    const secret = Boolean(frame.step) && !frame.step.offers.includes("pace") && !frame.revealed;
    this.chips.show({ white: Number(frame.view.chips), rules: this.data.rules, live, secret,
      skips: live && game.skipping() !== "", said: this.said(game) });
  }

  said(game) {
    const round = game.rounds.at(-1);
    if (!this.digit.bits) return this.data.own?.error || "The model is reading your digit …";
    if (!round) return "Where do your chips lie? Then bet.";
    const name = ["Black", "White"][round.white];
    return `${name}. You had ${round.chips} of 10 chips on it: ${round.mine.toFixed(2)} bits. The model gave it `
      + `${(100 * 2 ** -round.model).toFixed(0)} %: ${round.model.toFixed(2)} bits.`;
  }

  draw() {
    const { frame, grid, game, digit } = this;
    if (!game || !grid.frame) return;
    const costs = frame.view.show === "cost" && frame.revealed && digit.bits;
    const roles = Uint8Array.from({ length: 784 }, (_, i) =>
      (i < game.next ? Part.PAST : i === game.next ? Part.TARGET : Part.FUTURE));
    const mine = new Set(game.rounds.map(({ cell }) => cell));
    const { colours } = frame;
    grid.draw({ roles, over: (pen, middle, side) => {
      pen.drawImage(this.opened(side, costs), grid.frame.left, grid.frame.top);
      outline(pen, grid.frame, (i) => mine.has(i), colours.target, 1.5);
      if (this.pinned !== null) outline(pen, grid.frame, (i) => i === this.pinned, colours.context, 3);
    } }, colours);
    this.caption();
  }

  /** The open pixels with thin lines between them: painted once, and copied while the pointer moves. */
  opened(side, costs) {
    const { game, digit, frame: { colours } } = this;
    const key = JSON.stringify([this.key, side, Boolean(costs), colours.dark]);
    if (this.openedOf === key) return this.picture;
    this.openedOf = key;
    this.picture = Object.assign(document.createElement("canvas"), { width: 28 * side, height: 28 * side });
    const pen = this.picture.getContext("2d");
    const fill = (i) => (costs ? cividis(digit.bits[i] / MOST_BITS) : digit.white[i] ? colours.ink1 : colours.ink0);
    for (let i = 0; i < game.next; i++) {
      const [x, y] = [(i % 28) * side, Math.floor(i / 28) * side];
      pen.fillStyle = fill(i);
      pen.fillRect(x, y, side, side);
      pen.fillStyle = colours.line;
      pen.globalAlpha = 0.45;
      pen.fillRect(x + side - 1, y, 1, side);
      pen.fillRect(x, y + side - 1, side, 1);
      pen.globalAlpha = 1;
    }
    return this.picture;
  }

  drawOrders() {
    if (!this.data || this.frame.view?.game !== "orders") return;
    const { frame, data, time } = this;
    this.orders.show(frame.view.toy, data.windows, data.orders, time.head, frame.revealed);
    const { all, total, bits } = this.orders.sum;
    const names = frame.view.toy.replace(/./g, (bit) => (bit === "1" ? "white " : "black ")).trim().replace(/ /g, ", ");
    const words = `A picture of 2 by 2 pixels: ${names}.`;
    frame.say(frame.revealed ? `${words} Of ${total.toLocaleString("en")} counted, ${all} are like it. In all three orders `
      + `the four fractions multiply to ${all}/${total}, which is ${bits.toFixed(3)} bits.` : words);
  }

  // Words and numbers

  tell(game, orders) {
    const { frame, data: { rules } } = this;
    if (orders) {
      const { all, total, bits } = this.orders.sum;
      frame.legend([["target", "pixel that is guessed"], ["future", "not looked at yet"]]);
      frame.meter(frame.revealed ? { value: `${bits.toFixed(3)} bits`, label: "in every order",
        detail: `${all} of ${total.toLocaleString("en")} pictures` } : null);
      return;
    }
    const count = game.rounds.length;
    const [me, model] = [game.paid("mine"), game.paid("model")];
    if (frame.view.all === "1") this.tellWhole();
    else if (count) {
      frame.meter({ value: `${me.toFixed(1)} bits`, label: `yours, for ${count} pixel${count === 1 ? "" : "s"}`,
        detail: `the model paid ${model.toFixed(1)}` });
    } else frame.meter(null);
    const whole = game.modelPays(this.onward);
    const even = whole.count * price(5, rules);
    const yours = count ? `You paid ${me.toFixed(1)} bits for ${count}, the model ${model.toFixed(1)}.` : "";
    const model30 = `For ${whole.count} pixels the model pays ${whole.bits.toFixed(1)} bits; five and five each time pays ${even.toFixed(1)}.`;
    frame.fill({ result: `${yours} ${yours && count >= rules.rounds ? "" : model30}`.trim(), paid: me.toFixed(2), model: model.toFixed(2),
      chips: frame.view.chips, share: (frame.view.chips / 10).toFixed(1), price: price(Number(frame.view.chips), rules).toFixed(2),
      total: this.digit.bits ? this.digit.cost(0, 784).toFixed(1) : "…" });
    const cost = frame.view.show === "cost" && frame.revealed;
    frame.legend([...(frame.view.all === "1" ? [] : [["target", "the next pixel"]]),
      ...(cost ? [["cost", `0 to ${MOST_BITS} bits and more`]] : [["black", "black"], ["white", "white"]]),
      ...(game.over ? [] : [["future", "not open yet"]]), ...(count ? [["framed", "you bet on it"]] : [])]);
  }

  tellWhole() {
    const { bits } = this.digit;
    if (!bits) return;
    const easy = bits.filter((b) => b < 0.01).length;
    this.frame.meter(this.frame.revealed ? { value: `${this.digit.cost(0, 784).toFixed(1)} bits`,
      label: "the model’s bill for 784 pixels", detail: `${easy} pixels cost less than a hundredth of a bit` } : null);
  }

  caption() {
    const { frame, game, digit } = this;
    const cell = this.grid.cursor ?? this.pinned;
    const place = (i) => `row ${Math.floor(i / 28)}, column ${i % 28}`;
    const next = game.over ? "The digit is complete." : `Next: ${place(game.next)}. ${game.next} of 784 pixels are open.`;
    const both = `${game.skipped} skipped, where both pay the model’s ${game.shared.toFixed(1)} bits`;
    let words = `${next} ${game.rounds.length} bets${game.skipped ? `; ${both}` : ""}.`;
    if (frame.view.all === "1") words = "A digit of 28 by 28 pixels, drawn by the model itself.";
    const round = game.rounds.find((one) => one.cell === cell);
    const known = cell !== null && digit.bits && (cell < game.next || (frame.revealed && frame.view.all === "1"));
    // What the model expects of the pixel that is bet on would be a hint.
    const spoils = frame.view.all === "1" && !frame.revealed;
    if (known && !spoils) {
      const value = ["Black", "White"][digit.white[cell]];
      const own = round ? ` You paid ${round.mine.toFixed(2)}.` : "";
      words = `${value} at ${place(cell)}: the model had given that ${(100 * 2 ** -digit.bits[cell]).toFixed(1)} %, and paid `
        + `${digit.bits[cell].toFixed(3)} bits.${own}`;
    } else if (cell !== null && cell > game.next) words = `The pixel at ${place(cell)} is not open yet. ${next}`;
    this.grid.say(words);
    frame.say(words);
  }
}

export default lesson(Guess);
