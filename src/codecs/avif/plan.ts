// What was asked becomes AV1 encoder settings; pure.

import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import type { EncodedPicture, WorkBench } from "../codec.ts";
import type { EncodingIntent, Quality } from "../../image/intent.ts";
import { interpolate } from "../quality-scale.ts";

/** sharp's `avif()` options as far as we set them. */
export interface AvifSettings {
  readonly quality: number;
  readonly effort: number;
  readonly bitdepth: 8 | 10 | 12;
  readonly chromaSubsampling: "4:4:4" | "4:2:0";
  readonly tune: "iq";
  readonly lossless?: true;
}

/** Above this size libaom's efforts beyond 1 take seconds a megapixel (12 MP: 3.2 s at 1, 4.6 s at 2, 27 s at 5). */
const CAPPED_ABOVE_PIXELS = 6_000_000;
const CAPPED_EFFORT = 1;

/** libaom's effort in sharp for a speed: 9 − speed, within 0 to 9; and whether size forced it lower. */
export function effortFor(
  speed: number,
  { width, height }: Size,
): { readonly effort: number; readonly capped: boolean } {
  const effort = Math.min(9, Math.max(0, 9 - speed));
  const capped = width * height > CAPPED_ABOVE_PIXELS && effort > CAPPED_EFFORT;
  return { effort: capped ? CAPPED_EFFORT : effort, capped };
}

/**
 * libaom's quality with tune=iq for each point of our scale: within 0.8 points
 * of its score by `bench scale` (docs/benchmarks.md); around 80, 65 scores 77.1,
 * 67 79.2 and 70 80.4 (effort 3, eight photos).
 */
const LOOK_TO_AOM = [
  [1, 15],
  [40, 44],
  [60, 53],
  [75, 62],
  [80, 65],
  [85, 70],
  [90, 80],
  [100, 99],
] as const;

/** libaom's own number for a quality: a look by the scale, an encoder's as it stands; sharp takes none below 1. */
function numberFor({ scale, value }: Quality): number {
  return scale === "look"
    ? Math.round(interpolate(LOOK_TO_AOM, value))
    : Math.max(1, Math.round(value));
}

/**
 * tune=iq saves 10–15 % over ssim at equal score, 5 at 90 (docs/benchmarks.md).
 * 4:2:2 is not sharp's to give: see avifencQuantizer. Without loss the samples
 * are RGB as they are, in full chroma.
 */
export function avifSettings(
  quality: Quality,
  { depth, chroma, lossless }: EncodingIntent,
  effort: number,
): AvifSettings {
  return {
    quality: numberFor(quality),
    effort,
    bitdepth: depth,
    chromaSubsampling: chroma === "420" && !lossless ? "4:2:0" : "4:4:4",
    tune: "iq",
    ...(lossless && { lossless }),
  };
}

/** AV1's quantizer (0–63) for libavif's quality (0–100), as libavif 1.x maps it. */
export function avifencQuantizer(quality: Quality): number {
  return Math.round(((100 - quality.value) * 63) / 100);
}

/** Pixels up to which /optimize takes the time of effort 3 (0.6 CPU-s a megapixel); above, that of CAPPED_EFFORT. */
const REENCODE_EFFORT = 3;

/** From this look on, full chroma stays full (docs/formats.md). */
const FULL_CHROMA_FROM = 80;

/** For /optimize: the source's depth; its chroma too, where that is not more than the look asked for shows. */
export function reencodeSettings(
  quality: Quality,
  facts: Pick<Facts, "width" | "height" | "bitDepth" | "chroma">,
): AvifSettings {
  const { width, height, bitDepth, chroma } = facts;
  const isLarge = width * height > CAPPED_ABOVE_PIXELS;
  const isFull = chroma === "444" || chroma === "422";
  return {
    quality: numberFor(quality),
    effort: isLarge ? CAPPED_EFFORT : REENCODE_EFFORT,
    bitdepth: bitDepth > 10 ? 12 : bitDepth > 8 ? 10 : 8,
    chromaSubsampling:
      isFull && quality.value >= FULL_CHROMA_FROM ? "4:4:4" : "4:2:0",
    tune: "iq",
  };
}

/**
 * Points by which a source's quality may exceed the one asked for and still
 * count as already there: what little coding it again would save, it would pay
 * for with a second generation's loss.
 */
const NEAR = 5;

/** Whether a lossy picture was already coded at, or below, the look asked for. */
export function looksAsAsked(
  { sourceQuality }: Pick<Facts, "sourceQuality">,
  quality: Quality,
): boolean {
  return (
    sourceQuality !== undefined && sourceQuality <= numberFor(quality) + NEAR
  );
}

/** SVT-AV1's shortest edge: it codes superblocks of 64 pixels, and versions before 2 refuse less. */
const SVT_MIN_EDGE = 64;

/**
 * Which library /convert encodes by. SVT-AV1 writes 4:2:0 alone and no alpha;
 * unless the operator asks for it, only with tune IQ (version 4 on) is it worth
 * having: 0.7 CPU-s and 1.21 MB for 12 MP against libaom's 1.0 and 1.32, by
 * others' figures; no machine of ours had it.
 */
export function encoderFor(
  { chroma, lossless }: EncodingIntent,
  { width, height, hasAlpha }: EncodedPicture,
  { encoders, engines }: Pick<WorkBench, "encoders" | "engines">,
): "svt" | "aom" {
  // 1.4 refuses odd sizes.
  const isEven = width % 2 === 0 && height % 2 === 0;
  const fits = chroma === "420" && !hasAlpha && !lossless && isEven;
  const isWanted =
    encoders["avif"] === "svt"
      ? engines.has("avifenc:svt")
      : encoders["avif"] !== "aom" && engines.has("avifenc:svt-iq");
  const isLarge = Math.min(width, height) >= SVT_MIN_EDGE;
  return fits && isWanted && isLarge ? "svt" : "aom";
}

/** libaom's quality with tune=iq, and that of SVT with tune IQ that looks the same by others' figures. */
const AOM_TO_SVT_IQ = [
  [1, 1],
  [44, 36],
  [53, 45],
  [62, 55],
  [67, 60],
  [72, 66],
  [80, 76],
  [100, 100],
] as const;

/** The same for SVT 1.4, which knows no such tune (three photos at speed 6; it takes 15 to 30 % more bytes). */
const AOM_TO_SVT = [
  [1, 1],
  [44, 9],
  [53, 20],
  [62, 29],
  [67, 34],
  [72, 37],
  [80, 45],
  [100, 100],
] as const;

/** A quality as SVT-AV1 must be told it, so that the number means one look. */
export function svtQuality(
  { scale, value }: Quality,
  tunesForImages: boolean,
): Quality {
  const points = tunesForImages ? AOM_TO_SVT_IQ : AOM_TO_SVT;
  return { scale, value: Math.round(interpolate(points, value)) };
}
