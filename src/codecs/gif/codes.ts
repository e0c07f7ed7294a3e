// Follows the codes of a GIF's frames to their end without drawing them; changes nothing.

import { joinSubBlocks, paletteBytes, structureOf } from "./blocks.ts";
import { imagesOf } from "./frames.ts";
import { MAX_CODES } from "./lzw.ts";

const MIN_BITS = 2;
const MAX_BITS = 8;

/**
 * Reads every frame's codes as a decoder would, up to what each draws: libvips
 * takes four times as long (0.15 s for 5 MB of codes). Throws an Error unless every
 * code stands for something by then, every index for a color, and all of
 * them, up to the code that ends them, for as many pixels as the frame has.
 */
export function followCodes(file: Uint8Array): void {
  const structure = structureOf(file);
  if (!structure.isWhole) throw new Error("the GIF ends within a block");
  for (const { block, frame } of imagesOf(structure)) {
    const flags = block.head[8] ?? 0;
    // Without any palette a viewer takes its own.
    const colors = paletteBytes(flags) / 3 || structure.globalColors || 256;
    const pixels = frame.width * frame.height;
    if (lengthOf(file, block.data - 1, colors, pixels) !== pixels)
      throw new Error("a frame's codes are not those of its pixels");
  }
}

/**
 * Pixels that the codes behind the minimum code size at `start` stand for; -1 where these are more than `limit`, or one
 * stands for nothing, or for a color that is none. Every index of a run was
 * once a code of its own, so that no other needs to be looked at.
 */
function lengthOf(
  file: Uint8Array,
  start: number,
  colors: number,
  limit: number,
): number {
  const bits = file[start]!;
  if (bits < MIN_BITS || bits > MAX_BITS) return -1;
  const clear = 1 << bits;
  const lengths = new Uint16Array(MAX_CODES);
  let [size, next, previous, pixels] = [bits + 1, clear + 2, 0, 0];
  const data = joinSubBlocks(file.subarray(start + 1));
  let [buffer, held, at] = [0, 0, 0];
  for (;;) {
    while (held < size) {
      if (at === data.length) return pixels;
      buffer |= data[at++]! << held;
      held += 8;
    }
    const code = buffer & ((1 << size) - 1);
    buffer >>>= size;
    held -= size;
    if (code === clear) {
      [size, next, previous] = [bits + 1, clear + 2, 0];
      continue;
    }
    if (code === clear + 1) return pixels;
    if (previous > 0 && next < MAX_CODES) {
      lengths[next++] = previous + 1;
      if (next === 1 << size && size < 12) size++;
    }
    if (code < clear ? code >= colors : code >= next) return -1;
    previous = code < clear ? 1 : lengths[code]!;
    pixels += previous;
    if (pixels > limit) return -1;
  }
}
