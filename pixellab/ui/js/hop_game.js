/**
 * The hop game in a plain stack: each hop goes one layer down and reads one tap of the kernel; the last one reads
 * the picture. Layers that are not used are crossed at the own pixel, through the centre of mask B.
 */
export class HopGame {
  /** @param {HTMLElement} root where the game says how it stands @param {() => void} changed */
  constructor(root, changed) {
    this.changed = changed;
    this.bar = root.appendChild(document.createElement("div"));
    this.bar.className = "row hg";
    this.words = this.bar.appendChild(document.createElement("span"));
    this.words.className = "hg-words";
    this.words.setAttribute("aria-live", "polite");
    const button = (text, act) => {
      const made = this.bar.appendChild(document.createElement("button"));
      Object.assign(made, { type: "button", textContent: text, onclick: act });
      return made;
    };
    this.undo = button("Take back", () => this.back());
    this.again = button("Start again", () => this.restart());
    /** @type {number[]} cells from the target on */ this.trail = [];
  }

  /** @param {import("./fields.js").Network} network @param {number} target @param {number} flag */
  load(network, target, flag) {
    Object.assign(this, { network, target, flag });
    this.trail = [target];
    this.say();
  }

  visible(on) {
    this.bar.hidden = !on;
  }

  get here() {
    return this.trail[this.trail.length - 1];
  }

  get won() {
    return this.trail.length > 1 && this.here === this.flag;
  }

  /** Layers that are left, the first one (which reads the picture) among them. */
  get left() {
    return this.network.layers.length - (this.trail.length - 1);
  }

  /** The cells that a layer reads from here. */
  taps(layer) {
    const { height, width } = this.network;
    const [row, column] = [Math.floor(this.here / width), this.here % width];
    return layer.hops[0].offsets.map(([i, j]) => [row + i, column + j])
      .filter(([i, j]) => i >= 0 && j >= 0 && i < height && j < width).map(([i, j]) => i * width + j);
  }

  /** Where a hop may go now: any feature while there are later layers, and the flag by the first. */
  get legal() {
    if (this.won || this.left < 1) return [];
    const features = this.left > 1 ? this.taps(this.network.layers[1]) : [];
    const last = this.taps(this.network.layers[0]);
    return [...features.filter((cell) => cell !== this.flag), ...last.filter((cell) => cell === this.flag)];
  }

  click(cell) {
    if (cell === this.here && this.trail.length > 1 && !this.won) this.back();
    else if (this.legal.includes(cell)) {
      this.trail.push(cell);
      this.say();
    } else if (!this.won) this.say("No kernel has a tap there: ");
    this.changed();
  }

  back() {
    if (this.trail.length > 1) this.trail.pop();
    this.say();
    this.changed();
  }

  restart() {
    this.trail = [this.target];
    this.say();
    this.changed();
  }

  say(before = "") {
    this.undo.disabled = this.again.disabled = this.trail.length < 2;
    const { width } = this.network;
    const up = Math.floor(this.here / width) - Math.floor(this.flag / width);
    const right = (this.flag % width) - (this.here % width);
    const many = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
    const still = [up ? many(Math.abs(up), "row") + (up > 0 ? " up" : " down") : "",
      right ? many(Math.abs(right), "column") + (right > 0 ? " right" : " left") : ""].filter(Boolean).join(", ");
    if (this.won) {
      const stays = this.network.layers.length - (this.trail.length - 1);
      const rest = stays ? ` The other ${stays === 1 ? "layer passes" : `${stays} layers pass`} it on at the own pixel.` : "";
      this.words.textContent = `You are there, in ${many(this.trail.length - 1, "hop")}.${rest}`;
    } else if (!this.legal.length) {
      this.words.textContent = `No hop is left, and the flag is still ${still} away.`;
    } else if (this.trail.length === 1) {
      this.words.textContent = `${before}Hop from the ring to the flag: click a marked cell.`;
    } else {
      this.words.textContent = `${before}${many(this.left, "layer")} left; the flag is ${still} away.`;
    }
    this.bar.classList.toggle("won", this.won);
  }

  /** Rings where a hop may go. */
  drawLegal(pen, middle, side, colours) {
    pen.lineWidth = Math.max(1.5, side / 14);
    for (const cell of this.legal) {
      const [x, y] = middle(cell);
      pen.beginPath();
      pen.arc(x, y, side * 0.27, 0, 7);
      pen.fillStyle = colours.page;
      pen.globalAlpha = 0.75;
      pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = colours.target;
      pen.stroke();
    }
  }
}
