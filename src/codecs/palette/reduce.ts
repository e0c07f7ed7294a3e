// Draws a picture in a palette with as little dithering as keeps its look; decides not what look that is.

import { ssimulacra2Sampled } from "../../score/ssimulacra2-sampled.ts";
import { diffused } from "./diffuse.ts";
import { ENTRY, type Palette, type Picture } from "./picture.ts";

/** How a picture is drawn in its palette, and the SSIMULACRA2 score below which it is not. */
export interface DitherSettings {
  /** Share of each error that is passed on, 0 to 1. */
  readonly strength: number;
  readonly minScore: number;
}

/** Errors passed on by half: plan.ts of PNG and of BMP say what it costs and gains. */
const HALF = 0.5;

export interface Drawn {
  readonly palette: Palette;
  /** Of the dithering. */
  readonly strength: number;
  /** An entry for every pixel. */
  readonly indices: Uint8Array;
}

/** Pixels that are scored at most: the score is then within 0.4 of the whole (src/score). */
const SCORED_PIXELS = 1_000_000;

/** Settings to try: without dithering, whose bytes are fewer, where that scores `undithered`; else with, where that scores `dithered`. */
export function ditherFrom(
  undithered: number,
  dithered: number,
): DitherSettings[] {
  return [
    { strength: 0, minScore: undithered },
    { strength: HALF, minScore: dithered },
  ];
}

/**
 * The picture by the first of `settings` that reaches its score; undefined when
 * none does. 0.15 CPU-s a megapixel without dithering, 0.25 with.
 */
export function reduced(
  picture: Picture,
  palette: Palette,
  settings: readonly DitherSettings[],
): Drawn | undefined {
  for (const { strength, minScore } of settings) {
    const { indices, score } = scoredIn(picture, palette, strength);
    if (score >= minScore) return { palette, strength, indices };
  }
  return undefined;
}

/** The picture in a palette, so much of each error passed on, and what that scores. */
export function scoredIn(
  picture: Picture,
  palette: Palette,
  strength: number,
): { readonly indices: Uint8Array; readonly score: number } {
  const indices = diffused(picture, palette, strength);
  const pixels = shown(indices, palette, picture.channels);
  return { indices, score: scoreOf(picture, pixels) };
}

/** SSIMULACRA2 score of other pixels in place of a picture's own. */
export function scoreOf(picture: Picture, data: Uint8Array): number {
  const distorted = { ...picture, data };
  return ssimulacra2Sampled(picture, distorted, { maxPixels: SCORED_PIXELS });
}

/** The pixels that indices show. */
export function shown(
  indices: Uint8Array,
  palette: Palette,
  channels: 3 | 4,
): Uint8Array {
  const pixels = new Uint8Array(indices.length * channels);
  for (let at = 0, to = 0; at < indices.length; at++, to += channels) {
    const entry = indices[at]! * ENTRY;
    pixels[to] = palette[entry]!;
    pixels[to + 1] = palette[entry + 1]!;
    pixels[to + 2] = palette[entry + 2]!;
    if (channels === 4) pixels[to + 3] = palette[entry + 3]!;
  }
  return pixels;
}
