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
  readonly quantisationTable?: number;
  readonly optimiseCoding?: true;
}

/**
 * mozjpeg's quality for each point of our scale (FORMATS, one quality scale:
 * settings that score alike, SSIMULACRA2).
 */
const LOOK_TO_MOZJPEG = [
  [1, 8],
  [40, 49],
  [60, 66],
  [75, 78],
  [80, 83],
  [85, 87],
  [90, 91],
  [100, 100],
] as const;

/** From this quality on, color edges show the loss of half the chroma samples (measured: 4:4:4 pays from 88). */
const FULL_CHROMA_FROM = 88;
/** A 4:4:4 source was made so for a reason: it stays so from here on. */
const KEEP_FULL_CHROMA_FROM = 80;
/** ImageMagick's table (3) keeps more detail, MS-SSIM's (2) is smaller at equal score at and below this. */
const COARSE_TABLE_UP_TO = 70;

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
    chromaSubsampling: value >= 90 ? "4:4:4" : "4:2:0",
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

/** mozjpeg's trellis and scan search; smaller at equal score by 11 to 13 %, four times the CPU. */
export function mozjpegSettings(
  quality: Quality,
  source?: Pick<Facts, "chroma">,
): JpegSettings {
  const look = quality.value;
  const value =
    quality.scale === "look"
      ? Math.round(interpolate(LOOK_TO_MOZJPEG, look))
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
    quantisationTable: look <= COARSE_TABLE_UP_TO ? 2 : 3,
  };
}

/** Points by which a source's estimated quality may exceed the one asked for and still count as already there: the estimate's own error. */
const READING_ERROR = 2;

/**
 * Whether the source was already encoded at, or below, the look asked for:
 * encoding it again could only add loss. Our own results must be recognised:
 * with the coarse table they read back above the look, but never above
 * mozjpeg's own number for it (measured for every quality from 1 to 100).
 */
export function looksAsAsked(facts: Facts, quality: Quality): boolean {
  const reached = Math.max(
    quality.value + READING_ERROR,
    mozjpegSettings(quality).quality,
  );
  return facts.sourceQuality !== undefined && facts.sourceQuality <= reached;
}
