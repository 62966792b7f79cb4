/**
 * Verify by gradient: the button that asks a network which pixels move its logits at the target, and its answer as
 * smaller squares over the field. What it says is made in Python, see verify.py.
 *
 * @typedef {{subject: string[], of?: string, pending?: boolean, strengths?: string, words?: string}} Answer
 *   subject: the controls that the answer hangs on; strengths, a byte a pixel: 0 exactly zero, 1…255 log of its size
 */
import { decodeBytes } from "./codec.js";
import { cividis } from "./palette.js";

export class Gradient {
  /** @param {import("./lesson.js").Lesson} frame @param {() => string} target "10,9": the pinned pixel */
  constructor(frame, target) {
    Object.assign(this, { frame, target });
    this.button = frame.action("Verify by gradient", () => this.ask());
  }

  load(/** @type {Answer} */ answer) {
    this.answer = answer;
    this.strengths = answer.strengths ? decodeBytes(answer.strengths) : null;
    this.wait(Boolean(answer.pending));
  }

  /** @param {boolean} offered whether there is a field to verify */
  show(offered) {
    this.button.hidden = !offered;
  }

  wait(pending) {
    this.button.disabled = pending;
    this.button.textContent = pending ? "Asking a network …" : "Verify by gradient";
  }

  ask() {
    this.wait(true);
    this.frame.ask("gradient", { ...this.frame.view, target: this.target() });
  }

  /** What came of it for a target; null where nothing was asked. @param {string} target "10,9" */
  about(target) {
    const { answer, frame, strengths } = this;
    const here = [...answer.subject.map((name) => frame.view[name]), target].join(" ");
    return answer.of === here && !answer.pending ? { strengths, words: ` ${answer.words}` } : null;
  }

  /** For the legend. @param {{strengths: Uint8Array | null} | null} verified @returns {[string, string][]} */
  static legend(verified) {
    return verified?.strengths ? [["gradient", "gradient, weak to strong"]] : [];
  }

  /** Over the cells of a grid: the stronger, the lighter. @param {Uint8Array | null | undefined} strengths */
  static draw(pen, middle, side, strengths) {
    const inner = Math.max(2, Math.round(side * 0.44));
    strengths?.forEach((strength, i) => {
      if (!strength) return;
      const [x, y] = middle(i);
      pen.fillStyle = cividis((strength - 1) / 254);
      pen.fillRect(Math.round(x - inner / 2), Math.round(y - inner / 2), inner, inner);
    });
  }
}
