// What was asked, and what the file is, become JPEG encoder settings; pure.

import type { Facts } from "../../image/facts.ts";
import type { Quality } from "../../image/intent.ts";
import { interpolate, scoreOfLook } from "../quality-scale.ts";

/** sharp's `jpeg()` options as far as we set them. */
export interface JpegSettings {
  readonly quality: number;
  readonly progressive: boolean;
  readonly chromaSubsampling: "4:4:4" | "4:2:0";
  readonly mozjpeg?: true;
  readonly trellisQuantisation?: boolean;
  readonly quantisationTable?: number;
  readonly optimiseCoding?: true;
}

/** Below this quality trellis quantisation saves 1 to 4 % at equal score; from here on nothing, for half of the CPU. */
const TRELLIS_BELOW = 80;

/**
 * mozjpeg's quality for each point of our scale, with and without trellis, by
 * table 5 and in 4:2:0: what reaches the scale's score in the mean of 18 photos
 * (without: of 6).
 */
const LOOK_TO_TRELLIS = [
  [1, 5],
  [40, 38],
  [60, 58],
  [75, 75],
  [80, 80],
] as const;
const LOOK_TO_PLAIN = [
  [80, 76],
  [85, 82],
  [90, 88],
  [100, 100],
] as const;

/**
 * The quantisation table that is the smallest at every score up to 84, of 18
 * photos: 0.80 of libjpeg-turbo's bytes at 56, 0.83 at 67, 0.86 at 74.5, 0.88 at
 * 77.4, 0.93 at 84. Tables 2 and 3 take 1 to 5 % more; 8 takes less from 86 on.
 */
const QUANTISATION_TABLE = 5;

/** From this quality on, color edges show the loss of half the chroma samples. The score sees little of it: 4:4:4 takes 4 % more bytes at equal score. */
const FULL_CHROMA_FROM = 90;
/** A 4:4:4 source was made so for a reason: it stays so from here on. */
const KEEP_FULL_CHROMA_FROM = 80;

/** libjpeg-turbo, progressive, for /convert: the fastest encoder that every viewer knows. 0 would throw in sharp. */
export function turboSettings(quality: Quality): JpegSettings {
  const value =
    quality.scale === "encoder"
      ? Math.max(1, Math.round(quality.value))
      : Math.round(quality.value);
  return {
    quality: value,
    progressive: true,
    optimiseCoding: true,
    chromaSubsampling: value >= FULL_CHROMA_FROM ? "4:4:4" : "4:2:0",
  };
}

/** Whether half of a source's chroma samples would be given up at this quality. */
export function losesChroma(
  { chroma }: Pick<Facts, "chroma">,
  { value }: Quality,
): boolean {
  return chroma === "444" && value < KEEP_FULL_CHROMA_FROM;
}

/** Points that a result with half its chroma samples may score below its look; photos miss it by 6 at most, pure color edges by 90. */
const SCORE_MARGIN = 10;

/** SSIMULACRA2 score that such a result must reach to be sent. */
export function minScoreOf({ value }: Quality): number {
  return scoreOfLook(value) - SCORE_MARGIN;
}

/** mozjpeg's tables and scan search, for two to four times the CPU. */
export function mozjpegSettings(
  quality: Quality,
  source?: Pick<Facts, "chroma">,
): JpegSettings {
  const look = quality.value;
  const trellis = look < TRELLIS_BELOW;
  const points = trellis ? LOOK_TO_TRELLIS : LOOK_TO_PLAIN;
  const value =
    quality.scale === "look"
      ? Math.round(interpolate(points, look))
      : Math.max(1, Math.round(look));
  const fullChroma =
    source === undefined
      ? look >= FULL_CHROMA_FROM
      : source.chroma === "444" && !losesChroma(source, quality);
  return {
    quality: value,
    progressive: true,
    chromaSubsampling: fullChroma ? "4:4:4" : "4:2:0",
    mozjpeg: true,
    trellisQuantisation: trellis,
    quantisationTable: QUANTISATION_TABLE,
  };
}

/** Points by which a source's estimated quality may exceed the one asked for and still count as already there: the estimate's own error. */
const READING_ERROR = 2;

/**
 * Whether the source was already encoded at, or below, the look asked for:
 * encoding it again could only add loss. Our own results must be recognised:
 * they never read back above mozjpeg's own number for the look (measured for
 * every quality from 1 to 100).
 */
export function looksAsAsked(facts: Facts, quality: Quality): boolean {
  const reached = Math.max(
    quality.value + READING_ERROR,
    mozjpegSettings(quality).quality,
  );
  return facts.sourceQuality !== undefined && facts.sourceQuality <= reached;
}
