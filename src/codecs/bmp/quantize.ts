// Reduces a picture to 256 colors, and writes few colors in the fewest bytes; decides which pictures bear the one and which way suits the other.

import { ENTRY } from "../palette/picture.ts";
import type { Drawn } from "../palette/reduce.ts";
import { indexColors } from "./colors.ts";
import type { Indexed } from "./colors.ts";
import { writeIndexed } from "./indexed.ts";
import type { IndexedCoding } from "./indexed.ts";
import type { Kept } from "./keep.ts";
import { isOpaque } from "./raster.ts";
import type { Raster } from "./raster.ts";

const CODINGS = ["bmp-palette", "bmp-rle4", "bmp-rle8"] as const;

/** The picture by a palette of the colors that it has; undefined where they are too many, or not all opaque. */
export function fewColorsOf(raster: Raster): Indexed | undefined {
  return isOpaque(raster) ? indexColors(raster) : undefined;
}

/** Why a picture is not reduced, as a token; undefined when it is. `few` is what `fewColorsOf` tells of it. */
export function whyNotQuantized(
  raster: Raster,
  few: Indexed | undefined,
): string | undefined {
  if (few) return "few-colors";
  return isOpaque(raster) ? undefined : "alpha";
}

/** What was drawn of an opaque picture, as this room has it. */
export function indexedOf(
  { width, height }: Raster,
  { palette, indices }: Pick<Drawn, "palette" | "indices">,
): Indexed {
  return {
    width,
    height,
    palette: palette.filter((_, at) => at % ENTRY !== ENTRY - 1),
    colors: palette.length / ENTRY,
    indices,
  };
}

/** The smallest file of a picture of few colors. */
export function smallestIndexed(
  picture: Indexed,
  kept: Kept,
): { readonly bytes: Uint8Array; readonly coding: IndexedCoding } {
  const files = CODINGS.flatMap((coding) => {
    const bytes = writeIndexed(picture, coding, kept);
    return bytes ? [{ bytes, coding }] : [];
  });
  return files.reduce((a, b) => (b.bytes.length < a.bytes.length ? b : a));
}
