// What /convert's fields ask for.

import type { Static } from "typebox";

import { OUTPUTS } from "../codecs/table.ts";
import type { BoxIntent, ConvertIntent, Rgba } from "../image/intent.ts";
import type { Naming } from "../service/storing.ts";
import { checkKey, GENERATED_KEY_BYTES } from "../sinks/key.ts";
import { COLOR_SYNTAX, parseColor } from "./color.ts";
import { ConvertOptions, MAX_EDGE } from "./convert-options.ts";
import { badOption, readOptions } from "./options.ts";
import type { OptionOrigin, UrlOption } from "./options.ts";

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
