/**
 * Takes what arrives piece by piece (see pixellab/ui/feed.py), and asks again for what got lost on the way.
 */
import { Cloud } from "./cloud.js";
import { Frames } from "./frames.js";

export class Feed {
  constructor() {
    /** @type {Frames | Cloud | null} */ this.film = null;
    this.asked = 0;
  }

  /**
   * @param {Record<string, any>} data a payload @param {(name: string, value: string) => void} send
   * @returns {Frames | Cloud | null} all that has arrived of this run; null while its beginning is missing
   */
  take(data, send) {
    if (this.film?.run !== data.run) {
      this.film = data.start ? null : data.particles ? new Cloud(data) : new Frames(data);
    }
    const have = this.film?.done ?? 0;
    if (data.start <= have && this.film) this.film.take(data);
    else send("missing", JSON.stringify({ run: data.run, from: have, time: ++this.asked }));
    return this.film;
  }
}
