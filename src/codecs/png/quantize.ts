// Reduces RGBA pixels to 256 colors with the coarsest settings that keep the look; decides not what look that is.

import { quantize } from "../../engines/oxipng.ts";
import { sharp } from "../../engines/sharp.ts";
import { isOpaque } from "../palette/picture.ts";
import { scoreOf } from "../palette/reduce.ts";
import { readCoded, type Coded } from "./assemble.ts";
import type { Picture } from "./palette.ts";
import type { PaletteSettings } from "./plan.ts";
import { RGBA } from "./rgba.ts";
import { squaresGain, squaresOf } from "./squares.ts";

export interface Quantized {
  readonly coded: () => Coded;
  /** RGBA, as they are shown. */
  readonly pixels: () => Uint8Array;
  readonly method: "imagequant" | "imagequant + oxipng";
}

/** Pixels of the squares that settings are tried on before they are on the whole: 0.2 CPU-s a try. */
const PART_PIXELS = 60_000;
/** Points by which the finest settings must be foretold to miss the score for them not to be tried: of six pictures they were told within 7; without them the file would be many times larger. */
const HOPELESS = 12;

/**
 * The picture in a palette by the coarsest of `settings`, which stand in that
 * order, that is found to reach its score; undefined when none does. Where the
 * first misses it, squares tell which to try next, each try being 2 to 6 CPU-s per
 * megapixel: 56 results are those of halving, to 0.2 % of their bytes, in 0.35 to 1 of its
 * time, the less the more pixels.
 */
export async function toPalette(
  picture: Picture,
  settings: readonly PaletteSettings[],
): Promise<Quantized | undefined> {
  let part: Part | undefined;
  let found: Tried | undefined;
  // Of the settings, the finest known to miss and the coarsest known to reach.
  let [misses, reaches] = [-1, settings.length];
  let next = 0;
  while (next < reaches) {
    const setting = settings[next]!;
    const tried = await triedOn(picture, setting);
    if (tried.score >= setting.minScore) [found, reaches] = [tried, next];
    else misses = next;
    if (misses + 1 >= reaches) break;
    part ??= partOf(picture);
    next = part
      ? await likeliest(part, settings, [misses + 1, reaches], tried, setting)
      : Math.floor((misses + 1 + reaches) / 2);
  }
  return found?.quantized;
}

/** The coarsest of the settings from `first` on, before `end`, that is foretold to reach its score; the finest of all where it comes near; else `end`. */
async function likeliest(
  part: Part,
  settings: readonly PaletteSettings[],
  [first, end]: readonly [number, number],
  tried: Tried,
  by: PaletteSettings,
): Promise<number> {
  const excess = await part.excess(tried, by);
  const surplus = async (index: number): Promise<number> => {
    const setting = settings[index]!;
    return (await part.foretold(setting, excess)) - setting.minScore;
  };
  let [low, high] = [first, end];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await surplus(middle)) >= 0) high = middle;
    else low = middle + 1;
  }
  const finest = settings.length - 1;
  const isNear = low > finest && (await surplus(finest)) >= -HOPELESS;
  return isNear ? finest : low;
}

interface Tried {
  readonly score: number;
  readonly quantized: Quantized;
}

interface Part {
  /** By how many times what squares mostly do they score more than the whole, which was tried. */
  readonly excess: (tried: Tried, setting: PaletteSettings) => Promise<number>;
  /** The whole's score as the squares tell it. */
  readonly foretold: (
    setting: PaletteSettings,
    excess: number,
  ) => Promise<number>;
}

/** Squares of the picture; undefined where they would be most of it. */
function partOf({ width, height, pixels }: Picture): Part | undefined {
  const source = { width, height, channels: RGBA, data: pixels } as const;
  const { picture, scale } = squaresOf(source, PART_PIXELS);
  if (scale === 1) return undefined;
  const known = new Map<PaletteSettings, Promise<Tried>>();
  const scoreBy = async (setting: PaletteSettings): Promise<number> => {
    const tried = known.get(setting) ?? triedOn(picture, setting);
    known.set(setting, tried);
    return (await tried).score;
  };
  return {
    excess: async ({ score }, setting) =>
      ((await scoreBy(setting)) - score) / squaresGain(setting.quality),
    foretold: async (setting, excess) =>
      (await scoreBy(setting)) - excess * squaresGain(setting.quality),
  };
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
  const { width, height, pixels: data } = picture;
  const source = { width, height, channels: RGBA, data } as const;
  return {
    score: scoreOf(source, pixels),
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
