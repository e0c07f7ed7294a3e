// What was asked, and what the picture is, become WebP encoder settings; pure.

import type { Facts } from "../../image/facts.ts";
import type { ConvertIntent, Quality } from "../../image/intent.ts";
import type { EncodedPicture } from "../codec.ts";
import { interpolate, scoreOfLook } from "../quality-scale.ts";

/** sharp's `webp()` options as far as we set them. */
export interface WebpSettings {
  readonly quality: number;
  readonly effort: number;
  readonly smartSubsample?: true;
  readonly lossless?: true;
}

/** libwebp's longest edge (14 bits). */
export const MAX_EDGE = 16_383;

/**
 * libwebp's quality for each point of our scale, up to 90 at effort 6 with the
 * sharp conversion to YUV (`bench scale`, docs/benchmarks.md): 47, 68, 79, 83
 * and 90 score 60.2, 68.9, 75.3, 78.7 and 85.2 there, on eight photos; 39 at 40
 * would leave three of 18 below the score that is sent.
 */
const LOOK_TO_WEBP = [
  [1, 5],
  [40, 43],
  [60, 64],
  [75, 78],
  [80, 81],
  [85, 85],
  [90, 88],
  [100, 100],
] as const;

/** Pixels, of all frames, up to which the slow ways are worth their time. */
const THOROUGH_UP_TO = 2_000_000;

/** libwebp's own number for a quality: a look by the scale, an encoder's as it stands; sharp takes none below 1. */
function numberFor({ scale, value }: Quality): number {
  return scale === "look"
    ? Math.round(interpolate(LOOK_TO_WEBP, value))
    : Math.max(1, Math.round(value));
}

/** What decides how much time a picture is worth: the pixels of its whole file, and whether an alpha plane must be coded with it. */
export interface Work {
  readonly pixels: number;
  readonly hasAlpha: boolean;
}

/**
 * For /optimize. On eight photos of 0.3 to 0.4 MP, at equal score, against
 * `cwebp -m 4`: effort 6 makes 96.3 % of its bytes in 2.6 times the CPU; with
 * the sharp conversion to YUV 95.4 % in 4.2 times; for three screenshots 88.6 %.
 * Beside alpha the effort goes into that plane: 3 to 7 % less at 6, in 20 CPU-s
 * a megapixel and more, which no deadline bears; and the sharp conversion takes
 * twice the CPU for 0.93 to 1.29 of cwebp's bytes (seven pictures), where
 * the plain one makes 0.92 to 1.00.
 */
export function lossySettings(
  quality: Quality,
  { pixels, hasAlpha }: Work,
): WebpSettings {
  const thorough = pixels <= THOROUGH_UP_TO && !hasAlpha;
  return {
    quality: numberFor(quality),
    effort: thorough ? 6 : 4,
    ...(thorough && { smartSubsample: true }),
  };
}

/**
 * Lossless, where `quality` means time. On four photos and three graphics of
 * 0.02 to 1.8 MP: quality 100 at effort 5 makes 94 to 99 % of the bytes of
 * quality 75 at effort 4, and 98 to 99.5 % of those of 100 at 4, in 0.5 to 8
 * CPU-s a megapixel against 0.2 to 3. Effort 6 would make 2 % less, in 67.
 */
export function losslessSettings({
  pixels,
}: Pick<Work, "pixels">): WebpSettings {
  return pixels <= THOROUGH_UP_TO
    ? { lossless: true, quality: 100, effort: 5 }
    : { lossless: true, quality: 75, effort: 4 };
}

/** Pixels of all frames from which an animation is encoded in a hurry. */
const HURRY_FROM = 20_000_000;

/** For /convert, where time counts more: effort 4, 3 to 6 % more bytes than 6 at equal score for 0.4 of its CPU (docs/benchmarks.md). */
export function convertSettings(
  { quality, encoding }: Pick<ConvertIntent, "quality" | "encoding">,
  { width, height, frames }: EncodedPicture,
): WebpSettings {
  const pixels = width * height * frames;
  const effort = frames > 1 && pixels > HURRY_FROM ? 2 : 4;
  return encoding.lossless
    ? { lossless: true, quality: 75, effort }
    : { quality: numberFor(quality), effort };
}

/**
 * Points by which a source's quality may exceed the one asked for and still
 * count as already there: the reading's own error. Over 450 files of cwebp (five
 * pictures, nine sets of options, qualities 5 to 100) it was −1 to +2.
 */
const READING_ERROR = 3;

/**
 * Whether a lossy picture was already encoded at, or below, the look asked
 * for: encoding it again could only add loss. `sourceQuality` is libwebp's own
 * number, as is the one that our results are encoded with.
 */
export function looksAsAsked(
  { sourceQuality }: Pick<Facts, "sourceQuality">,
  quality: Quality,
): boolean {
  return (
    sourceQuality !== undefined &&
    sourceQuality <= numberFor(quality) + READING_ERROR
  );
}

/** Points that lossy results may score below their look; photos miss it by 9.4 at most (look 40, of 18), pure color edges by 60: half the chroma samples are not enough for these. */
const SCORE_MARGIN = 10;

/** SSIMULACRA2 score that a result must reach to be sent. */
export function minScoreOf({ value }: Quality): number {
  return scoreOfLook(value) - SCORE_MARGIN;
}
