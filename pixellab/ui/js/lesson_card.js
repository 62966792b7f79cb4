/**
 * The card beside the widget: steps, question, answers, verdict, words, and the tabs Picture / Formula / Code.
 * An element that appears in several places ([data-lit]) is lit in all of them at once.
 */
export class LessonCard {
  /** @param {import("./lesson.js").Lesson} frame */
  constructor(frame) {
    this.frame = frame;
    const find = (name) => frame.root.querySelector(`.ls-${name}`);
    for (const name of ["steps", "question", "options", "painting", "reveal", "meter", "verdict", "text", "tabs",
      "panels", "presets", "next", "clear"]) this[name] = find(name);
    this.reveal.onclick = () => frame.reveal();
    this.clear.onclick = () => frame.set({ guess: "" });
    this.next.onclick = () => frame.turn(1);
    find("larger").onclick = () => frame.set({ class: frame.view.class === "1" ? "0" : "1" });
    this.larger = find("larger");
    this.listen(frame.root);
  }

  show() {
    const { plan, step, view, revealed } = this.frame;
    const shown = JSON.stringify([this.frame.version, view.step]);
    if (this.shown !== shown) {
      this.shown = shown;
      this.pinned = null;
      this.chooseSteps(plan);
      this.question.innerHTML = step ? step.question : plan.free.question;
      this.chooseOptions(step);
      this.text.innerHTML = step ? step.text : plan.free.text;
      this.verdict.innerHTML = step ? step.verdict : "";
      this.painting.firstElementChild.innerHTML = step?.how ?? "";
      this.choosePresets(step ? [] : plan.free.presets);
      this.chooseTabs({ ...plan.tabs, ...(step?.tabs ?? {}) });
    }
    for (const button of this.steps.children) {
      if (button.dataset.step === view.step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    this.larger.setAttribute("aria-pressed", String(view.class === "1"));
    this.painting.hidden = !step?.paint || revealed;
    this.clear.disabled = !view.guess;
    this.reveal.hidden = revealed;
    this.reveal.firstElementChild.textContent = view.guess ? "Check my guess" : "Show the answer";
    this.reveal.classList.toggle("primary", Boolean(view.guess));
    this.markOptions(step, view, revealed);
    for (const part of [this.text, this.tabs, this.panels]) part.hidden = !revealed;
    this.verdict.hidden = !step || !revealed;
    this.next.hidden = !step || !revealed;
    this.next.textContent = this.frame.index + 1 < plan.steps.length ? "Next question" : "Free play";
  }

  chooseSteps(plan) {
    if (this.steps.children.length) return;
    const entries = [...plan.steps.map((step, i) => [String(i + 1), String(i + 1), step.name]),
      ["free", "Free play", "Free play"]];
    this.steps.replaceChildren(...entries.map(([value, text, title]) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: text, title });
      button.dataset.step = value;
      if (value !== "free") button.setAttribute("aria-label", `Question ${text}: ${title}`);
      button.onclick = () => this.frame.go(value);
      return button;
    }));
  }

  chooseOptions(step) {
    this.options.hidden = !step?.options.length;
    this.options.replaceChildren(...(step?.options ?? []).map((words, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.option = "ABCD"[i];
      button.innerHTML = `<b>${"ABCD"[i]}</b><span>${words}</span><i></i>`;
      button.onclick = () => this.frame.revealed || this.frame.set({ guess: "ABCD"[i] });
      return button;
    }));
  }

  markOptions(step, view, revealed) {
    const answer = this.frame.widget.answer?.() ?? step?.answer;
    [...this.options.children].forEach((button, i) => {
      const mine = view.guess === button.dataset.option;
      const right = revealed && i === answer;
      button.setAttribute("aria-pressed", String(mine));
      button.classList.toggle("right", right);
      button.classList.toggle("mine", mine);
      button.setAttribute("aria-disabled", String(revealed));
      const note = !mine ? (right ? "✓" : "") : right ? "your guess ✓" : revealed ? "your guess ✗" : "your guess";
      button.lastElementChild.textContent = note;
    });
  }

  choosePresets(presets) {
    this.presets.hidden = !presets.length;
    this.presets.replaceChildren(...presets.map(({ label, state }) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: label });
      button.onclick = () => this.frame.set({ ...this.frame.asked("free"), ...state });
      return button;
    }));
  }

  chooseTabs(tabs) {
    const names = Object.keys(tabs);
    this.panels.replaceChildren(...names.map((name) => {
      const panel = document.createElement("div");
      panel.className = `ls-panel ${name}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-label", name);
      panel.innerHTML = tabs[name];
      return panel;
    }));
    this.tabs.replaceChildren(...names.map((name, i) => {
      const tab = document.createElement("button");
      Object.assign(tab, { type: "button", textContent: name[0].toUpperCase() + name.slice(1) });
      tab.setAttribute("role", "tab");
      tab.onclick = () => this.openTab(i);
      tab.onkeydown = (event) => {
        const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!way) return;
        event.preventDefault();
        event.stopPropagation();
        this.openTab((i + way + names.length) % names.length, true);
      };
      return tab;
    }));
    this.openTab(Math.min(this.tab ?? 0, names.length - 1));
  }

  openTab(index, focus = false) {
    this.tab = index;
    [...this.tabs.children].forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
      if (focus && i === index) tab.focus();
    });
    [...this.panels.children].forEach((panel, i) => { panel.hidden = i !== index; });
  }

  /** @param {{value: string, label: string, detail?: string} | null} meter */
  count(meter) {
    this.meter.hidden = !meter;
    [meter?.value, meter?.label, meter?.detail].forEach((words, i) => {
      const part = this.meter.children[i];
      if (part.textContent !== (words ?? "")) part.textContent = words ?? "";
    });
  }

  /** Elements that are lit together: by pointer or focus for a moment, by a click until the next. */
  listen(root) {
    const named = (event) => event.target.closest?.("[data-lit]")?.dataset.lit ?? null;
    const tell = (name) => {
      this.frame.light(name);
      this.frame.widget.lit?.(name);
    };
    root.addEventListener("pointerover", (event) => {
      if (event.target instanceof HTMLCanvasElement) return;
      const name = named(event) ?? this.pinned ?? null;
      if (name !== this.over) tell((this.over = name));
    });
    root.addEventListener("focusin", (event) => named(event) && tell(named(event)));
    root.addEventListener("click", (event) => {
      const name = named(event);
      if (name) tell((this.pinned = this.pinned === name ? null : name));
    });
  }
}
