// Reduces RGBA pixels to 256 colors with the coarsest settings that keep the look; decides not what look that is.

import { quantize } from "../../engines/oxipng.ts";
import { sharp } from "../../engines/sharp.ts";
import { isOpaque } from "../palette/picture.ts";
import { scoreOf } from "../palette/reduce.ts";
import { readCoded, type Coded } from "./assemble.ts";
import { samplesOf, type Picture } from "./palette.ts";
import type { PaletteSettings } from "./plan.ts";
import { RGBA } from "./rgba.ts";
import { surpluses } from "./ladder.ts";

export interface Quantized {
  readonly coded: () => Coded;
  /** RGBA, as they are shown. */
  readonly pixels: () => Uint8Array;
  readonly method: "imagequant" | "imagequant + oxipng";
}

/** Points by which the finest settings may be expected to miss the score and are yet tried: without them the file would be many times larger. */
const HOPELESS = 12;
/** Points by which coarser settings than ones that reach their score may be expected to miss it and are yet tried. */
const DOUBT = 3;

/**
 * The picture in a palette by the coarsest of `settings`, which stand in that
 * order, that is found to reach its score; undefined when none does. A try is 1 to 6 CPU-s
 * per megapixel: each one tells which to try next.
 */
export async function toPalette(
  picture: Picture,
  settings: readonly PaletteSettings[],
): Promise<Quantized | undefined> {
  let found: Tried | undefined;
  // Of the settings, the finest known to miss and the coarsest known to reach.
  let [misses, reaches] = [-1, settings.length];
  let next: number | undefined = settings.length > 0 ? 0 : undefined;
  while (next !== undefined) {
    const setting: PaletteSettings = settings[next]!;
    const tried = await triedOn(picture, setting);
    if (tried.score >= setting.minScore) [found, reaches] = [tried, next];
    else misses = next;
    const expected = surpluses(settings, setting, tried.score);
    next = likeliest(expected, misses + 1, reaches);
  }
  return found?.quantized;
}

/** The coarsest of the settings from `first` on, before `end`, that is worth a try by the points that are expected of each. */
function likeliest(
  expected: readonly number[],
  first: number,
  end: number,
): number | undefined {
  const finest = expected.length - 1;
  const isFound = end <= finest;
  for (let index = first; index < end; index++) {
    const least = isFound ? -DOUBT : index === finest ? -HOPELESS : 0;
    if (expected[index]! >= least) return index;
  }
  return undefined;
}

interface Tried {
  readonly score: number;
  readonly quantized: Quantized;
}

/** The picture in a palette by one setting, whatever it scores. */
export async function paletteCoded(
  picture: Picture,
  setting: Pick<PaletteSettings, "quality" | "speed">,
): Promise<Coded> {
  return readCoded(await quantized(picture, setting));
}

async function triedOn(
  picture: Picture,
  setting: PaletteSettings,
): Promise<Tried> {
  const png = await quantized(picture, setting);
  const pixels = await sharp(png, { limitInputPixels: false })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer();
  return {
    score: scoreOf(samplesOf(picture), pixels),
    quantized: {
      coded: () => readCoded(png),
      pixels: () => pixels,
      method: "imagequant + oxipng",
    },
  };
}

/** Opaque pictures stay without alpha. */
async function quantized(
  { width, height, pixels }: Picture,
  { quality, speed }: Pick<PaletteSettings, "quality" | "speed">,
): Promise<Uint8Array> {
  const raw = { width, height, channels: RGBA } as const;
  const chain = sharp(pixels, { raw, limitInputPixels: false });
  if (isOpaque(pixels)) chain.removeAlpha();
  const plain = await chain.png({ compressionLevel: 0 }).toBuffer();
  return quantize(plain, { quality, speed });
}
