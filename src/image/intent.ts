// What a caller asked for, in the service's own words; holds no encoder's numbers and no transport's names.

import type { FormatId } from "./format.ts";

/**
 * A quality from 1 to 100. "look" is our one scale, on which a number means
 * one appearance in every format (/optimize, /estimate); "encoder" goes to the
 * encoder as it stands (/convert's `q`, 0 to 100). Only a row's plan.ts turns either
 * into an encoder's own number.
 */
export interface Quality {
  readonly scale: "look" | "encoder";
  readonly value: number;
}

/** The size asked for, in pixels; a side that is missing follows from the aspect. */
export interface BoxIntent {
  readonly width?: number;
  readonly height?: number;
  readonly fit: "inside" | "cover" | "contain" | "fill";
  readonly enlarge: boolean;
}

/** The nine positions, as points of the compass. */
export const GRAVITIES = [
  "northwest",
  "north",
  "northeast",
  "west",
  "center",
  "east",
  "southwest",
  "south",
  "southeast",
] as const;

export type Gravity = (typeof GRAVITIES)[number];

export interface OverlayPlacing {
  /** Bottom centre, clear of vertical-video controls; else bottom right. What follows says otherwise. */
  readonly safeZone: boolean;
  readonly gravity?: Gravity;
  /** Distance from the edges in percent of the frame's short edge. */
  readonly marginPercent?: number;
}

/** A logo to lay over the picture. */
export interface OverlayIntent extends OverlayPlacing {
  /** Logo width in percent of the output image's width, 1 to 100. */
  readonly scalePercent: number;
  /** 0 (invisible) to 100. */
  readonly opacityPercent: number;
}

/** Red, green, blue and alpha, 0 to 255 each. */
export type Rgba = readonly [number, number, number, number];

/** How the target is to be encoded, where the caller has a say beyond quality. */
export interface EncodingIntent {
  /** 0 (slowest, smallest) to 10. */
  readonly speed: number;
  readonly depth: 8 | 10;
  readonly chroma: "420" | "422" | "444";
  /** Pixels exactly as they are, where the format can. */
  readonly lossless: boolean;
}

export interface ConvertIntent {
  readonly verb: "convert";
  readonly target: FormatId;
  readonly quality: Quality;
  /** Absent: the picture keeps its size. */
  readonly box?: BoxIntent;
  /** Behind transparent pixels where the format has no alpha, and around a picture in a larger frame. */
  readonly background: Rgba;
  readonly stripMetadata: boolean;
  readonly sharpen: "auto" | "none";
  /** "exact" is Lanczos3 in linear light; "fast" shrinks on load, in gamma space. */
  readonly resize: "exact" | "fast";
  readonly overlay?: OverlayIntent;
  readonly encoding: EncodingIntent;
}

export interface OptimizeIntent {
  readonly verb: "optimize";
  readonly quality: Quality;
  readonly stripMetadata: boolean;
  readonly progressive: boolean;
  /** Whether a palette may stand for true color; "asked" when the caller said so by name. */
  readonly paletteLoss: "allowed" | "asked" | "refused";
  /** Set when AVIF, HEIC and JPEG XL are to keep their pixels bit for bit (preset low): only what is beside them goes. */
  readonly sparesRecentCodecs?: true;
  /** Hard cap on the reduction in percent, 0 to 100; null for none. */
  readonly maxReductionPercent: number | null;
}

/** What /optimize would make of a file: the answer alone. */
export interface EstimateIntent {
  readonly verb: "estimate";
  /** What would be asked of it. */
  readonly asked: OptimizeIntent;
  /** Milliseconds of work that the answer may take, beyond decoding. */
  readonly budgetMs: number;
}

export type Intent = ConvertIntent | OptimizeIntent | EstimateIntent;
