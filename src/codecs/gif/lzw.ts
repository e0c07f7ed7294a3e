// GIF's LZW: reads a frame's palette indices out of their codes, and writes them in codes that compress nothing.

/** Codes are of 12 bits at most (GIF89a, appendix F). */
export const MAX_CODES = 4096;

/** The first `count` indices; those that no sound code gives stay 0. `bits` is the frame's minimum code size. */
export function readCodes(
  data: Uint8Array,
  bits: number,
  count: number,
): Uint8Array {
  const clear = 2 ** bits;
  const indices = new Uint8Array(count);
  // A code is an earlier run and one index more; runs lie in `indices`, told by where they start and how long they are.
  const starts = new Uint32Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  let [size, next, previousLength] = [bits + 1, clear + 2, 0];
  let [buffer, held, at, written] = [0, 0, 0, 0];
  while (written < count) {
    while (held < size && at < data.length) {
      buffer |= data[at++]! << held;
      held += 8;
    }
    if (held < size) break;
    const code = buffer & ((1 << size) - 1);
    buffer >>>= size;
    held -= size;
    if (code === clear) {
      [size, next, previousLength] = [bits + 1, clear + 2, 0];
      continue;
    }
    if (code === clear + 1) break;
    if (previousLength > 0 && next < MAX_CODES) {
      starts[next] = written - previousLength;
      lengths[next] = previousLength + 1;
      next++;
      if (next === 1 << size && size < 12) size++;
    }
    if (code < clear) {
      indices[written] = code;
      previousLength = 1;
    } else {
      if (code >= next) break;
      previousLength = lengths[code]!;
      // Index by index: a run may reach into what it is writing.
      for (let step = 0; step < previousLength; step++)
        indices[written + step] = indices[starts[code]! + step]!;
    }
    written += previousLength;
  }
  return indices;
}

/**
 * Sub-blocks, with their terminator, that hold the indices in codes of one
 * width: the table is cleared before it would widen them. For a tool to read
 * that compresses anew.
 */
export function storeCodes(indices: Uint8Array, bits: number): Uint8Array {
  const clear = 2 ** bits;
  const run = clear - 2;
  const codes = indices.length + Math.ceil(indices.length / run) + 2;
  const packed = new Uint8Array(Math.ceil((codes * (bits + 1)) / 8));
  let [buffer, held, at] = [0, 0, 0];
  const put = (code: number): void => {
    buffer |= code << held;
    held += bits + 1;
    for (; held >= 8; held -= 8, buffer >>>= 8) packed[at++] = buffer & 255;
  };
  for (let index = 0; index < indices.length; index++) {
    if (index % run === 0) put(clear);
    put(indices[index]!);
  }
  put(clear + 1);
  if (held > 0) packed[at++] = buffer & 255;
  return inSubBlocks(packed.subarray(0, at));
}

/** Data in sub-blocks of at most 255 bytes, with the terminator. */
export function inSubBlocks(data: Uint8Array): Uint8Array {
  const blocks = Math.ceil(data.length / 255);
  const bytes = new Uint8Array(data.length + blocks + 1);
  for (let block = 0; block < blocks; block++) {
    const part = data.subarray(block * 255, (block + 1) * 255);
    bytes[block * 256] = part.length;
    bytes.set(part, block * 256 + 1);
  }
  return bytes;
}
