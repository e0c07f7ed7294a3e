// /convert's fields as they stand on the wire.

import { Type } from "typebox";

import { OUTPUTS } from "../codecs/table.ts";
import { GRAVITIES } from "../image/intent.ts";
import { COLOR_SYNTAX } from "./color.ts";

/** The longest edge that any format here can tell of, in px. */
export const MAX_EDGE = 65_535;

const outputNames = [...OUTPUTS.keys()] as [string, ...string[]];

function urlOption(description: string) {
  return Type.Optional(Type.String({ description }));
}

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
      maximum: MAX_EDGE,
      description: "Long edge in px; never enlarges.",
    }),
  ),
  square: Type.Boolean({
    default: false,
    description:
      "Centre crop to a square of size px, or of the short edge without one.",
  }),
  width: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_EDGE,
      description:
        "Width of the box in px; a missing side follows from the aspect.",
    }),
  ),
  height: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_EDGE,
      description: "Height of the box in px.",
    }),
  ),
  fit: Type.Enum(["inside", "cover", "contain", "fill"], {
    default: "inside",
    description:
      "inside keeps the aspect within the box; cover fills it and crops the rest; contain fills up with background; fill distorts.",
  }),
  enlarge: Type.Boolean({
    default: false,
    description: "Lets a box make the picture larger than it is.",
  }),
  background: Type.String({
    default: "white",
    maxLength: 20,
    description: `Behind transparent pixels where the format has none, and around contained pictures: ${COLOR_SYNTAX}.`,
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
  overlay_gravity: Type.Optional(
    Type.Enum([...GRAVITIES], {
      description: "Where the logo stands instead.",
    }),
  ),
  overlay_margin: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 50,
      description:
        "Distance of the logo from the edges in % of the result's short edge. Default: by overlay_safe_zone.",
    }),
  ),
  src_url: urlOption("Where the image is, when no file brings it."),
  url: urlOption("The same as src_url."),
  overlay_url: urlOption("Where the logo is, when no file part brings it."),
  upload_s3: Type.Boolean({
    default: false,
    description:
      "Stores the result where STORAGE_PROVIDER says; the reply is then JSON.",
  }),
  return_binary: Type.Boolean({
    default: false,
    description: "The image as the reply even when it is stored.",
  }),
  key_name: Type.Optional(
    Type.String({
      description:
        "Key of the stored result. Default: made of the digests of input and result.",
    }),
  ),
  key_prefix: Type.Optional(
    Type.String({ description: "Folder for the stored result." }),
  ),
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
  lossless: Type.Boolean({
    default: false,
    description: "WebP, AVIF and JPEG XL: pixels exactly as they are.",
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
