// Finds out whether a picture has few enough colors for a palette, and which pixel has which.

import type { Raster } from "./raster.ts";

export interface Indexed {
  readonly width: number;
  readonly height: number;
  /** Triples of red, green and blue. */
  readonly palette: Uint8Array;
  readonly colors: number;
  /** An index a pixel, rows top to bottom. */
  readonly indices: Uint8Array;
}

const MAX_COLORS = 256;
/** Slots of the table: four a color keep searches at one or two steps. */
const SLOTS = 1024;
/** Spreads 24-bit colors over the slots (Knuth's multiplicative hashing, 2^32 / golden ratio). */
const SPREAD = 0x9e3779b1;

/** The picture by palette, alpha left out; undefined above 256 colors, found out early: at the 257th. */
export function indexColors(raster: Raster): Indexed | undefined {
  const { width, height, channels, data } = raster;
  const indices = new Uint8Array(width * height);
  const keys = new Int32Array(SLOTS).fill(-1);
  const places = new Uint8Array(SLOTS);
  const palette = new Uint8Array(MAX_COLORS * 3);
  let colors = 0;
  let last = -1;
  let lastIndex = 0;
  for (let pixel = 0, at = 0; pixel < indices.length; pixel++, at += channels) {
    const key = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    if (key !== last) {
      let slot = Math.imul(key, SPREAD) >>> 22;
      while (keys[slot] !== key && keys[slot] !== -1) {
        slot = (slot + 1) % SLOTS;
      }
      if (keys[slot] === -1) {
        if (colors === MAX_COLORS) return undefined;
        keys[slot] = key;
        places[slot] = colors;
        palette.set([key >> 16, (key >> 8) & 255, key & 255], colors * 3);
        colors++;
      }
      last = key;
      lastIndex = places[slot]!;
    }
    indices[pixel] = lastIndex;
  }
  return {
    width,
    height,
    palette: palette.slice(0, colors * 3),
    colors,
    indices,
  };
}
