// Reduces large RGBA pictures to 256 colors in the time that one may take: a palette from a sample, drawn with as little dithering as keeps the look; decides not what look that is.

import { choosePalette } from "../palette/choose.ts";
import { diffused } from "../palette/diffuse.ts";
import {
  ENTRY,
  withoutOpaqueAlpha,
  type Palette,
  type Picture as DrawnPicture,
} from "../palette/picture.ts";
import {
  reduced,
  shown,
  type DitherSettings,
  type Drawn,
} from "../palette/reduce.ts";
import type { Coded } from "./assemble.ts";
import { bestFilter, deflateRows } from "./deflate.ts";
import { PALETTE } from "./image-header.ts";
import { samplesOf, type Picture } from "./palette.ts";
import type { Quantized } from "./quantize.ts";
import { RGBA } from "./rgba.ts";

/**
 * The picture in a palette by the first of `settings` that reaches its score;
 * undefined when none does. 0.2 to 0.4 CPU-s per megapixel.
 */
export async function toLargePalette(
  picture: Picture,
  settings: readonly DitherSettings[],
): Promise<Quantized | undefined> {
  const palette = await choosePalette(samplesOf(picture));
  const drawn = reduced(drawable(picture), palette, settings);
  return drawn && quantizedOf(picture, drawn);
}

/** The picture in this palette, with so much of the errors passed on, whatever it scores. */
export function drawnIn(
  picture: Picture,
  palette: Palette,
  strength: number,
): Quantized {
  const indices = diffused(drawable(picture), palette, strength);
  return quantizedOf(picture, { palette, indices });
}

function drawable(picture: Picture): DrawnPicture {
  return withoutOpaqueAlpha(samplesOf(picture));
}

function quantizedOf(
  picture: Picture,
  { palette, indices }: Pick<Drawn, "palette" | "indices">,
): Quantized {
  return {
    coded: () => codedOf(picture, palette, indices),
    pixels: () => shown(indices, palette, RGBA),
    method: "imagequant",
  };
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
