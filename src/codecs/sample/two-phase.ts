// Tells what a slow coder would make of a picture: a fast one codes much of it, both a little of it.

import type { RawPixels } from "../codec.ts";
import type { Mosaic } from "./mosaic.ts";

export interface Coded {
  /** What its pixels take, in bytes, without what stands around them. */
  readonly bytes: number;
  readonly file: Uint8Array;
}

export interface Coder {
  /** CPU milliseconds for a megapixel. */
  readonly msPerMegapixel: number;
  readonly code: (pixels: RawPixels) => Promise<Coded>;
}

export interface Phases {
  /** The one that is asked about. */
  readonly slow: Coder;
  /** One that finds the same places costly, in a fraction of the time; absent where there is none. */
  readonly fast?: Coder;
  /** CPU milliseconds for all coding. */
  readonly budgetMs: number;
  /** A sample of so many pixels at most. */
  readonly take: Take;
}

export type Take = (picture: RawPixels, pixels: number) => Mosaic;

export interface Told {
  /** Bytes that the slow coder is expected to make of the whole picture's pixels. */
  readonly bytes: number;
  /** "whole": the slow coder saw all; "large": in two phases, the fast coder saw all; "sample": no coder saw all. */
  readonly by: "whole" | "large" | "sample";
  /** What the slow coder was given, and made of it. */
  readonly pixels: RawPixels;
  readonly coded: Coded;
}

/**
 * Share of the budget for what both code. Ratios are steady: 0.04 MP tell that
 * of libwebp's efforts 6 and 2 within 1.2 %, 0.05 to 0.1 MP that of libaom's 3
 * and 0 within 2.5 % (standard deviations, five and eight pictures), where
 * squares of 0.08 and 0.2 MP through the slow coder alone told sizes within 5 and 6 %.
 */
const SMALL_SHARE = 0.35;

export async function tell(picture: RawPixels, phases: Phases): Promise<Told> {
  const { slow, fast, budgetMs, take } = phases;
  const isQuick = costOf(slow, picture) <= budgetMs;
  const small: Mosaic = isQuick
    ? { pixels: picture, scale: 1 }
    : take(picture, smallPixels(phases));
  const { pixels, scale } = small;
  const coded = await slow.code(pixels);
  const seen = { pixels, coded };
  if (scale === 1) return { ...seen, bytes: coded.bytes, by: "whole" };
  if (!fast) return { ...seen, bytes: coded.bytes * scale, by: "sample" };
  const quick = await fast.code(pixels);
  const leftMs = budgetMs - costOf(slow, pixels) - costOf(fast, pixels);
  const wanted = (leftMs / fast.msPerMegapixel) * 1e6;
  const all = picture.width * picture.height;
  const large: Mosaic =
    wanted >= all
      ? { pixels: picture, scale: 1 }
      : wanted > pixels.width * pixels.height
        ? take(picture, wanted)
        : small;
  const { bytes } = large === small ? quick : await fast.code(large.pixels);
  const ratio = coded.bytes / quick.bytes;
  return {
    ...seen,
    bytes: bytes * large.scale * ratio,
    by: large.scale === 1 ? "large" : "sample",
  };
}

function smallPixels({ slow, fast, budgetMs }: Phases): number {
  const { msPerMegapixel: slowMs } = slow;
  return fast
    ? ((budgetMs * SMALL_SHARE) / (slowMs + fast.msPerMegapixel)) * 1e6
    : (budgetMs / slowMs) * 1e6;
}

function costOf(
  { msPerMegapixel }: Coder,
  { width, height }: RawPixels,
): number {
  return (msPerMegapixel * width * height) / 1e6;
}

/** ln(bits per pixel) below which no picture that was learnt from lies: a line must not be drawn out to black ones. */
const LEAST_DENSITY = -2;

/** What the correction of a size told so depends on. `pixels` are those of the whole picture. */
export function featuresOf(
  { bytes, by }: Pick<Told, "bytes" | "by">,
  pixels: number,
): Record<string, number> {
  const density = Math.max(Math.log((8 * bytes) / pixels), LEAST_DENSITY);
  return {
    whole: by === "whole" ? 1 : 0,
    // Where a pixel takes few bits, the squares' edges take a larger share.
    sampled: by === "sample" ? 1 : 0,
    sampledDensity: by === "sample" ? density : 0,
    large: by === "large" ? 1 : 0,
    largeDensity: by === "large" ? density : 0,
  };
}
