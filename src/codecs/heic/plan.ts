// What was asked, and what the picture is, become heif-enc's settings; pure.

import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import type { EncodingIntent, Quality } from "../../image/intent.ts";
import { interpolate } from "../quality-scale.ts";

/** heif-enc's settings as far as we set them. */
export interface HeicSettings {
  readonly quality: number;
  readonly preset: "ultrafast" | "medium";
  readonly depth: 8 | 10 | 12;
  readonly chroma: "420" | "422" | "444";
}

/**
 * x265's quality at ultrafast for each point of our scale; at medium it is 2
 * more, and within 0.8 points of its score by `bench scale` (docs/benchmarks.md);
 * around 80, 48 scores 76.8 and 49 79.0 (medium, eight photos).
 */
const LOOK_TO_X265 = [
  [1, 10],
  [40, 32],
  [60, 38],
  [75, 44],
  [80, 46],
  [85, 50],
  [90, 54],
  [100, 80],
] as const;
const MEDIUM_MORE = 2;

/** Pixels up to which medium is worth its time (0.7 CPU-s a megapixel against 0.2, of a photo of 9 MP); nothing between pays. */
const MEDIUM_UP_TO = 4_000_000;

function presetFor(pixels: number): HeicSettings["preset"] {
  return pixels <= MEDIUM_UP_TO ? "medium" : "ultrafast";
}

function numberFor({ scale, value }: Quality, isMedium: boolean): number {
  if (scale === "encoder") return Math.max(1, Math.round(value));
  return Math.round(
    interpolate(LOOK_TO_X265, value) + (isMedium ? MEDIUM_MORE : 0),
  );
}

/** For /convert: libheif's quality as it stands; speed and depth as AVIF has them, by name. */
export function convertSettings(
  quality: Quality,
  { depth, chroma }: EncodingIntent,
  pixels: number,
): HeicSettings {
  const preset = presetFor(pixels);
  return { quality: numberFor(quality, false), preset, depth, chroma };
}

/** From this look on, full chroma stays full (docs/formats.md). */
const FULL_CHROMA_FROM = 80;

/** For /optimize: the source's depth; its chroma too, where that is not more than the look asked for shows. */
export function reencodeSettings(
  quality: Quality,
  {
    width,
    height,
    bitDepth,
    chroma,
  }: Pick<Facts, "width" | "height" | "bitDepth" | "chroma">,
): HeicSettings {
  const preset = presetFor(width * height);
  const keepsChroma = quality.value >= FULL_CHROMA_FROM;
  return {
    quality: numberFor(quality, preset === "medium"),
    preset,
    depth: bitDepth > 10 ? 12 : bitDepth > 8 ? 10 : 8,
    chroma:
      keepsChroma && (chroma === "444" || chroma === "422") ? chroma : "420",
  };
}

/**
 * Bits that x265 takes for a coding tree unit of 64 pixels in which nothing is, by
 * preset: a black picture of 50 MP takes 30 and 11.6 KB. Of a few units they are fewer.
 */
const EMPTY_UNIT_BITS = { medium: 19.4, ultrafast: 7.3 } as const;
const UNIT_PIXELS = 64 ** 2;

/** What x265 takes for a picture of this size in which nothing is, in bytes. */
export function emptyBytes({ width, height }: Size): number {
  const pixels = width * height;
  const units = pixels / UNIT_PIXELS;
  return (EMPTY_UNIT_BITS[presetFor(pixels)] / 8) * units;
}

/** Bytes of heif-enc's boxes around a picture. */
const BOXES = 380;

/** Whether so many bytes of a file are hardly more than an empty picture takes. */
export function isAlmostEmpty(bytes: number, size: Size): boolean {
  return bytes < BOXES + 2 * emptyBytes(size);
}

/**
 * Points by which a source's quality may exceed the one asked for and still
 * count as already there: one step of the quantizer is two, medium and
 * ultrafast differ by two, and cameras spend less than x265 at one quantizer.
 */
const NEAR = 6;

/** Whether a picture was already coded at, or below, the look asked for. */
export function looksAsAsked(
  { sourceQuality }: Pick<Facts, "sourceQuality">,
  quality: Quality,
): boolean {
  return (
    sourceQuality !== undefined &&
    sourceQuality <= numberFor(quality, true) + NEAR
  );
}
