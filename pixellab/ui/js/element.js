/** @param {string} tag @param {string} [name] class @param {string} [text] @param {Element} [parent] @returns {HTMLElement} */
export function element(tag, name = "", text = "", parent = null) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}
