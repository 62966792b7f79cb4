/**
 * One tiny picture scored in several orders: each order is a lane of four fractions, counted in a real table, whose
 * product is always the same.
 */


/** How many of the counted pictures agree with this one at some pixels. @param {number} known bits, pixel 0 highest */
export function agreeing(counts, picture, known) {
  return counts.reduce((sum, count, pattern) => sum + ((pattern & known) === (picture & known) ? count : 0), 0);
}

export class Orders {
  /** @param {HTMLElement} root an empty element @param {(picture: string) => void} flip */
  constructor(root, flip) {
    this.root = root;
    this.flip = flip;
    root.className = "od";
    root.innerHTML = `<div class="od-picture" role="group" aria-label="The picture; a click turns a pixel">${
      [0, 1, 2, 3].map((i) => `<button type="button" data-pixel="${i}"></button>`).join("")}</div><div class="od-lanes"></div>`;
    [this.picture, this.lanes] = root.children;
    [...this.picture.children].forEach((button, i) => {
      button.onclick = () => flip([...this.text].map((bit, k) => (k === i ? String(1 - bit) : bit)).join(""));
    });
  }

  /**
   * @param {string} text four times "0" or "1" @param {number[]} counts of the sixteen pictures
   * @param {Object<string, number[]>} orders @param {number} head factors that are shown @param {boolean} known
   */
  show(text, counts, orders, head, known) {
    this.text = text;
    const picture = parseInt(text, 2);
    [...this.picture.children].forEach((button, i) => {
      button.dataset.value = text[i];
      button.setAttribute("aria-label", `Pixel ${i + 1}: ${text[i] === "1" ? "white" : "black"}`);
    });
    const made = JSON.stringify([text, head, known, Object.keys(orders)]);
    if (made === this.made) return;
    this.made = made;
    this.lanes.innerHTML = Object.entries(orders).map(([name, order]) => {
      const factors = order.map((pixel, step) => {
        const before = order.slice(0, step);
        const bit = (pixels) => pixels.reduce((sum, i) => sum | (8 >> i), 0);
        return { pixel, before, part: agreeing(counts, picture, bit([...before, pixel])), whole: agreeing(counts, picture, bit(before)) };
      });
      return this.lane(name, factors, text, known ? head : 0);
    }).join("");
    const [all, total] = [counts[picture], agreeing(counts, 0, 0)];
    this.sum = { all, total, bits: -Math.log2(all / total) };
  }

  lane(name, factors, text, head) {
    const cells = factors.map(({ pixel, before, part, whole }, step) => {
      const icon = [0, 1, 2, 3].map((i) => `<i data-value="${i === pixel || before.includes(i) ? text[i] : ""}"${
        i === pixel ? " class=\"od-target\"" : ""}></i>`).join("");
      const shown = step < head;
      return `<div class="od-factor" data-lit="pixel${pixel}"><div class="od-icon">${icon}</div>
        <span class="od-fraction">${shown ? `<b>${group(part)}</b><b>${group(whole)}</b>` : "<b>?</b>"}</span>
        <small>${shown ? `${Math.abs(Math.log2(part / whole)).toFixed(3)} bits` : ""}</small></div>`;
    });
    const done = head >= 4;
    const [last, first] = [factors[3].part, factors[0].whole];
    const bits = factors.reduce((sum, { part, whole }) => sum - Math.log2(part / whole), 0);
    return `<section class="od-lane" data-order="${name}"><h3>${name}</h3>${cells.join('<span class="od-times">×</span>')}
      <span class="od-times">=</span><div class="od-product"><span class="od-fraction">${
        done ? `<b>${group(last)}</b><b>${group(first)}</b>` : "<b>?</b>"}</span><small>${
        done ? `${bits.toFixed(3)} bits` : ""}</small></div></section>`;
  }
}

/** 7290 → "7,290" */
function group(n) {
  return n.toLocaleString("en");
}
