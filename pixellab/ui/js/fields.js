/**
 * Receptive fields, from the hops that Python made of the real masks (`pixellab.fields.Network` as plain JSON).
 * The same sets and the same order of work as pixellab/fields/spread.py: a set of pixels spreads along hops.
 *
 * @typedef {Object} Hop one way of reading, see pixellab/fields/networks.py
 * @property {string} name @property {string} reader @property {string} read @property {[number, number][]} offsets
 * @property {string} own @property {boolean} below @property {Hop | null} unmasked
 *
 * @typedef {{name: string, hops: Hop[]}} Layer
 * @typedef {{name: string, height: number, width: number, channels: number, layers: Layer[]}} Network
 * @typedef {Uint32Array} Plane one bit a pixel: bit j of entry i is row i, column j (so at most 32 columns)
 * @typedef {Plane[]} Planes one set a colour group
 */

/** What a pixel of the picture is to the target. */
export const Part = Object.freeze({ PAST: 0, SEEN: 1, ROW: 2, BLIND: 3, FAR: 4, FUTURE: 5, LEAK: 6, TARGET: 7 });

/** @param {Planes} sets @param {number} [from] first colour @returns {Plane} */
function joined(sets, from = 0) {
  const all = new Uint32Array(sets[0].length);
  for (let c = from; c < sets.length; c++) for (let i = 0; i < all.length; i++) all[i] |= sets[c][i];
  return all;
}

/** Adds `plane`, moved, to `into`; what leaves the picture is lost. */
function addMoved(into, plane, rows, columns, width) {
  const inside = width === 32 ? 0xffffffff : (1 << width) - 1;
  for (let i = Math.max(0, -rows); i < plane.length && i + rows < plane.length; i++) {
    const row = plane[i];
    if (!row) continue;
    into[i + rows] |= (columns >= 0 ? row << columns : row >>> -columns) & inside;
  }
}

/**
 * Where a hop leads: from readers to what they read, or (direction −1) from what is read to its readers.
 * @param {Hop} hop @param {Planes} sets @param {number} width @param {1 | -1} [direction] @returns {Planes}
 */
export function across(hop, sets, width, direction = 1) {
  // Backwards, the arrows turn round: offsets change sign, and colours run down.
  const ordered = direction < 0 ? [...sets].reverse() : sets;
  const anyone = joined(ordered);
  const elsewhere = hop.own === "everything" ? anyone.slice() : new Uint32Array(anyone.length);
  for (const [rows, columns] of hop.offsets) addMoved(elsewhere, anyone, direction * rows, direction * columns, width);
  const skipped = { "own and earlier colours": 0, "earlier colours": 1 }[hop.own] ?? ordered.length;
  const reached = ordered.map((_, colour) => {
    const here = elsewhere.slice();
    if (colour + skipped < ordered.length) joined(ordered, colour + skipped).forEach((row, i) => { here[i] |= row; });
    return here;
  });
  return direction < 0 ? reached.reverse() : reached;
}

/** The features of a network that a spreading set has reached, by depth and map; depth 0 is the picture. */
export class Cone {
  /** @param {Network} network @param {1 | -1} direction 1: what is read; −1: the readers */
  constructor(network, direction) {
    Object.assign(this, { network, direction });
    /** @type {Map<string, Planes>} */ this.reached = new Map();
  }

  /** All that a target's logits read. @param {number} target cell @param {number} [channel] of the logits */
  static readBy(network, target, channel = network.channels - 1) {
    const cone = new Cone(network, 1);
    cone.add(...cone.last, logitGroups(network, target, channel));
    for (let depth = network.layers.length; depth > 0; depth--) {
      for (const hop of [...network.layers[depth - 1].hops].reverse()) cone.follow(depth, hop);
    }
    return cone;
  }

  /** All features that read a pixel of the picture. @param {number} source cell @param {number} [colour] only this one */
  static readersOf(network, source, colour) {
    const cone = new Cone(network, -1);
    cone.add(0, "picture", cone.empty().map((none, c) => (colour === undefined || c === colour ? single(network, source) : none)));
    network.layers.forEach((layer, i) => layer.hops.forEach((hop) => cone.follow(i + 1, hop)));
    return cone;
  }

  /** Depth and map that feed the head. @returns {[number, string]} */
  get last() {
    return [this.network.layers.length, this.network.layers.at(-1).hops.at(-1).reader];
  }

  /** @returns {Planes} */
  empty() {
    return Array.from({ length: this.network.channels }, () => new Uint32Array(this.network.height));
  }

  /** @param {number} depth @param {string} [map] @returns {Planes} */
  at(depth, map = "features") {
    return this.reached.get(depth ? `${depth} ${map}` : "0") ?? this.empty();
  }

  /** @returns {boolean} whether that was new */
  add(depth, map, sets) {
    const key = depth ? `${depth} ${map}` : "0";
    const old = this.reached.get(key) ?? this.empty();
    let grown = false;
    sets.forEach((set, colour) => set.forEach((row, i) => {
      grown ||= (row & ~old[colour][i]) !== 0;
      old[colour][i] |= row;
    }));
    this.reached.set(key, old);
    return grown;
  }

  /** Cross a hop of the layer at `depth`; a recurrent one until nothing new is reached. */
  follow(depth, hop) {
    const ends = [[depth, hop.reader], [depth - Number(hop.below), hop.read]];
    const [start, end] = this.direction > 0 ? ends : ends.reverse();
    const recurrent = !hop.below && hop.reader === hop.read;
    let grown = true;
    while (grown) {
      const sets = this.at(...start);
      if (!sets.some((set) => set.some((row) => row))) return;
      grown = this.add(...end, across(hop, sets, this.network.width, this.direction)) && recurrent;
    }
  }

  /** The pixels at which a map was reached, in any colour. @returns {Uint8Array} one 0 or 1 a cell */
  cells(depth, map = "features") {
    return cellsOf(joined(this.at(depth, map)), this.network.width);
  }
}

/** @returns {Plane} the set of one cell */
function single(network, cell) {
  const plane = new Uint32Array(network.height);
  plane[Math.floor(cell / network.width)] = (1 << (cell % network.width)) >>> 0;
  return plane;
}

/** What the logits of a colour read through the head: the own and earlier colour groups. @returns {Planes} */
function logitGroups(network, cell, channel) {
  return Array.from({ length: network.channels },
    (_, group) => (group <= channel ? single(network, cell) : new Uint32Array(network.height)));
}

const both = (some, others) => some.map((set, colour) => set.map((row, i) => row & others[colour][i]));

/**
 * How a source pixel reaches a target's logits; of many ways a straight one (as pixellab.fields.path).
 * @param {Network} network @param {number} source cell @param {number} target cell
 * @param {number} [channel] of the logits @param {number} [sourceColour] of the pixel; without: any
 * @returns {{depth: number, map: string, hop: Hop, cell: number, colour: number, to: number, toColour: number}[] | null}
 *   hops from the target down: the feature of a colour group at `cell` reads that at `to`; null: there is no way
 */
export function path(network, source, target, channel = network.channels - 1, sourceColour = undefined) {
  const { width } = network;
  const cone = Cone.readersOf(network, source, sourceColour);
  let [depth, map] = cone.last;
  let at = both(logitGroups(network, target, channel), cone.at(depth, map));
  if (!at.some((set) => set.some((row) => row))) return null;
  const away = (cell) => (Math.floor(cell / width) - Math.floor(source / width)) ** 2 + ((cell % width) - (source % width)) ** 2;
  const steps = [];
  let here = target;
  let colour = nearestColour(at, channel);
  at = at.map((set, c) => (c === colour ? set : new Uint32Array(set.length)));
  while (depth) {
    let best = null;
    for (const hop of network.layers[depth - 1].hops.filter(({ reader }) => reader === map)) {
      const reached = both(across(hop, at, width), cone.at(depth - Number(hop.below), hop.read));
      cellsOf(joined(reached), width).forEach((on, cell) => {
        if (on && (!best || away(cell) < away(best.cell))) best = { hop, cell, reached };
      });
    }
    const only = single(network, best.cell);
    at = best.reached.map((set) => set.map((row, i) => row & only[i]));
    const toColour = nearestColour(at, colour);
    at = at.map((set, c) => (c === toColour ? set : new Uint32Array(set.length)));
    steps.push({ depth, map, hop: best.hop, cell: here, colour, to: best.cell, toColour });
    colour = toColour;
    depth -= Number(best.hop.below);
    map = best.hop.read;
    here = best.cell;
  }
  return steps;
}

/** @param {Plane} plane @param {number} width @returns {Uint8Array} one 0 or 1 a cell */
export function cellsOf(plane, width) {
  return Uint8Array.from({ length: plane.length * width }, (_, i) => (plane[Math.floor(i / width)] >>> (i % width)) & 1);
}

/** The same layers and kernels without masks. @param {Network} network @returns {Network} */
export function unmasked(network) {
  const layers = network.layers.map((layer) => ({ ...layer, hops: layer.hops.map((hop) => hop.unmasked ?? hop) }));
  return { ...network, layers };
}

/**
 * The picture as seen from one target, as pixellab.fields.split: a Part a cell, and how many there are of each.
 * @param {Network} network @param {number} target cell
 * @returns {{roles: Uint8Array, seen: number, blind: number, far: number, future: number, leak: number, past: number,
 *   self: boolean, cone: Cone}}
 */
export function split(network, target) {
  const { height, width, channels } = network;
  const [row, column] = [Math.floor(target / width), target % width];
  const cone = Cone.readBy(network, target);
  const field = cone.cells(0);
  const reach = Cone.readBy(unmasked(network), target).cells(0);
  const roles = Uint8Array.from({ length: height * width }, (_, i) => {
    if (i === target) return Part.TARGET;
    if (i > target) return field[i] ? Part.LEAK : Part.FUTURE;
    return field[i] ? Part.SEEN : reach[i] ? Part.BLIND : Part.FAR;
  });
  const count = (role) => roles.reduce((sum, r) => sum + (r === role), 0);
  // The logits of a colour may read strictly earlier colours of their own pixel, and no others.
  const self = Array.from({ length: channels }, (_, c) => (c === channels - 1 ? cone : Cone.readBy(network, target, c)))
    .some((own, c) => own.at(0).some((set, colour) => colour >= c && (set[row] >>> column) & 1));
  return { roles, seen: count(Part.SEEN), blind: count(Part.BLIND), far: count(Part.FAR), future: count(Part.FUTURE),
    leak: count(Part.LEAK) + self, past: target, self, cone };
}

/** The own colour where it is in the sets, else the last one before it, else the first. */
function nearestColour(sets, own) {
  const there = sets.map((set) => set.some((row) => row));
  const before = there.slice(0, own + 1).lastIndexOf(true);
  return before >= 0 ? before : there.indexOf(true);
}

/** Before the answer: what is past and what is future, and nothing else. @returns {Uint8Array} a Part a cell */
export function unknown({ height, width }, target) {
  return Uint8Array.from({ length: height * width }, (_, i) => (i < target ? Part.PAST : i > target ? Part.FUTURE : Part.TARGET));
}

/** The features at some depth that the target reads on its way down. @returns {Uint8Array} a Part a cell */
export function onTheWay(network, target, cone, depth) {
  const reached = cone.cells(depth);
  return unknown(network, target).map((role, i) => (reached[i] && i !== target ? (i < target ? Part.SEEN : Part.LEAK) : role));
}

/** A share in whole per cent, as Python writes it (ties to the even number). @returns {string} */
export function percent(part, whole) {
  const share = 100 * (whole ? part / whole : 1);
  const low = Math.floor(share);
  const up = share - low > 0.5 || (share - low === 0.5 && low % 2 === 1);
  return `${low + up} %`;
}

/** The picture in words, as pixellab.fields.Split.sentence. @returns {string} */
export function sentence(network, target, { seen, past, leak, self }) {
  const place = `Pixel row ${Math.floor(target / network.width)}, column ${target % network.width}`;
  const sees = past ? `sees ${seen} of ${past} earlier pixels (${percent(seen, past)})` : "has no earlier pixel to see";
  const later = leak - self;
  const leaks = [...(later ? [`${later} future pixel${later === 1 ? "" : "s"}`] : []), ...(self ? ["itself"] : [])];
  return `${place}: ${network.name} ${sees}, ${leaks.length ? `and leaks: it sees ${leaks.join(" and ")}` : "no future pixel"}.`;
}
