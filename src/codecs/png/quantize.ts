// Reduces RGBA pixels to 256 colors by the library that suits their number, with the coarsest settings that keep the look; decides not what look that is.

import { quantize } from "../../engines/oxipng.ts";
import { sharp } from "../../engines/sharp.ts";
import type { Pixels } from "../../score/pixels.ts";
import { ssimulacra2Sampled } from "../../score/ssimulacra2-sampled.ts";
import type { Picture } from "./palette.ts";
import type { PaletteSettings } from "./plan.ts";
import { RGBA } from "./rgba.ts";

/** libvips' 1 to 10: 11 minus libimagequant's speed. 12 MP: 7 takes half as much CPU again for 6 to 11 % fewer bytes and a score 0 to 2 lower; 4 and below end at scores of 51 to 67 where 5 has 62 to 70. */
const EFFORT = 5;
/** libvips' dithering, 0 to 1. 12 MP: 2 to 12 % fewer bytes than 1 at scores 0 to 2 lower. */
const DITHER = 0.5;

/** Pixels that are scored at most: the score is then within 0.4 of the whole (src/score). */
const SCORED_PIXELS = 1_000_000;

export interface Quantized {
  readonly png: Uint8Array;
  /** RGBA, as the PNG decodes. */
  readonly pixels: Uint8Array;
  readonly method: "imagequant" | "imagequant + oxipng";
}

/** A PNG of the picture in a palette by the first of `settings` that reaches its score; undefined when none does. */
export async function toPalette(
  picture: Picture,
  settings: readonly PaletteSettings[],
  large: boolean,
): Promise<Quantized | undefined> {
  const method = large ? "imagequant" : "imagequant + oxipng";
  const reference = scored(picture, picture.pixels);
  for (const setting of settings) {
    const png = await quantized(picture, setting, large);
    const pixels = await sharp(png, { limitInputPixels: false })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer();
    const score = ssimulacra2Sampled(reference, scored(picture, pixels), {
      maxPixels: SCORED_PIXELS,
    });
    if (score >= setting.minScore) return { png, pixels, method };
  }
  return undefined;
}

function scored({ width, height }: Picture, data: Uint8Array): Pixels {
  return { data, width, height, channels: RGBA };
}

/** Opaque pictures stay without alpha. */
async function quantized(
  { width, height, pixels }: Picture,
  { quality, speed }: PaletteSettings,
  large: boolean,
): Promise<Uint8Array> {
  const raw = { width, height, channels: RGBA } as const;
  const chain = sharp(pixels, { raw, limitInputPixels: false });
  if (isOpaque(pixels)) chain.removeAlpha();
  if (large) {
    const palette = { palette: true, quality, effort: EFFORT, dither: DITHER };
    return chain.png({ ...palette, compressionLevel: 1 }).toBuffer();
  }
  const plain = await chain.png({ compressionLevel: 0 }).toBuffer();
  return quantize(plain, { quality, speed });
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += RGBA)
    if (pixels[at] !== 255) return false;
  return true;
}
