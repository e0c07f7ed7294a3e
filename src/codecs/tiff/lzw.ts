// Decodes TIFF's LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, highest bit first.

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/** Where in the output each code's string lies, and how long it is: written by every call before it is read. */
const starts = new Uint32Array(MAX_CODES);
const lengths = new Uint16Array(MAX_CODES);

/**
 * Up to `expected` bytes; fewer when the data end or make no sense. Undefined
 * for the old order of bits (before TIFF 5.0), which begins with a lone 0 byte.
 */
export function decodeLzw(
  data: Uint8Array,
  expected: number,
): Uint8Array | undefined {
  if (data[0] === 0 && ((data[1] ?? 0) & 1) === 1) return undefined;
  const out = new Uint8Array(expected);
  let end = 0;
  let at = 0;
  let held = 0;
  let bits = 0;
  let width = 9;
  let mask = (1 << width) - 1;
  let free = FIRST_FREE;
  let before = -1;
  let beforeLength = 0;
  while (end < expected) {
    while (bits < width && at < data.length) {
      held = (held << 8) | data[at++]!;
      bits += 8;
    }
    if (bits < width) break;
    bits -= width;
    const code = (held >>> bits) & mask;
    const start = end;
    let length = 1;
    if (code < CLEAR) out[end++] = code;
    else if (code === CLEAR) {
      width = 9;
      mask = (1 << width) - 1;
      free = FIRST_FREE;
      before = -1;
      continue;
    } else if (code === END) break;
    else {
      // The code that is being made: the string before and its own first byte.
      const isNew = code === free && before >= 0;
      if (!isNew && code >= free) break;
      let read = isNew ? before : starts[code]!;
      length = isNew ? beforeLength + 1 : lengths[code]!;
      const stop = Math.min(end + length, expected);
      while (end < stop) out[end++] = out[read++]!;
    }
    if (before >= 0 && free < MAX_CODES) {
      starts[free] = before;
      lengths[free] = beforeLength + 1;
      free++;
      // Codes grow one early: libtiff and the specification's own code agree.
      if (free >= mask && width < 12) {
        width++;
        mask = (1 << width) - 1;
      }
    }
    before = start;
    beforeLength = length;
  }
  return out.subarray(0, end);
}
