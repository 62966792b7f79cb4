/** The gate as two dimmers: tanh of a signal, dimmed by the sigmoid of a door. They follow a pixel, or a hand. */
const DIMMERS_REACH = 5; // of the dials, before the nonlinearities

export class Dimmers {
  /** @param {HTMLElement} root @param {() => void} changed a dial was turned by hand */
  constructor(root, changed) {
    this.root = root.appendChild(document.createElement("div"));
    this.root.className = "dimmers";
    const dial = (name) => {
      const label = this.root.appendChild(document.createElement("label"));
      label.innerHTML = `<span>${name}</span><input type="range" min="${-DIMMERS_REACH}" max="${DIMMERS_REACH}" step="0.05"
        data-arrows><output></output>`;
      const [, input, output] = label.children;
      input.oninput = () => {
        this.turned = true;
        this.show();
        changed();
      };
      return { input, output };
    };
    this.signal = dial("signal");
    this.door = dial("door");
    this.result = this.root.appendChild(document.createElement("p"));
    this.lamp = this.root.appendChild(document.createElement("div"));
    this.lamp.className = "lamp";
    this.turned = false;
  }

  /** Follow the gate of a pixel. @param {number} signal @param {number} door before their nonlinearities */
  follow(signal, door) {
    this.turned = false;
    [this.signal.value, this.door.value] = [signal, door];
    this.signal.input.value = String(signal);
    this.door.input.value = String(door);
    this.show();
  }

  show() {
    const given = (dial) => (this.turned ? Number(dial.input.value) : dial.value);
    const [signal, door] = [Math.tanh(given(this.signal)), 1 / (1 + Math.exp(-given(this.door)))];
    this.signal.output.textContent = `tanh ${dimmersText(signal)}`;
    this.door.output.textContent = `σ ${dimmersText(door)}`;
    const out = signal * door;
    this.result.innerHTML = `${dimmersText(signal)} · ${dimmersText(door)} = <b>${dimmersText(out)}</b>`
      + (this.turned ? " <small>turned by hand</small>" : "");
    const colour = out < 0 ? "var(--diverging-low)" : "var(--diverging-high)";
    this.lamp.style.background = `color-mix(in srgb, ${colour} ${Math.round(100 * Math.abs(out))}%, var(--diverging-mid))`;
  }
}

/** Two decimals and a real minus sign. */
export function dimmersText(number) {
  const text = number.toFixed(2).replace("-", "−");
  return text === "−0.00" ? "0.00" : text;
}
