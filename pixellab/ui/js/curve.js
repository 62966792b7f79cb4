/** The curve of a training, as an SVG: validation and training loss against images seen, and the published figure. */
import { element } from "./element.js";

const HIGH = 190;
const LEFT = 44;
const BELOW = 26;

/** @param {HTMLElement} parent @param {import("./comparison.js").Model} model @returns {string} the same in words */
export function drawCurve(parent, model, group, wide) {
  const paper = model.published[0]?.value ?? null;
  const losses = model.curve.flatMap(([, train, valid]) => [train ?? valid, valid]).sort((a, b) => a - b);
  const low = Math.min(losses[0], paper ?? Infinity);
  // The first looks lie far above; what can be told apart is below the middle of the rest.
  const high = Math.min(losses.at(-1), low + 3 * (losses[Math.floor(losses.length / 2)] - low) + 1e-6);
  const [top, bottom] = [high + 0.06 * (high - low), low - 0.08 * (high - low)];
  const last = model.curve.at(-1)[0];
  const x = (images) => LEFT + (images / last) * (wide - LEFT - 8);
  const y = (loss) => 8 + ((top - Math.min(loss, top)) / (top - bottom)) * (HIGH - BELOW - 8);
  const line = (index) => model.curve.filter((row) => row[index] !== null)
    .map((row, i) => `${i ? "L" : "M"}${x(row[0]).toFixed(1)} ${y(row[index]).toFixed(1)}`).join("");
  const digits = high - low > 3 ? 0 : 2;
  const ticks = [0, 1, 2, 3].map((k) => low + (k / 3) * (high - low));
  const words = `${group.unit === "nats" ? "Nats an image" : "Bits/dim"} while it learnt from ${last.toLocaleString("en")} images: `
    + `on the validation split ${model.curve[0][2].toFixed(2)} at first, ${model.curve.at(-1)[2].toFixed(2)} at last`
    + `${paper === null ? "." : `; the published ${paper.toFixed(2)} is of the test split.`}`;
  const holder = element("div", "", "", parent);
  holder.innerHTML = `<svg viewBox="0 0 ${wide} ${HIGH}" width="${wide}" height="${HIGH}" role="img">
${ticks.map((t) => `<path class="grid" d="M${LEFT} ${y(t)}H${wide - 8}"/><text x="${LEFT - 6}" y="${y(t) + 4}" text-anchor="end">${t.toFixed(digits)}</text>`).join("")}
${[0, 0.5, 1].map((k) => `<text x="${x(k * last)}" y="${HIGH - 6}" text-anchor="${["start", "middle", "end"][k * 2]}">${Math.round(k * last).toLocaleString("en")}</text>`).join("")}
${paper === null ? "" : `<path class="paper" d="M${LEFT} ${y(paper)}H${wide - 8}"/><text class="paper" x="${LEFT + 6}" y="${y(paper) - 5}">paper</text>`}
<path class="train" d="${line(1)}"/><path class="valid" d="${line(2)}"/>
${model.curve.map((row) => `<circle class="valid" cx="${x(row[0]).toFixed(1)}" cy="${y(row[2]).toFixed(1)}" r="2.5"/>`).join("")}
</svg><div class="cm-keys"><span class="valid">validation, averaged weights</span><span class="train">training</span></div>`;
  holder.firstElementChild.setAttribute("aria-label", words);
  return words;
}
