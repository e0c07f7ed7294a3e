// /optimize's options as they stand on the wire, nested or flat, and the intent they mean.

import { Type } from "typebox";
import type { Static } from "typebox";

import type { OptimizeIntent } from "../image/intent.ts";
import { badOption, entriesOf, readOptions } from "./options.ts";
import type { OptionOrigin } from "./options.ts";

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
        "high: quality 40; medium: 60; low: 75 and lossless PNG. Wins over the options it sets.",
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

/**
 * The intent of options that were given flat or as `{optimization, storage}`,
 * with `preset` inside or beside. Throws `bad_request` as `readOptions` does,
 * for a key given twice, and for `storage`, which this version has not.
 */
export function optimizeIntent(
  given: Entries,
  origin: OptionOrigin,
  defaultQuality: number,
): OptimizeIntent {
  const options = readOptions(OptimizeOptions, flattened(given), origin);
  return intentOf(options, defaultQuality);
}

function flattened(given: Entries): Entries {
  const flat: Entries = [];
  for (const [key, value] of given) {
    if (key === "storage") {
      throw badOption(
        "storage",
        "Storing results is not available in this version.",
      );
    }
    if (key === "optimization") flat.push(...entriesOf(value, key));
    else flat.push([key, value]);
  }
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
    maxReductionPercent: options.max_reduction,
  };
}
