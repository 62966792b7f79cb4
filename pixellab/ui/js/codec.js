/**
 * Typed arrays to text and back. Python sends base64 of little-endian bytes (see components.b64);
 * masks travel as bits, eight to a byte, first pixel highest (numpy.packbits).
 */

/** @param {string} text base64 @returns {Uint8Array} */
export function decodeBytes(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** @param {Uint8Array} bytes @returns {string} base64 */
export function encodeBytes(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** @param {string} text base64 of little-endian uint16 @returns {Uint16Array} */
export function decodeUint16(text) {
  return new Uint16Array(decodeBytes(text).buffer);
}

/** @param {string} text base64 of little-endian float32 @returns {Float32Array} */
export function decodeFloat32(text) {
  return new Float32Array(decodeBytes(text).buffer);
}

/** @param {string} text base64 of little-endian float16 @returns {Float32Array} */
export function decodeFloat16(text) {
  return Float32Array.from(decodeUint16(text), (half) => {
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    return half & 0x8000 ? -size : size;
  });
}

/** @param {Uint8Array} cells one 0 or 1 a cell @returns {string} base64 of packed bits */
export function packBits(cells) {
  const bytes = new Uint8Array(Math.ceil(cells.length / 8));
  cells.forEach((on, i) => {
    if (on) bytes[i >> 3] |= 128 >> (i & 7);
  });
  return encodeBytes(bytes);
}

/** @param {string} text base64 of packed bits @param {number} length @returns {Uint8Array} one 0 or 1 a cell */
export function unpackBits(text, length) {
  const bytes = decodeBytes(text);
  return Uint8Array.from({ length }, (_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
}
