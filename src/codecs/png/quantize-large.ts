// Reduces large RGBA pictures to 256 colors in the time that one may take: a palette from a sample, drawn with as little dithering as keeps the look; decides not what look that is.

import { choosePalette } from "../palette/choose.ts";
import { diffused } from "../palette/diffuse.ts";
import { ENTRY, type Palette } from "../palette/picture.ts";
import type { Coded } from "./assemble.ts";
import { bestFilter, deflateRows } from "./deflate.ts";
import { PALETTE } from "./image-header.ts";
import type { Picture } from "./palette.ts";
import type { DitherSettings } from "./plan.ts";
import { scoreOf, type Quantized } from "./quantize.ts";
import { RGBA } from "./rgba.ts";
import { squaresOf } from "./squares.ts";

/** Pixels of the sample on which settings are tried first: drawn and scored in 0.1 CPU-s, where 12 MP take 2. */
const TRIED_PIXELS = 500_000;

/**
 * The picture in a palette, its own if none is given, by the first of `settings`
 * that reaches its score; undefined when none does. All but the last are tried
 * on a sample first. 0.35 CPU-s per megapixel.
 */
export async function toLargePalette(
  picture: Picture,
  settings: readonly DitherSettings[],
  given?: Palette,
): Promise<Quantized | undefined> {
  const palette = given ?? (await paletteOf(picture));
  const { width, height } = picture;
  const sample = squaresOf(
    { width, height, channels: RGBA, data: picture.pixels },
    TRIED_PIXELS,
  ).picture;
  for (const setting of settings) {
    const isLast = setting === settings.at(-1);
    if (!isLast && !drawn(sample, palette, setting)) continue;
    const indices = drawn(picture, palette, setting);
    if (!indices) continue;
    return {
      coded: () => codedOf(picture, palette, indices),
      pixels: shown(indices, palette),
      method: "imagequant",
    };
  }
  return undefined;
}

/** Up to 256 colors that suit the picture, from about so many of its pixels where that is said. */
export function paletteOf(
  picture: Picture,
  samplePixels?: number,
): Promise<Palette> {
  return choosePalette(plain(picture), samplePixels);
}

/** An index for every pixel; undefined where that misses the score. */
function drawn(
  picture: Picture,
  palette: Palette,
  { strength, minScore }: DitherSettings,
): Uint8Array | undefined {
  const indices = diffused(plain(picture), palette, strength);
  const score = scoreOf(picture, shown(indices, palette));
  return score >= minScore ? indices : undefined;
}

function plain({ width, height, pixels }: Picture) {
  return { width, height, channels: RGBA, data: pixels } as const;
}

function shown(indices: Uint8Array, palette: Palette): Uint8Array {
  const { buffer, byteOffset } = Uint8Array.from(palette);
  const entries = new Uint32Array(buffer, byteOffset, palette.length / ENTRY);
  const pixels = new Uint32Array(indices.length);
  for (let at = 0; at < indices.length; at++)
    pixels[at] = entries[indices[at]!]!;
  return new Uint8Array(pixels.buffer);
}

function codedOf(
  { width, height }: Picture,
  palette: Palette,
  indices: Uint8Array,
): Coded {
  const header = {
    width,
    height,
    bitDepth: 8,
    colorType: PALETTE,
    interlaced: false,
  };
  const alphas = palette.filter((_, at) => at % ENTRY === 3);
  // Translucent entries come first.
  const translucent = alphas.filter((alpha) => alpha < 255);
  return {
    header,
    palette: palette.filter((_, at) => at % ENTRY !== 3),
    ...(translucent.length > 0 && { transparency: translucent }),
    data: deflateRows(indices, header, bestFilter(indices, header)),
  };
}
