/** Undo and redo of a grid of cells. */
export class History {
  /** @param {Uint8Array} cells */
  constructor(cells) {
    this.cells = cells;
    /** @type {Uint8Array[]} */ this.past = [];
    /** @type {Uint8Array[]} */ this.future = [];
  }

  /** Take `cells` as the new state. @param {Uint8Array} cells @returns {boolean} whether anything changed */
  commit(cells) {
    if (cells.every((value, i) => value === this.cells[i])) return false;
    this.past = [...this.past.slice(-99), this.cells];
    this.future = [];
    this.cells = cells;
    return true;
  }

  /** @returns {boolean} whether there was something to undo */
  undo() {
    return this.#move(this.past, this.future);
  }

  /** @returns {boolean} whether there was something to redo */
  redo() {
    return this.#move(this.future, this.past);
  }

  #move(from, to) {
    if (!from.length) return false;
    to.push(this.cells);
    this.cells = from.pop();
    return true;
  }
}
