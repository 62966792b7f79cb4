/**
 * Ten questions, one at a time: an option chosen is checked at once, and stays. Python hears which question is shown
 * and what was said (state "view").
 *
 * @typedef {{question: string, options: string[], answer: number, why: string}} Question HTML, but the answer
 * @typedef {{questions: Question[], now: number, said: string}} QuizData now: from 1; said: a letter or "-" a question
 */
import { element } from "./element.js";
import { mounts } from "./mount.js";
import { palette } from "./palette.js";

class Quiz {
  constructor(/** @type {HTMLElement} */ outer) {
    this.outer = outer;
    this.root = outer.querySelector(".qz");
  }

  load(/** @type {QuizData} */ data, send) {
    palette(this.outer);
    this.outer.dataset.ready = "1";
    this.report = (view) => send("view", view);
    if (this.questions) return; // the browser knows best what was said
    Object.assign(this, { questions: data.questions, now: data.now, said: [...data.said] });
    this.show();
  }

  set(now, said = this.said) {
    Object.assign(this, { now, said });
    this.show();
    this.report({ now, said: said.join("") });
  }

  show() {
    const { questions, now, said } = this;
    const focused = this.root.getRootNode().activeElement?.dataset?.focus;
    const steps = element("div", "segments");
    steps.setAttribute("role", "group");
    steps.setAttribute("aria-label", "Questions");
    questions.forEach((question, i) => {
      const right = said[i] !== "-" && "ABCD".indexOf(said[i]) === question.answer;
      const mark = said[i] === "-" ? "" : right ? " ✓" : " ✗";
      const button = element("button", "", `${i + 1}${mark}`, steps);
      button.type = "button";
      button.dataset.focus = `question ${i + 1}`;
      if (i + 1 === now) button.setAttribute("aria-current", "step");
      button.setAttribute("aria-label", `Question ${i + 1}${said[i] === "-" ? "" : right ? ", right" : ", wrong"}`);
      button.onclick = () => this.set(i + 1);
    });
    const question = questions[now - 1];
    const mine = "ABCD".indexOf(said[now - 1]);
    const asked = element("p", "qz-question");
    asked.innerHTML = question.question;
    const options = element("div", "ls-options");
    options.setAttribute("role", "group");
    options.setAttribute("aria-label", "Answers");
    question.options.forEach((words, i) => {
      const button = element("button", "", "", options);
      button.type = "button";
      button.dataset.focus = `option ${i}`;
      button.innerHTML = `<b>${"ABCD"[i]}</b><span>${words}</span><i></i>`;
      const done = mine >= 0;
      button.classList.toggle("mine", i === mine);
      button.classList.toggle("right", done && i === question.answer);
      button.setAttribute("aria-disabled", String(done));
      button.lastElementChild.textContent = i === mine ? (i === question.answer ? "your guess ✓" : "your guess ✗") : done && i === question.answer ? "✓" : "";
      button.onclick = () => done || this.set(now, said.map((letter, k) => (k === now - 1 ? "ABCD"[i] : letter)));
    });
    const why = element("p", "ls-verdict");
    why.setAttribute("aria-live", "polite");
    why.innerHTML = mine >= 0 ? question.why : "";
    const right = questions.filter(({ answer }, i) => "ABCD".indexOf(said[i]) === answer && said[i] !== "-").length;
    const answered = said.filter((letter) => letter !== "-").length;
    const below = element("div", "row");
    const next = element("button", "", "Next question", below);
    next.type = "button";
    next.dataset.focus = "next";
    next.disabled = now === questions.length;
    next.onclick = () => this.set(now + 1);
    if (answered) {
      const again = element("button", "", "Start again", below);
      again.type = "button";
      again.onclick = () => this.set(1, questions.map(() => "-"));
    }
    element("span", "muted qz-score", answered ? `${right} of ${answered} answered right` : "", below);
    this.root.replaceChildren(steps, asked, options, why, below);
    if (focused) this.root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }
}

export default mounts((parent) => new Quiz(parent.querySelector(".px")));
