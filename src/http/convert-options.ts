// /convert's fields as they stand on the wire, and the intent they mean.

import { Type } from "typebox";
import type { Static } from "typebox";

import { OUTPUTS } from "../codecs/table.ts";
import type { ConvertIntent } from "../image/intent.ts";
import { badOption, readOptions } from "./options.ts";
import type { OptionOrigin } from "./options.ts";

const outputNames = [...OUTPUTS.keys()] as [string, ...string[]];

export const ConvertOptions = Type.Object({
  format: Type.Enum(outputNames, {
    default: "jpg",
    description: "Format of the result.",
  }),
  q: Type.Integer({
    minimum: 0,
    maximum: 100,
    default: 80,
    description: "The encoder's quality; for AVIF 60 to 65 is usual.",
  }),
  size: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_535,
      description: "Long edge in px; never enlarges.",
    }),
  ),
  square: Type.Boolean({
    default: false,
    description:
      "Centre crop to a square of size px, or of the short edge without one.",
  }),
  strip_exif: Type.Boolean({
    default: false,
    description:
      "Removes EXIF, IPTC and XMP. Orientation is baked in and color is sRGB either way.",
  }),
  overlay_scale: Type.Number({
    minimum: 1,
    maximum: 100,
    default: 15,
    description: "Logo width in % of the result's width.",
  }),
  overlay_opacity: Type.Number({
    minimum: 0,
    maximum: 100,
    default: 100,
    description: "Logo opacity in %.",
  }),
  overlay_safe_zone: Type.Boolean({
    default: true,
    description:
      "true: bottom centre, clear of vertical-video controls; false: bottom right.",
  }),
  upload_s3: Type.Boolean({
    default: false,
    description: "Stores the result; not available in this version.",
  }),
  return_binary: Type.Boolean({
    default: false,
    description: "The body even when stored.",
  }),
  avif_speed: Type.Integer({
    minimum: 0,
    maximum: 10,
    default: 6,
    description: "AVIF: 0 (slowest, smallest) to 10.",
  }),
  avif_depth: Type.Enum([8, 10], {
    default: 8,
    description: "AVIF: bits per channel.",
  }),
  avif_yuv: Type.Enum([420, 422, 444], {
    default: 420,
    description: "AVIF: chroma sampling.",
  }),
  sharpen: Type.Enum(["auto", "none"], {
    default: "auto",
    description: "auto sharpens what was reduced, flat areas left alone.",
  }),
  resize: Type.Optional(
    Type.Enum(["exact", "fast"], {
      description:
        "exact: Lanczos3 in linear light; fast: shrink-on-load in gamma space. Default: RESIZE_QUALITY.",
    }),
  ),
});

export interface ConvertDefaults {
  readonly resize: ConvertIntent["resize"];
}

/** Options of the contract that need what this version does not have. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  src_url: "Fetching images from URLs is not available in this version.",
  overlay_url: "Fetching overlays from URLs is not available in this version.",
  key_name: "Storing results is not available in this version.",
  key_prefix: "Storing results is not available in this version.",
};

/** Throws `bad_request` as `readOptions` does, and for what this version cannot do. */
export function convertIntent(
  given: readonly (readonly [string, unknown])[],
  origin: OptionOrigin,
  hasOverlay: boolean,
  defaults: ConvertDefaults,
): ConvertIntent {
  for (const [key] of given) {
    const reason = Object.hasOwn(UNAVAILABLE, key)
      ? UNAVAILABLE[key]
      : undefined;
    if (reason) throw badOption(key, reason);
  }
  const options = readOptions(ConvertOptions, given, origin);
  if (options.upload_s3) {
    throw badOption(
      "upload_s3",
      "Storing results is not available in this version.",
    );
  }
  return intentOf(options, hasOverlay, defaults);
}

function intentOf(
  options: Static<typeof ConvertOptions>,
  hasOverlay: boolean,
  defaults: ConvertDefaults,
): ConvertIntent {
  return {
    verb: "convert",
    target: OUTPUTS.get(options.format)!.id,
    quality: { scale: "encoder", value: options.q },
    ...(options.size !== undefined && { longEdge: options.size }),
    square: options.square,
    stripMetadata: options.strip_exif,
    sharpen: options.sharpen,
    resize: (options.resize as ConvertIntent["resize"]) ?? defaults.resize,
    ...(hasOverlay && {
      overlay: {
        scalePercent: options.overlay_scale,
        opacityPercent: options.overlay_opacity,
        safeZone: options.overlay_safe_zone,
      },
    }),
    encoding: {
      speed: options.avif_speed,
      depth: options.avif_depth,
      chroma: String(options.avif_yuv) as "420" | "422" | "444",
    },
  };
}
