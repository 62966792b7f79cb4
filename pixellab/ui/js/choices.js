/**
 * Small pictures in a row, one of them chosen. Only the choice reaches Python (state "choice").
 *
 * @typedef {Object} ChoicesData
 * @property {number} n @property {number} height @property {number} width @property {number} channels
 * @property {number} levels @property {string} pictures base64, n × height × width × channels
 * @property {number} choice @property {string} label
 */
import { decodeBytes } from "./codec.js";
import { palette } from "./palette.js";
import { drawPixels, fit } from "./pixels.js";

const SIDE = 46; // CSS pixels

/** @param {{parentElement: Element, data: ChoicesData, setStateValue: (name: string, value: number) => void}} args */
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".px");
  const row = root.querySelector(".choices");
  const colours = palette(root);
  const values = decodeBytes(data.pictures);
  const size = data.height * data.width * data.channels;
  const roles = new Uint8Array(data.height * data.width);
  row.setAttribute("aria-label", data.label);
  const buttons = Array.from({ length: data.n }, (_, k) => row.children[k] ?? row.appendChild(document.createElement("button")));
  while (row.children.length > data.n) row.lastElementChild.remove();
  const mark = (choice) => buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === choice)));
  buttons.forEach((button, k) => {
    const canvas = button.firstElementChild ?? button.appendChild(document.createElement("canvas"));
    button.setAttribute("aria-label", `${data.label} ${k + 1} of ${data.n}`);
    button.onclick = () => {
      mark(k);
      setStateValue("choice", k);
    };
    const frame = fit(canvas, data.height, data.width, { room: SIDE, largest: SIDE });
    drawPixels(canvas, frame, { ...data, values: values.subarray(k * size, (k + 1) * size) }, roles, colours);
  });
  mark(data.choice);
}
