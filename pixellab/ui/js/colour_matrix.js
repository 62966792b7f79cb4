/**
 * What the logits of a colour see of their own pixel: a 3×3 matrix, and for one entry the path through the colour
 * groups of all layers.
 */
import { Cone, path } from "./fields.js";

const COLOUR_NAMES = ["R", "G", "B"];
const SVG = "http://www.w3.org/2000/svg";

export class ColourMatrix {
  /** @param {HTMLElement} root @param {(trace: string) => void} choose an entry: "GR" is logits of G, pixel's R */
  constructor(root, choose) {
    this.root = root;
    this.choose = choose;
  }

  /** @param {import("./fields.js").Network} network @param {number} target @param {string | null} trace */
  show(network, target, trace, revealed, colours) {
    this.root.hidden = network.channels !== 3;
    if (this.root.hidden) return;
    const [row, column] = [Math.floor(target / network.width), target % network.width];
    const sees = COLOUR_NAMES.map((_, to) => {
      const cone = Cone.readBy(network, target, to);
      return cone.at(0).map((set) => Boolean((set[row] >>> column) & 1));
    });
    const table = document.createElement("table");
    table.className = "cm";
    const head = table.createTHead().insertRow();
    head.innerHTML = `<th scope="col"><small>logits ↓ &nbsp;sees →</small></th>${COLOUR_NAMES.map((name) => `<th scope="col">${name}</th>`).join("")}`;
    const body = table.createTBody();
    sees.forEach((from, to) => {
      const line = body.insertRow();
      line.innerHTML = `<th scope="row">${COLOUR_NAMES[to]}</th>`;
      from.forEach((seen, source) => {
        const button = line.insertCell().appendChild(document.createElement("button"));
        const name = COLOUR_NAMES[to] + COLOUR_NAMES[source];
        const leak = seen && source >= to;
        button.type = "button";
        button.className = !revealed ? "" : leak ? "leak" : seen ? "read" : "closed";
        button.textContent = !revealed ? "?" : leak ? "✕" : seen ? "1" : "0";
        button.disabled = !revealed;
        button.dataset.trace = name;
        button.setAttribute("aria-pressed", String(name === trace));
        button.setAttribute("aria-label", `The logits of ${COLOUR_NAMES[to]} ${seen ? "see" : "do not see"} ${COLOUR_NAMES[source]} of their pixel${leak ? ": a leak" : ""}`);
        button.onclick = () => this.choose(name);
      });
    });
    const focused = this.root.querySelector(":focus")?.dataset.trace;
    const title = document.createElement("b");
    title.textContent = "Inside the own pixel";
    this.root.replaceChildren(title, table, ...(trace ? this.traced(network, target, trace, colours) : []));
    if (focused) this.root.querySelector(`[data-trace="${focused}"]`)?.focus();
  }

  /** The floors: the picture below, a row of colour groups a layer, the logits on top; and the way between. */
  traced(network, target, trace, colours) {
    const [to, from] = [...trace].map((name) => COLOUR_NAMES.indexOf(name));
    const way = path(network, target, target, to, from);
    const depth = network.layers.length;
    const [gap, left, step] = [30, 74, 40];
    const y = (floor) => 16 + (depth + 1 - floor) * gap;
    const x = (colour) => left + colour * step;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${left + 2 * step + 20} ${y(0) + 16}`);
    svg.setAttribute("class", "cm-floors");
    svg.setAttribute("role", "img");
    const add = (name, attributes, text = "") => {
      const made = svg.appendChild(document.createElementNS(SVG, name));
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.textContent = text;
    };
    const line = (a, b, chosen, aside = false) => add("line", { x1: x(a[1]), y1: y(a[0]), x2: x(b[1]), y2: y(b[0]),
      stroke: chosen ? colours.target : colours.line, "stroke-width": chosen ? 3.5 : 1, "stroke-opacity": chosen ? 1 : 0.55,
      "stroke-dasharray": aside ? "5 4" : "none" });
    for (let c = 0; c < 3; c++) for (let below = 0; below <= c; below++) line([depth + 1, c], [depth, below], false);
    network.layers.forEach((layer, i) => {
      const { own } = layer.hops[0];
      for (let c = 0; c < 3; c++) {
        for (let below = 0; below < 3; below++) {
          const open = own === "everything" || below < c || (below === c && own === "own and earlier colours");
          if (open) line([i + 1, c], [i, below], false);
        }
      }
    });
    if (way) {
      line([depth + 1, to], [depth, way[0].colour], true);
      for (const { depth: d, colour, toColour, cell, to: next } of way) {
        line([d, colour], [d - 1, toColour], true, cell !== target || next !== target);
      }
    }
    for (let floor = 0; floor <= depth + 1; floor++) {
      const name = floor === 0 ? "picture" : floor > depth ? "logits" : `layer ${floor}`;
      add("text", { x: 4, y: y(floor) + 4, fill: colours.muted, "font-size": 13 }, name);
      for (let c = 0; c < 3; c++) {
        add("circle", { cx: x(c), cy: y(floor), r: 10, fill: colours.page, stroke: [colours.red, colours.green, colours.blue][c], "stroke-width": 2.5 });
        add("text", { x: x(c), y: y(floor) + 4, fill: colours.text, "font-size": 12, "text-anchor": "middle" }, COLOUR_NAMES[c]);
      }
    }
    const words = document.createElement("p");
    words.className = "sentence";
    words.textContent = this.spoken(way, to, from, target);
    svg.setAttribute("aria-label", words.textContent);
    return [svg, words];
  }

  spoken(way, to, from, target) {
    const [logits, value] = [COLOUR_NAMES[to], COLOUR_NAMES[from]];
    if (!way) return `No path leads from ${value} of the pixel to its logits of ${logits}.`;
    const groups = [`logits ${logits}`, ...way.map(({ depth, colour }) => `${COLOUR_NAMES[colour]} in layer ${depth}`), `${value} of the picture`];
    const aside = way.some(({ to: next }) => next !== target) ? " It leaves the pixel and comes back by a neighbour." : "";
    const leak = from >= to ? " A leak." : "";
    return `${groups.join(" ← ")}.${aside}${leak}`;
  }
}
