// Puts a prediction into the words of /estimate's reply.

import { CODECS } from "../codecs/table.ts";
import type { Codec } from "../codecs/codec.ts";
import type { Facts } from "../image/facts.ts";
import type { Prediction } from "../service/prediction.ts";
import { reductionPercent } from "./reply.ts";

/** What the seed calls the ways of telling. */
const METHODS = {
  exact: "exact",
  sample: "direct-encode",
  header: "generic",
} as const;

/** Reductions in % from which the potential is high, and medium (the contract's figures). */
const HIGH_POTENTIAL = 30;
const MEDIUM_POTENTIAL = 10;
/** Width of the 80 % interval, as a share of the expected size, up to which confidence is high, and medium. */
const HIGH_CONFIDENCE = 0.15;
const MEDIUM_CONFIDENCE = 0.5;
/** Reduction in % below which there was nothing left to gain. */
const NOTHING_LEFT = 1;

export function estimateReply({ source, estimate }: Prediction): object {
  const { bytes, low, high, method, path, warnings } = estimate;
  const percent = Number(reductionPercent(source.bytes, bytes));
  return {
    original_size: source.bytes,
    original_format: source.format,
    dimensions: { width: source.width, height: source.height },
    color_type: colorTypeOf(source),
    bit_depth: source.bitDepth,
    estimated_optimized_size: bytes,
    estimated_reduction_percent: percent,
    optimization_potential: level(percent, HIGH_POTENTIAL, MEDIUM_POTENTIAL),
    method: METHODS[path],
    already_optimized: method === "none" || percent < NOTHING_LEFT,
    confidence: level(
      -(high - low) / bytes,
      -HIGH_CONFIDENCE,
      -MEDIUM_CONFIDENCE,
    ),
    estimated_range: { low, high },
    predicted_method: method,
    path,
    warnings,
  };
}

function level(
  value: number,
  high: number,
  medium: number,
): "high" | "medium" | "low" {
  if (value >= high) return "high";
  return value >= medium ? "medium" : "low";
}

/** Pillow's names of the kinds of pixels, without alpha and with it, as the seed's replies have them. */
const COLOR_TYPES = {
  gray: ["L", "LA"],
  rgb: ["RGB", "RGBA"],
  palette: ["P", "P"],
  cmyk: ["CMYK", "CMYK"],
} as const satisfies Record<Facts["color"], readonly [string, string]>;

/** Null for what has no pixels of its own. */
function colorTypeOf({ format, color, hasAlpha }: Facts): string | null {
  const { vector }: Codec = CODECS[format];
  return vector ? null : COLOR_TYPES[color][hasAlpha ? 1 : 0];
}
