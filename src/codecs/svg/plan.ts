// Decides how coarsely numbers may be rounded for a quality, and how much difference may be seen; drives nothing.

import type { Size } from "../../image/geometry.ts";
import type { OptimizeIntent } from "../../image/intent.ts";

export interface SvgSettings {
  /** Digits behind the point to round to, one after the other; see `rounded`. */
  readonly precisions: readonly number[];
  readonly stripMetadata: boolean;
}

/**
 * Digits by quality: four have not been seen at 512 px, three are invisible on
 * screens, two on most drawings that are not tiny. A lower quality goes the way of
 * the higher ones and then further, so that it can only end smaller.
 */
export function svgSettings({
  quality: { value },
  stripMetadata,
}: OptimizeIntent): SvgSettings {
  const precisions = value < 50 ? [4, 3, 2] : value < 70 ? [4, 3] : [4];
  return { precisions, stripMetadata };
}

/** Long edge in pixels at which a result is drawn beside its source: twice the size of a large icon. */
const PROOF_EDGE = 512;

/** The size of that drawing, its aspect kept. */
export function proofSize({ width, height }: Size): Size {
  const scale = PROOF_EDGE / Math.max(width, height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
