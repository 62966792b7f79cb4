/** Ten chips between black and white: drag or type, see what each outcome would cost, bet. */
import { price } from "./guess_game.js";

export class Chips {
  /**
   * @param {HTMLElement} root an empty element
   * @param {{place: (white: number) => void, bet: () => void, skip: () => void}} calls
   */
  constructor(root, calls) {
    this.root = root;
    this.calls = calls;
    root.className = "gp-chips";
    root.innerHTML = `
      <div class="gp-side" data-value="0"><b><i></i>black</b><span></span><small></small></div>
      <div class="gp-row"><div class="gp-track" aria-hidden="true"></div>
        <input type="range" min="0" max="10" step="1" data-arrows aria-label="Chips on black; the others lie on white"></div>
      <div class="gp-side" data-value="1"><b>white<i></i></b><span></span><small></small></div>
      <div class="gp-act row"><button type="button" class="gp-bet primary" title="Enter">Bet</button>
        <button type="button" class="gp-skip" title="S">Skip to where the model is unsure</button>
        <p class="gp-said" aria-live="polite"></p></div>`;
    const find = (name) => root.querySelector(`.gp-${name}`);
    [this.track, this.bet, this.skip, this.said] = ["track", "bet", "skip", "said"].map(find);
    this.range = root.querySelector("input");
    this.sides = [...root.querySelectorAll(".gp-side")];
    this.bet.onclick = () => calls.bet();
    this.skip.onclick = () => calls.skip();
    this.range.oninput = () => calls.place(10 - Number(this.range.value));
    this.track.onpointerdown = (event) => this.point(event);
    this.track.onpointermove = (event) => event.buttons && this.point(event);
    this.range.onkeydown = (event) => this.key(event);
  }

  /** The chips left of the pointer lie on black. */
  point(event) {
    if (this.range.disabled) return;
    const [first, last] = [this.track.firstElementChild, this.track.lastElementChild].map((chip) => chip.getBoundingClientRect());
    const share = (event.clientX - first.left) / (last.right - first.left);
    this.range.focus({ preventScroll: true });
    this.calls.place(10 - Math.min(10, Math.max(0, Math.round(10 * share))));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && !this.bet.disabled) this.calls.bet();
    else if (event.key.toLowerCase() === "s" && !this.skip.disabled) this.calls.skip();
    else if (/^\d$/.test(event.key)) this.calls.place(Number(event.key));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {{white: number, rules: import("./guess_game.js").Rules, live: boolean, skips: boolean, said: string,
   *   secret: boolean}} state secret: what an outcome costs is the question
   */
  show({ white, rules, live, skips, said, secret }) {
    if (this.track.children.length !== rules.chips) {
      this.track.replaceChildren(...Array.from({ length: rules.chips }, () => document.createElement("i")));
    }
    const black = rules.chips - white;
    [...this.track.children].forEach((chip, i) => { chip.dataset.value = i < black ? "0" : "1"; });
    this.range.value = String(black);
    this.range.setAttribute("aria-valuetext", `${black} on black, ${white} on white`);
    this.range.disabled = !live;
    this.bet.disabled = !live;
    this.skip.disabled = !live || !skips;
    [black, white].forEach((chips, i) => {
      const [, count, cost] = this.sides[i].children;
      count.textContent = `${chips} chip${chips === 1 ? "" : "s"}`;
      const bits = secret ? "? bits" : `${price(chips, rules).toFixed(chips && chips < rules.chips ? 2 : 3)} bits`;
      cost.textContent = `costs ${bits}${chips ? "" : " (floor)"}`;
    });
    if (this.said.textContent !== said) this.said.textContent = said;
  }
}
