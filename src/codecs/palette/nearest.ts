// Finds the palette entry nearest to a color, to within a level or two; decides nothing about where errors go.

import { ENTRY, isOpaque, type Palette } from "./picture.ts";

/**
 * Weights of squared differences in red, green, blue and alpha. On a photo of
 * 12 MP these score 67.5, equal ones 63.9, 2:4:3 66.2; alpha shows over
 * black and white alike.
 */
const [RED, GREEN, BLUE, ALPHA] = [2, 4, 1.5, 5] as const;

/** Of values from 0 to 255, colors multiplied by their alpha. */
export type Nearest = (
  red: number,
  green: number,
  blue: number,
  alpha: number,
) => number;

/**
 * The index of the entry with the least weighted squared difference, colors
 * multiplied by alpha. Space is cut into cells, each looked up once, for its
 * middle: of 2 levels a side where all is opaque (exact search would score the same and save 1 % of the bytes, at
 * four times the time), else of 4, and 16 levels of alpha of which the first
 * and last are exact.
 */
export function nearestIn(palette: Palette): Nearest {
  const entries = multiplied(palette);
  const cells = new Int16Array(1 << 22).fill(-1);
  if (isOpaque(palette)) {
    return (red, green, blue) => {
      const cell = ((red >> 1) << 14) | ((green >> 1) << 7) | (blue >> 1);
      const known = cells[cell]!;
      if (known >= 0) return known;
      return (cells[cell] = search(entries, red | 1, green | 1, blue | 1, 255));
    };
  }
  return (red, green, blue, alpha) => {
    const level = Math.round(alpha / 17);
    const cell =
      ((red >> 2) << 16) | ((green >> 2) << 10) | ((blue >> 2) << 4) | level;
    const known = cells[cell]!;
    if (known >= 0) return known;
    const middle = (value: number): number => (value & ~3) + 2;
    const [r, g, b] = [middle(red), middle(green), middle(blue)];
    return (cells[cell] = search(entries, r, g, b, level * 17));
  };
}

/** Entries with colors multiplied by alpha: what shows over black. */
export function multiplied(palette: Palette): Float32Array {
  return Float32Array.from(palette, (byte, at) => {
    const alpha = palette[at - (at % ENTRY) + 3]!;
    return at % ENTRY === 3 ? byte : (byte * alpha) / 255;
  });
}

function search(
  entries: Float32Array,
  red: number,
  green: number,
  blue: number,
  alpha: number,
): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at < entries.length; at += ENTRY) {
    const r = red - entries[at]!;
    const g = green - entries[at + 1]!;
    const b = blue - entries[at + 2]!;
    const a = alpha - entries[at + 3]!;
    const error = RED * r * r + GREEN * g * g + BLUE * b * b + ALPHA * a * a;
    if (error < least) {
      least = error;
      best = at / ENTRY;
    }
  }
  return best;
}
