// Which files are made of a photograph, by format: sizes that /estimate predicts, coded as such files usually are.

import type { Recipe } from "../corpus/recipes.ts";
import type { PhotoKind } from "./photo-list.ts";

/** What is taken of a picture, megapixels where a number follows; a picture that has no more gives itself. */
export type Cut =
  | { readonly by: "whole" }
  /** Shrunk: sharper than cameras are. */
  | { readonly by: "scale"; readonly megapixels: number }
  /** Its middle at its own resolution, with its own noise. */
  | { readonly by: "crop"; readonly megapixels: number }
  /** An animation: a window that moves over the shrunk picture. */
  | { readonly by: "pan"; readonly frames: number; readonly pixels: number }
  /** An animation of which only a part in the middle moves. */
  | { readonly by: "inset"; readonly frames: number; readonly pixels: number };

export type Coding = { readonly name: string } & (
  | Recipe
  | { readonly by: "heif-enc"; readonly quality: number }
  | { readonly by: "cjxl"; readonly distance: number }
);

export interface FormatPlan {
  readonly extension: string;
  readonly cuts: Readonly<Record<PhotoKind, readonly Cut[]>>;
  /** Of the small photographs, every n-th is used: where optimizing is slow, fewer are. */
  readonly everySmall: number;
  /** Given in turn to a photograph's cuts, from the next one on for the next photograph. */
  readonly codings: readonly Coding[];
  /** In their place for drawings, where given. */
  readonly graphicCodings?: readonly Coding[];
}

const whole: Cut = { by: "whole" };
const scale = (megapixels: number): Cut => ({ by: "scale", megapixels });
const crop = (megapixels: number): Cut => ({ by: "crop", megapixels });
const pan = (frames: number, pixels: number): Cut => {
  return { by: "pan", frames, pixels };
};
const inset = (frames: number, pixels: number): Cut => {
  return { by: "inset", frames, pixels };
};

const sharpAs = <F extends string, S extends object>(
  format: F,
  name: string,
  settings: S,
) => ({ by: "sharp" as const, format, name, settings });

const FULL_CHROMA = { chromaSubsampling: "4:4:4" } as const;

export const PLANS = {
  jpeg: {
    extension: "jpg",
    cuts: {
      large: [whole, scale(3), crop(1.2)],
      small: [whole],
      graphic: [whole],
    },
    everySmall: 1,
    codings: [
      sharpAs("jpeg", "q92", { quality: 92 }),
      sharpAs("jpeg", "q97-444", { quality: 97, ...FULL_CHROMA }),
      sharpAs("jpeg", "q82", { quality: 82 }),
      sharpAs("jpeg", "q92-progressive", { quality: 92, progressive: true }),
    ],
  },
  png: {
    extension: "png",
    cuts: {
      large: [scale(0.5), scale(4.5), pan(8, 40_000)],
      small: [whole],
      graphic: [scale(0.8)],
    },
    everySmall: 2,
    codings: [
      sharpAs("png", "filtered", {
        compressionLevel: 6,
        adaptiveFiltering: true,
      }),
      sharpAs("png", "plain", { compressionLevel: 6 }),
      sharpAs("png", "fast", { compressionLevel: 1 }),
    ],
  },
  webp: {
    extension: "webp",
    cuts: {
      large: [scale(6), scale(2.5), crop(1.2), pan(10, 60_000)],
      small: [whole],
      graphic: [scale(0.6)],
    },
    everySmall: 2,
    codings: [
      sharpAs("webp", "q80", { quality: 80 }),
      sharpAs("webp", "q95", { quality: 95 }),
      sharpAs("webp", "q88", { quality: 88 }),
      sharpAs("webp", "q75", { quality: 75 }),
      sharpAs("webp", "lossless", { lossless: true, effort: 2 }),
    ],
    graphicCodings: [
      sharpAs("webp", "lossless", { lossless: true, effort: 2 }),
    ],
  },
  gif: {
    extension: "gif",
    cuts: {
      large: [scale(0.6), pan(16, 76_800), inset(24, 76_800)],
      small: [whole],
      graphic: [scale(1)],
    },
    everySmall: 2,
    codings: [
      sharpAs("gif", "dithered", { effort: 4 }),
      sharpAs("gif", "plain", { effort: 4, dither: 0 }),
      sharpAs("gif", "dithered", { effort: 4 }),
      sharpAs("gif", "64-colors", { effort: 4, colors: 64, dither: 0.5 }),
    ],
  },
  tiff: {
    extension: "tif",
    cuts: {
      large: [scale(2), crop(1), crop(5)],
      small: [whole],
      graphic: [scale(1.5)],
    },
    everySmall: 2,
    codings: [
      sharpAs("tiff", "none", { compression: "none" as const }),
      sharpAs("tiff", "deflate", {
        compression: "deflate" as const,
        predictor: "horizontal" as const,
      }),
      sharpAs("tiff", "lzw-tiled", {
        compression: "lzw" as const,
        predictor: "none" as const,
        tile: true,
        tileWidth: 256,
        tileHeight: 256,
      }),
      sharpAs("tiff", "lzw", {
        compression: "lzw" as const,
        predictor: "horizontal" as const,
      }),
    ],
  },
  bmp: {
    extension: "bmp",
    cuts: {
      large: [scale(1), crop(5)],
      small: [whole],
      graphic: [scale(2)],
    },
    everySmall: 2,
    codings: [{ by: "bmp24", format: "bmp", name: "24-bit" }],
  },
  avif: {
    extension: "avif",
    cuts: {
      large: [crop(1.2), scale(2.5), whole],
      small: [whole],
      graphic: [scale(2)],
    },
    everySmall: 2,
    codings: [
      sharpAs("avif", "q80", { quality: 80, effort: 2 }),
      sharpAs("avif", "q60", { quality: 60, effort: 2 }),
      sharpAs("avif", "q80-444", { quality: 80, effort: 2, ...FULL_CHROMA }),
      sharpAs("avif", "q70", {
        quality: 70,
        effort: 2,
        chromaSubsampling: "4:2:0" as const,
      }),
    ],
  },
  heic: {
    extension: "heic",
    cuts: {
      large: [crop(1.2), scale(2.5), whole],
      small: [whole],
      graphic: [scale(2)],
    },
    everySmall: 2,
    codings: [
      { by: "heif-enc", quality: 75, name: "q75" },
      { by: "heif-enc", quality: 50, name: "q50" },
      { by: "heif-enc", quality: 90, name: "q90" },
    ],
  },
  jxl: {
    extension: "jxl",
    cuts: {
      large: [crop(1.2), scale(2.5), scale(5)],
      small: [whole],
      graphic: [scale(1.5)],
    },
    everySmall: 2,
    codings: [
      { by: "cjxl", distance: 0.5, name: "d0.5" },
      { by: "cjxl", distance: 1, name: "d1" },
      { by: "cjxl", distance: 0, name: "lossless" },
    ],
    graphicCodings: [{ by: "cjxl", distance: 0, name: "lossless" }],
  },
} as const satisfies Readonly<Record<string, FormatPlan>>;
