// Reduces a picture to 256 colors, and writes few colors in the fewest bytes; decides which pictures bear the one and which way suits the other.

import { sharp } from "../../engines/sharp.ts";
import { indexColors } from "./colors.ts";
import type { Indexed } from "./colors.ts";
import { writeIndexed } from "./indexed.ts";
import type { IndexedCoding } from "./indexed.ts";
import type { Kept } from "./keep.ts";
import { isLarge } from "./plan.ts";
import type { QuantizeSettings } from "./plan.ts";
import { isFlat, isOpaque } from "./raster.ts";
import type { Raster } from "./raster.ts";

const CODINGS = ["bmp-palette", "bmp-rle4", "bmp-rle8"] as const;

/** Why a picture is not reduced this way, as a token; undefined when it is. */
export function whyNotQuantized(
  raster: Raster,
  dithered: boolean,
): string | undefined {
  if (!isOpaque(raster)) return "alpha";
  if (indexColors(raster)) return "few-colors";
  if (isLarge(raster) && isFlat(raster) === dithered) {
    return dithered ? "flat-picture" : "large-photo";
  }
  return undefined;
}

/** The picture in at most 256 colors, found by the quantizer in sharp's PNG encoder. */
export async function reduceColors(
  { width, height, channels, data }: Raster,
  { effort, dither }: QuantizeSettings,
): Promise<Raster> {
  const raw = { width, height, channels };
  const palette = await sharp(data, { raw, limitInputPixels: false })
    .removeAlpha()
    .png({ palette: true, effort, dither, compressionLevel: 0 })
    .toBuffer();
  const pixels = await sharp(palette, { limitInputPixels: false })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer();
  return { width, height, channels: 3, data: pixels };
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
