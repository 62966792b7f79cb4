/**
 * The colours of the roles, from the CSS variables of css/roles.css, in the theme that Streamlit shows.
 *
 * @typedef {Object} Palette
 * @property {boolean} dark
 * @property {string} target @property {string} context @property {string} contextRow @property {string} blind
 * @property {string} future @property {string} leak @property {string} page @property {string} surface
 * @property {string} text @property {string} muted @property {string} line @property {string} faint
 * @property {string} checkerA @property {string} checkerB @property {string} hatch
 * @property {string} ink0 value 0 of a binary picture @property {string} ink1 value 1
 * @property {string} red @property {string} green @property {string} blue
 */

const ROLE_NAMES = ["target", "context", "context-row", "blind", "future", "future-edge", "out-of-reach", "leak", "page",
  "surface", "text", "muted", "line", "faint", "checker-a", "checker-b", "hatch", "ink-0", "ink-1",
  "on-context", "red", "green", "blue", "diverging-low", "diverging-mid", "diverging-high"];

/** @param {string} colour "#rrggbb" or "rgb(r, g, b)" @returns {[number, number, number]} */
export function channels(colour) {
  if (colour.startsWith("#")) {
    const hex = colour.length === 4 ? colour.replace(/[^#]/g, "$&$&") : colour;
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }
  return (colour.match(/[\d.]+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
}

/** @param {string} a @param {string} b @param {number} share of b, 0 to 1 @returns {string} */
export function mix(a, b, share) {
  const [from, to] = [channels(a), channels(b)];
  return `rgb(${from.map((v, i) => Math.round(v + (to[i] - v) * share)).join(",")})`;
}

/**
 * Puts the theme on the component's root, so that its CSS follows, and reads the colours for drawing.
 * @param {HTMLElement} root the element of class "px" @returns {Palette}
 */
export function palette(root) {
  const style = getComputedStyle(root);
  const [r, g, b] = channels(style.getPropertyValue("--st-background-color").trim() || "#ffffff");
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  root.dataset.theme = dark ? "dark" : "light";
  const colours = ROLE_NAMES.map((name) => [
    name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), style.getPropertyValue(`--${name}`).trim()]);
  return { dark, ...Object.fromEntries(colours) };
}

const CIVIDIS = ["#00224e", "#083370", "#35456c", "#4f576c", "#666970", "#7d7c78", "#948e77", "#aea371", "#c8b866",
  "#e5cf52", "#fee838"];

/** @param {number} t 0 to 1 @returns {string} the colour map for probability, entropy and gradient */
export function cividis(t) {
  const at = Math.min(1, Math.max(0, t)) * (CIVIDIS.length - 1);
  const low = Math.min(CIVIDIS.length - 2, Math.floor(at));
  return mix(CIVIDIS[low], CIVIDIS[low + 1], at - low);
}
