// What was asked becomes TIFF encoder settings; pure.

import type { Quality } from "../../image/intent.ts";
import { interpolate, scoreOfLook } from "../quality-scale.ts";

/** sharp's `tiff()` options as far as we set them. */
export interface TiffSettings {
  readonly compression: "deflate";
  readonly predictor: "horizontal";
}

/** Lossless whatever the quality: who asks for TIFF asks for the pixels. */
export function tiffSettings(): TiffSettings {
  return { compression: "deflate", predictor: "horizontal" };
}

/** sharp's `jpeg()` options for a page in JPEG: baseline scans, for TIFF knows no others. */
export interface JpegSettings {
  readonly quality: number;
  readonly chromaSubsampling: "4:4:4" | "4:2:0";
  readonly progressive: false;
  readonly optimiseCoding: true;
  readonly trellisQuantisation: true;
  readonly overshootDeringing: true;
  readonly quantisationTable: 2;
}

/**
 * mozjpeg's quality for each point of our scale: fitted to the scores that looks stand for on
 * 18 photos, with table 2 (MS-SSIM's, 1 point better at equal size than
 * table 3 below look 70, equal above).
 */
const LOOK_TO_MOZJPEG = [
  [1, 20],
  [40, 40],
  [60, 61],
  [75, 75],
  [80, 76],
  [85, 81],
  [90, 87],
  [100, 100],
] as const;

/** Points by which a page may miss the score its look stands for: photos miss it by 8 at most. */
const SCORE_MARGIN = 10;

/** TIFF holds chroma in full: from here on it stays so (docs/formats.md). */
const FULL_CHROMA_FROM = 80;

export function jpegSettings({ scale, value }: Quality): JpegSettings {
  const quality =
    scale === "look" ? interpolate(LOOK_TO_MOZJPEG, value) : value;
  return {
    quality: Math.max(1, Math.round(quality)),
    chromaSubsampling: value >= FULL_CHROMA_FROM ? "4:4:4" : "4:2:0",
    progressive: false,
    optimiseCoding: true,
    trellisQuantisation: true,
    overshootDeringing: true,
    quantisationTable: 2,
  };
}

/** SSIMULACRA2 score that a picture with pages in JPEG must reach. */
export function minScoreOf({ value }: Quality): number {
  return scoreOfLook(value) - SCORE_MARGIN;
}
