// What was asked, and what the picture is, become libjxl's settings; pure.

import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import type { ConvertIntent, Quality } from "../../image/intent.ts";
import { interpolate, scoreOfLook } from "../quality-scale.ts";
import { distanceOf } from "./quality.ts";

export interface JxlSettings {
  /** Butteraugli's; 0 is lossless. */
  readonly distance: number;
  readonly effort: number;
}

/**
 * libjxl's quality for each point of our scale: within 0.5 points of its score
 * on twelve photos of 0.3 to 0.7 MP (cjxl 0.7, effort 3: distance 1 scores 86.3,
 * 2 77.3, 3 69.6, 4 62.5, 6 50.5).
 */
const LOOK_TO_JXL = [
  [1, 10],
  [40, 46],
  [60, 63],
  [75, 75],
  [80, 79],
  [85, 83],
  [90, 88],
  [100, 99],
] as const;

/**
 * Points by which one picture may miss the score its look stands for: of those
 * photos and four screenshots the worst missed it by 4 (quality 60) to 11 (40).
 */
const SCORE_MARGIN = 12;

/** libjxl's own number for a quality. */
function numberFor({ scale, value }: Quality): number {
  return scale === "look" ? interpolate(LOOK_TO_JXL, value) : value;
}

const megapixels = ({ width, height }: Size): number => (width * height) / 1e6;

/** Rounded, so that equal pictures make equal commands. */
function round(distance: number): number {
  return Math.round(distance * 1000) / 1000;
}

/**
 * Megapixels up to which effort 7 is worth its time: 4 to 17 % fewer bytes than 3
 * at equal score, of photos of 2.5 MP as of small ones (eight, scores 60 to 84), for 0.55
 * to 0.8 CPU-s a megapixel instead of 0.14. Effort 8 saves 1 to 5 % more, for four times as
 * long. Efforts 4 to 6 lie between in both.
 */
export const THOROUGH_MEGAPIXELS = 4;
const THOROUGH = 7;
const FAST = 3;

/**
 * And without loss, where 7 makes 10 to 45 % less than 3 of screenshots, in 1
 * to 3 CPU-s a megapixel instead of 0.3; above, effort 4 makes the same of
 * photos as 7, and 14 % less than 3 of screenshots, in 1.
 */
export const THOROUGH_LOSSLESS_MEGAPIXELS = 2;
const FAST_LOSSLESS = 4;

export function lossySettings(
  quality: Quality,
  size: Size,
  drawn = false,
): JxlSettings {
  const isThorough = drawn || megapixels(size) <= THOROUGH_MEGAPIXELS;
  return {
    distance: round(distanceOf(numberFor(quality))),
    effort: isThorough ? THOROUGH : FAST,
  };
}

/** Bits a pixel below which a lossless file is taken for a drawing: four screenshots have 0.8 to 1.6, photos 4.1 and more. */
const DRAWN_BITS = 3;

/** Effort 7 makes 40 to 45 % less of screenshots than 3, at scores 2 to 9 points higher, in 1.1 CPU-s a megapixel. */
export function isDrawn(facts: Facts): boolean {
  const { lossy, bytes, width, height } = facts;
  return !lossy && (bytes * 8) / (width * height) < DRAWN_BITS;
}

export function losslessSettings(size: Size): JxlSettings {
  const isThorough = megapixels(size) <= THOROUGH_LOSSLESS_MEGAPIXELS;
  return { distance: 0, effort: isThorough ? THOROUGH : FAST_LOSSLESS };
}

/** For /convert: `q` 100 is lossless, as it is to libjxl's own tools. */
export function convertSettings(
  { quality, encoding }: Pick<ConvertIntent, "quality" | "encoding">,
  size: Size,
): JxlSettings {
  return encoding.lossless || isExact(quality)
    ? losslessSettings(size)
    : lossySettings(quality, size);
}

/** Whether nothing may be lost at this quality. */
export function isExact({ scale, value }: Quality): boolean {
  return scale === "encoder" && value >= 100;
}

/** The score against the source that a result must reach. */
export function minScoreFor({ value }: Quality): number {
  return scoreOfLook(value) - SCORE_MARGIN;
}

/**
 * Points by which a source's quality may exceed the one asked for and still
 * count as already there: the reading's own error. Quantizers of effort 7 lie
 * within 7 % of those of 3, which is 1.6 points at distance 2.
 */
const READING_ERROR = 3;

/** Whether a lossy picture was already encoded at, or below, the look asked for: encoding it again could only add loss. */
export function looksAsAsked(
  { sourceQuality }: Pick<Facts, "sourceQuality">,
  quality: Quality,
): boolean {
  return (
    sourceQuality !== undefined &&
    sourceQuality <= numberFor(quality) + READING_ERROR
  );
}

/**
 * Share of the source's bytes that a lossy result must save. Of a lossy source
 * a little is not worth a second generation (5 % from quality 79 to 75). Where
 * the source's quality cannot be read (patches, dots, modular coding, transcoded
 * JPEGs) it must be more than what a second pass at the same quality saves: under 1 %.
 */
function minGainFor({
  lossy,
  sourceQuality,
}: Pick<Facts, "lossy" | "sourceQuality">): number {
  if (!lossy) return 0;
  return sourceQuality === undefined ? 0.2 : 0.08;
}

/** Whether a lossy result of so many bytes is not worth what it loses. */
export function gainsLittle(made: number, facts: Facts): boolean {
  return made > facts.bytes * (1 - minGainFor(facts));
}
