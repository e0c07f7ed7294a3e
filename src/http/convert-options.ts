// /convert's fields as they stand on the wire, and what they ask for.

import { Type } from "typebox";
import type { Static } from "typebox";

import { OUTPUTS } from "../codecs/table.ts";
import { GRAVITIES } from "../image/intent.ts";
import type { BoxIntent, ConvertIntent, Rgba } from "../image/intent.ts";
import { COLOR_SYNTAX, parseColor } from "./color.ts";
import type { Naming } from "../service/storing.ts";
import { checkKey, GENERATED_KEY_BYTES } from "../sinks/key.ts";
import { badOption, readOptions } from "./options.ts";
import type { OptionOrigin, UrlOption } from "./options.ts";

/** The longest edge that any format here can tell of, in px. */
const MAX_EDGE = 65_535;

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

export interface ConvertDefaults {
  readonly resize: ConvertIntent["resize"];
}

/** What a request to /convert asks for. */
export interface ConvertRequest {
  readonly intent: ConvertIntent;
  /** Where the image is, when no file brings it. */
  readonly source?: UrlOption;
  readonly overlayUrl?: string;
  /** Absent: the result is not stored. */
  readonly storing?: {
    readonly naming: Naming;
    /** Whether the image is sent as well. */
    readonly returnBinary: boolean;
  };
}

/** Throws `bad_request` as `readOptions` does, and for options that contradict each other. */
export function convertRequest(
  given: readonly (readonly [string, unknown])[],
  origin: OptionOrigin,
  hasOverlay: boolean,
  defaults: ConvertDefaults,
): ConvertRequest {
  const options = readOptions(ConvertOptions, given, origin);
  const { url, src_url, overlay_url, lossless } = options;
  const { name, abilities } = OUTPUTS.get(options.format)!;
  if (lossless && !abilities.lossless)
    throw badOption("lossless", `${name} cannot be written without loss.`);
  if (url !== undefined && src_url !== undefined)
    throw badOption("url", "url and src_url mean the same: give one of them.");
  if (hasOverlay && overlay_url !== undefined)
    throw badOption(
      "overlay_url",
      "overlay_url and a file part named overlay cannot both be given.",
    );
  const source =
    src_url === undefined
      ? { url, field: "url" }
      : { url: src_url, field: "src_url" };
  return {
    intent: intentOf(
      options,
      hasOverlay || overlay_url !== undefined,
      defaults,
    ),
    ...(source.url !== undefined && { source: source as UrlOption }),
    ...(overlay_url !== undefined && { overlayUrl: overlay_url }),
    ...storingOf(options),
  };
}

function storingOf(
  options: Static<typeof ConvertOptions>,
): Pick<ConvertRequest, "storing"> {
  const { upload_s3, return_binary, key_name, key_prefix, size } = options;
  if (key_name !== undefined) checkKey(key_name, "key_name");
  // A slash at its end is as good as none.
  const prefix = key_prefix?.replace(/\/$/, "");
  if (prefix !== undefined) {
    checkKey(prefix, "key_prefix");
    const name = key_name ?? "x".repeat(GENERATED_KEY_BYTES);
    checkKey(`${prefix}/${name}`, "key_prefix");
  }
  if (!upload_s3) return {};
  return {
    storing: {
      returnBinary: return_binary,
      naming: {
        ...(key_name !== undefined && { key: key_name }),
        ...(prefix !== undefined && { prefix }),
        ...(size !== undefined && { size }),
      },
    },
  };
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
    ...boxOf(options),
    background: backgroundOf(options.background),
    stripMetadata: options.strip_exif,
    sharpen: options.sharpen,
    resize: (options.resize as ConvertIntent["resize"]) ?? defaults.resize,
    ...(hasOverlay && {
      overlay: {
        scalePercent: options.overlay_scale,
        opacityPercent: options.overlay_opacity,
        safeZone: options.overlay_safe_zone,
        ...(options.overlay_gravity !== undefined && {
          gravity: options.overlay_gravity,
        }),
        ...(options.overlay_margin !== undefined && {
          marginPercent: options.overlay_margin,
        }),
      },
    }),
    encoding: {
      speed: options.avif_speed,
      depth: options.avif_depth,
      lossless: options.lossless,
      chroma: String(options.avif_yuv) as "420" | "422" | "444",
    },
  };
}

/** The box that `size`, `square`, `width` and `height` mean. Throws `bad_request` when two ways are mixed. */
function boxOf(options: Static<typeof ConvertOptions>): { box?: BoxIntent } {
  const { size, square, width, height, fit, enlarge } = options;
  const isBox = width !== undefined || height !== undefined;
  if (isBox && (square || size !== undefined)) {
    throw badOption(
      square ? "square" : "size",
      "size and square cannot be combined with width and height.",
    );
  }
  if (isBox) {
    return {
      box: {
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
        fit,
        enlarge,
      },
    };
  }
  if (size === undefined && !square) return {};
  // Without a size, the largest square there is: a box to cover shrinks to the short edge.
  const side = size ?? MAX_EDGE;
  return {
    box: {
      width: side,
      height: side,
      fit: square ? "cover" : "inside",
      enlarge: false,
    },
  };
}

function backgroundOf(text: string): Rgba {
  const color = parseColor(text);
  if (color) return color;
  throw badOption("background", `background must be ${COLOR_SYNTAX}.`);
}
