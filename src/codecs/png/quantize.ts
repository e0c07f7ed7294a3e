// Reduces RGBA pixels to 256 colors with the coarsest settings that keep the look; decides not what look that is.

import { quantize } from "../../engines/oxipng.ts";
import { sharp } from "../../engines/sharp.ts";
import { isOpaque } from "../palette/picture.ts";
import { scoreOf } from "../palette/reduce.ts";
import { readCoded, type Coded } from "./assemble.ts";
import type { Picture } from "./palette.ts";
import type { PaletteSettings } from "./plan.ts";
import { RGBA } from "./rgba.ts";

export interface Quantized {
  readonly coded: () => Coded;
  /** RGBA, as they are shown. */
  readonly pixels: () => Uint8Array;
  readonly method: "imagequant" | "imagequant + oxipng";
}

/**
 * The picture in a palette by the first of `settings`, or where that misses its
 * score, by the coarsest of the others that reaches it: finer ones score higher,
 * so that halving finds it. Undefined when none does.
 */
export async function toPalette(
  picture: Picture,
  [wanted, ...finer]: readonly PaletteSettings[],
): Promise<Quantized | undefined> {
  let found = wanted && (await reducedBy(picture, wanted));
  let left = found ? [] : finer;
  while (left.length > 0) {
    const middle = Math.floor(left.length / 2);
    const tried = await reducedBy(picture, left[middle]!);
    found = tried ?? found;
    left = tried ? left.slice(0, middle) : left.slice(middle + 1);
  }
  return found;
}

async function reducedBy(
  picture: Picture,
  setting: PaletteSettings,
): Promise<Quantized | undefined> {
  const png = await quantized(picture, setting);
  const pixels = await sharp(png, { limitInputPixels: false })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer();
  const { width, height, pixels: data } = picture;
  const source = { width, height, channels: RGBA, data } as const;
  if (scoreOf(source, pixels) < setting.minScore) return undefined;
  return {
    coded: () => readCoded(png),
    pixels: () => pixels,
    method: "imagequant + oxipng",
  };
}

/** Opaque pictures stay without alpha. */
async function quantized(
  { width, height, pixels }: Picture,
  { quality, speed }: PaletteSettings,
): Promise<Uint8Array> {
  const raw = { width, height, channels: RGBA } as const;
  const chain = sharp(pixels, { raw, limitInputPixels: false });
  if (isOpaque(pixels)) chain.removeAlpha();
  const plain = await chain.png({ compressionLevel: 0 }).toBuffer();
  return quantize(plain, { quality, speed });
}
