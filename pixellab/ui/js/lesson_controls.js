/** The controls below a lesson's widget, made from what Python declares: a row of choices, or a slider of stops. */
export class LessonControls {
  /** @param {import("./lesson.js").Lesson} frame */
  constructor(frame) {
    this.frame = frame;
    this.root = frame.root.querySelector(".ls-controls");
    /** @type {Map<string, {element: HTMLElement, show: (value: string) => void}>} */
    this.made = new Map();
  }

  show() {
    const { plan, view, step, revealed } = this.frame;
    const visible = plan.controls.filter((control) => control.kind !== "hidden");
    const names = visible.map((control) => control.name).join(" ");
    if (this.names !== names) {
      this.names = names;
      this.made = new Map(visible.map((control) => [control.name, this.make(control)]));
      this.root.replaceChildren(...[...this.made.values()].map(({ element }) => element));
    }
    // A question is asked with its own settings; the controls come with the answer.
    const offered = revealed ? null : step.offers;
    for (const [name, { element, show }] of this.made) {
      element.hidden = (offered !== null && !offered.includes(name))
        || !(this.frame.widget.offers?.(name) ?? true);
      show(view[name]);
    }
  }

  make(control) {
    const element = document.createElement("div");
    element.className = `ls-control ls-${control.kind}`;
    element.dataset.control = control.name;
    const label = element.appendChild(document.createElement("span"));
    label.textContent = control.label;
    label.id = `label-${control.name}`;
    const show = control.kind === "slider" ? this.slider(element, control) : this.segments(element, control);
    return { element, show };
  }

  segments(element, { name, options }) {
    const group = element.appendChild(document.createElement("div"));
    group.className = "segments";
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", `label-${name}`);
    for (const [value, text] of options) {
      const button = group.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", textContent: text });
      button.dataset.value = value;
      button.onclick = () => this.frame.set({ [name]: value });
    }
    return (value) => {
      for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.value === value));
    };
  }

  slider(element, { name, options }) {
    const input = element.appendChild(document.createElement("input"));
    Object.assign(input, { type: "range", min: "0", max: String(options.length - 1), step: "1" });
    input.setAttribute("aria-labelledby", `label-${name}`);
    input.dataset.arrows = "";
    const output = element.appendChild(document.createElement("output"));
    input.oninput = () => this.frame.set({ [name]: options[Number(input.value)][0] });
    return (value) => {
      const index = options.findIndex(([option]) => option === value);
      input.value = String(index);
      output.textContent = options[index]?.[1] ?? "";
      input.setAttribute("aria-valuetext", output.textContent);
    };
  }
}
