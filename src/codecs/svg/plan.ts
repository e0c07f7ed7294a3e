// Decides how coarsely numbers may be rounded for a quality, and how much difference may be seen; drives nothing.

import type { Size } from "../../image/geometry.ts";
import type { OptimizeIntent } from "../../image/intent.ts";

export interface SvgSettings {
  /** Digits behind the point. */
  readonly precision: number;
  readonly stripMetadata: boolean;
}

/** Digits by quality: three are invisible on screens, two on most drawings that are not tiny. */
export function svgSettings({
  quality,
  stripMetadata,
}: OptimizeIntent): SvgSettings {
  const { value } = quality;
  const precision = value < 50 ? 2 : value < 70 ? 3 : FINE_PRECISION;
  return { precision, stripMetadata };
}

/** Digits that have not been seen at 512 px. */
export const FINE_PRECISION = 4;

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
