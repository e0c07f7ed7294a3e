// /optimize's options as they stand on the wire, nested or flat, and what they ask for.

import { Type } from "typebox";
import type { Static } from "typebox";

import type { OptimizeIntent } from "../image/intent.ts";
import { badOption, entriesOf, parseJson, readOptions } from "./options.ts";
import type { OptionOrigin, UrlOption } from "./options.ts";
import { storageRequest } from "./storage-options.ts";
import type { StorageRequest } from "./storage-options.ts";

export const OptimizeOptions = Type.Object({
  quality: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description:
        "Lower is smaller; one scale for all formats. Default: DEFAULT_QUALITY.",
    }),
  ),
  strip_metadata: Type.Boolean({
    default: true,
    description:
      "Removes EXIF, XMP, IPTC, comments and thumbnails; never changes how the picture looks.",
  }),
  progressive_jpeg: Type.Boolean({
    default: false,
    description: "JPEG results are progressive.",
  }),
  png_lossy: Type.Optional(
    Type.Boolean({
      description: "Allows palette quantization of PNG. Default: true.",
    }),
  ),
  max_reduction: Type.Union(
    [Type.Number({ minimum: 0, maximum: 100 }), Type.Null()],
    {
      default: null,
      description: "Hard cap on the reduction in %; null for none.",
    },
  ),
  preset: Type.Optional(
    Type.Enum(["high", "medium", "low"], {
      description:
        "high: quality 40; medium: 60; low: 75, lossless PNG, and the pixels of AVIF, HEIC and JPEG XL untouched. Wins over the options it sets.",
    }),
  ),
});

/** What each preset sets; all strip metadata and make JPEGs progressive. */
const PRESETS: Readonly<
  Record<
    string,
    { quality: number; paletteLoss: OptimizeIntent["paletteLoss"] }
  >
> = {
  high: { quality: 40, paletteLoss: "asked" },
  medium: { quality: 60, paletteLoss: "allowed" },
  low: { quality: 75, paletteLoss: "refused" },
};

type Entries = [string, unknown][];

/** What a request to /optimize asks for. */
export interface OptimizeRequest {
  readonly intent: OptimizeIntent;
  /** Where the image is, when no file brings it. */
  readonly source?: UrlOption;
  /** Absent: the result is sent, not stored. */
  readonly storage?: StorageRequest;
}

/** Keys that are no options of the work itself. */
const BESIDE = ["url", "storage"];

/**
 * The request of options that were given flat or as `{optimization, storage}`,
 * or both as JSON under `options`, with `preset` inside or beside. Throws
 * `bad_request` as `readOptions` does, and for a key given twice.
 */
export function optimizeRequest(
  given: Entries,
  origin: OptionOrigin,
  defaultQuality: number,
): OptimizeRequest {
  const packed = given.find(([key]) => key === "options");
  const entries = flattened(packed ? unpacked(given, packed[1]) : given);
  const own = entries.filter(([key]) => !BESIDE.includes(key));
  const options = readOptions(OptimizeOptions, own, packed ? "json" : origin);
  const url = entries.find(([key]) => key === "url")?.[1];
  if (url !== undefined && typeof url !== "string")
    throw badOption("url", "url must be text.");
  const storage = entries.find(([key]) => key === "storage");
  return {
    intent: intentOf(options, defaultQuality),
    ...(url !== undefined && { source: { url, field: "url" } }),
    ...(storage && { storage: storageRequest(storage[1]) }),
  };
}

/** What stands in `options`, and what may stand beside it. */
function unpacked(given: Entries, packed: unknown): Entries {
  const parsed =
    typeof packed === "string" ? parseJson(packed, "options") : packed;
  const beside = given.filter(([key]) => key !== "options");
  const strange = beside.find(
    ([key]) => key !== "preset" && !BESIDE.includes(key),
  );
  if (strange) {
    const key = strange[0].slice(0, 60);
    throw badOption(key, `${key} belongs inside "options" when that is given.`);
  }
  return [...entriesOf(parsed, "options"), ...beside];
}

function flattened(given: Entries): Entries {
  const flat = given.flatMap(([key, value]): Entries =>
    key === "optimization" ? entriesOf(value, key) : [[key, value]],
  );
  const seen = new Set<string>();
  for (const [key] of flat) {
    if (seen.has(key)) throw badOption(key, `${key} is given twice.`);
    seen.add(key);
  }
  return flat;
}

function intentOf(
  options: Static<typeof OptimizeOptions>,
  defaultQuality: number,
): OptimizeIntent {
  const preset =
    options.preset === undefined ? undefined : PRESETS[options.preset];
  const palette = { true: "asked", false: "refused" } as const;
  return {
    verb: "optimize",
    quality: {
      scale: "look",
      value: preset?.quality ?? options.quality ?? defaultQuality,
    },
    stripMetadata: preset !== undefined || options.strip_metadata,
    progressive: preset !== undefined || options.progressive_jpeg,
    paletteLoss:
      preset?.paletteLoss ??
      (options.png_lossy === undefined
        ? "allowed"
        : palette[`${options.png_lossy}`]),
    ...(options.preset === "low" && { sparesRecentCodecs: true }),
    maxReductionPercent: options.max_reduction,
  };
}
