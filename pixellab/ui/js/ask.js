/**
 * A question in a line, with two to four answers; after one is chosen, which is right stands beside it.
 */
import { mounts } from "./mount.js";
import { palette } from "./palette.js";

class Ask {
  constructor(/** @type {HTMLElement} */ parent) {
    this.root = parent.querySelector(".px");
    this.question = this.root.querySelector(".ask-question");
    this.options = this.root.querySelector(".ask-options");
    this.verdict = this.root.querySelector(".ask-verdict");
  }

  load(data, send) {
    palette(this.root);
    this.question.innerHTML = data.question;
    this.options.setAttribute("aria-label", "Answers");
    data.options.forEach((text, index) => {
      const button = this.options.children[index] ?? this.options.appendChild(document.createElement("button"));
      const letter = "ABCD"[index];
      const chosen = data.guess === letter;
      const right = data.answer === index;
      button.type = "button";
      button.innerHTML = `<b>${letter}</b> ${text}${data.guess && right ? " ✓" : chosen ? " ✕" : ""}`;
      button.className = data.guess ? (right ? "right" : chosen ? "missed" : "") : "";
      button.setAttribute("aria-pressed", String(chosen));
      button.onclick = () => send("guess", letter);
    });
    this.verdict.hidden = !data.guess;
    if (!data.guess) return;
    const right = "ABCD"[data.answer] === data.guess;
    this.verdict.innerHTML = `<b>${right ? "Right." : `${data.guess} was your guess; it is ${"ABCD"[data.answer]}.`}</b> ${data.verdict}`;
  }
}

export default mounts((parent) => new Ask(parent));
