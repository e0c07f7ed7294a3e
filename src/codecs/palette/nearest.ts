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
  const search = searchIn(multiplied(palette));
  const cells = new Int16Array(1 << 22).fill(-1);
  if (isOpaque(palette)) {
    return (red, green, blue) => {
      const cell = ((red >> 1) << 14) | ((green >> 1) << 7) | (blue >> 1);
      const known = cells[cell]!;
      if (known >= 0) return known;
      return (cells[cell] = search(red | 1, green | 1, blue | 1, 255));
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
    return (cells[cell] = search(r, g, b, level * 17));
  };
}

/** Entries with colors multiplied by alpha: what shows over black. */
export function multiplied(palette: Palette): Float32Array {
  return Float32Array.from(palette, (byte, at) => {
    const alpha = palette[at - (at % ENTRY) + 3]!;
    return at % ENTRY === 3 ? byte : (byte * alpha) / 255;
  });
}

/**
 * Looks through entries from the one whose green is nearest, up and down, until
 * green alone is further off than the best; the first of equals. Drawing 0.2 to 0.4 MP
 * with it takes a quarter to a half of what looking at all of them does (noise, a photo).
 */
function searchIn(entries: Float32Array): Nearest {
  const count = entries.length / ENTRY;
  const greenOf = (index: number): number => entries[index * ENTRY + 1]!;
  const order = Uint8Array.from(
    { length: count },
    (_, index) => index,
  ).toSorted((a, b) => greenOf(a) - greenOf(b) || a - b);
  const sorted = new Float32Array(entries.length);
  order.forEach((index, place) => {
    const from = index * ENTRY;
    sorted.set(entries.subarray(from, from + ENTRY), place * ENTRY);
  });
  // Of each level, the first place whose green is no less.
  const starts = Uint16Array.from({ length: 256 }, (_, level) => {
    const place = order.findIndex((index) => greenOf(index) >= level);
    return place < 0 ? count : place;
  });
  return (red, green, blue, alpha) => {
    let up = starts[green]! * ENTRY;
    let down = up - ENTRY;
    let best = 0;
    let least = Infinity;
    for (;;) {
      const above = up < sorted.length ? sorted[up + 1]! - green : Infinity;
      const below = down >= 0 ? green - sorted[down + 1]! : Infinity;
      const isUp = above <= below;
      const g = isUp ? above : below;
      const byGreen = GREEN * g * g;
      if (byGreen > least || g === Infinity) return best;
      const at = isUp ? up : down;
      if (isUp) up += ENTRY;
      else down -= ENTRY;
      const r = red - sorted[at]!;
      const b = blue - sorted[at + 2]!;
      const a = alpha - sorted[at + 3]!;
      const error = RED * r * r + byGreen + BLUE * b * b + ALPHA * a * a;
      const index = order[at / ENTRY]!;
      if (error < least || (error === least && index < best)) {
        least = error;
        best = index;
      }
    }
  };
}
