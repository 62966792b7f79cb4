/** A kernel as a small table of taps: read, not read, and its centre. */

/**
 * @param {HTMLElement | null} root @param {import("./fields.js").Hop} hop @param {string} caption
 * @param {((row: number, column: number) => void) | null} [toggle] makes every tap a button; offsets from the centre
 */
export function kernelPicture(root, hop, caption, toggle = null) {
  if (!root) return;
  const reach = Math.max(...(hop.unmasked ?? hop).offsets.flat().map(Math.abs));
  const side = 2 * reach + 1;
  const key = `${caption} ${JSON.stringify(hop.offsets)} ${hop.own} ${side} ${Boolean(toggle)}`;
  if (root.dataset.key === key) return;
  const focused = root.querySelector(":focus")?.dataset.tap;
  root.dataset.key = key;
  const read = new Set(hop.offsets.map(String));
  const figure = document.createElement("figure");
  figure.className = "kernel";
  const table = figure.appendChild(document.createElement("div"));
  table.style.setProperty("--side", String(side));
  table.setAttribute("role", toggle ? "group" : "img");
  const centre = { "own and earlier colours": "read", "earlier colours": "closed", everything: "read" }[hop.own] ?? "closed";
  table.setAttribute("aria-label", `${caption}: ${hop.offsets.length + Number(centre === "read")} of ${side * side} taps are read`);
  for (let i = -reach; i <= reach; i++) {
    for (let j = -reach; j <= reach; j++) {
      const tap = table.appendChild(document.createElement(toggle ? "button" : "span"));
      const own = i === 0 && j === 0;
      tap.className = `tap ${own ? `centre ${centre}` : read.has(String([i, j])) ? "read" : "closed"}`;
      tap.textContent = tap.className.endsWith("read") ? "1" : "0";
      tap.dataset.tap = `${i},${j}`;
      if (!toggle) continue;
      tap.type = "button";
      tap.setAttribute("aria-label", `tap row ${i}, column ${j}`);
      tap.setAttribute("aria-pressed", String(tap.textContent === "1"));
      tap.onclick = () => toggle(i, j);
    }
  }
  figure.appendChild(document.createElement("figcaption")).textContent = caption;
  root.replaceChildren(figure);
  if (focused) root.querySelector(`[data-tap="${focused}"]`)?.focus();
}
