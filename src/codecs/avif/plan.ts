// What was asked becomes AV1 encoder settings; pure.

import type { Size } from "../../image/geometry.ts";
import type { EncodingIntent, Quality } from "../../image/intent.ts";

/** sharp's `avif()` options as far as we set them. */
export interface AvifSettings {
  readonly quality: number;
  readonly effort: number;
  readonly bitdepth: 8 | 10;
  readonly chromaSubsampling: "4:4:4" | "4:2:0";
  readonly tune: "iq";
}

/** Above this size libaom's efforts beyond 1 take seconds a megapixel (12 MP: 3.2 s at 1, 4.6 s at 2, 27 s at 5). */
const CAPPED_ABOVE_PIXELS = 6_000_000;
const CAPPED_EFFORT = 1;

/** libaom's effort in sharp for a speed: 9 − speed, within 0 to 9; and whether size forced it lower. */
export function effortFor(
  speed: number,
  { width, height }: Size,
): { readonly effort: number; readonly capped: boolean } {
  const effort = Math.min(9, Math.max(0, 9 - speed));
  const capped = width * height > CAPPED_ABOVE_PIXELS && effort > CAPPED_EFFORT;
  return { effort: capped ? CAPPED_EFFORT : effort, capped };
}

/** tune=iq saves 9–16 % over ssim at equal score (FORMATS). 4:2:2 is not sharp's to give: see avifencQuantizer. */
export function avifSettings(
  quality: Quality,
  { depth, chroma }: EncodingIntent,
  effort: number,
): AvifSettings {
  return {
    quality: Math.max(1, Math.round(quality.value)),
    effort,
    bitdepth: depth,
    chromaSubsampling: chroma === "420" ? "4:2:0" : "4:4:4",
    tune: "iq",
  };
}

/** AV1's quantizer (0–63) for libavif's quality (0–100), as libavif 1.x maps it. */
export function avifencQuantizer(quality: Quality): number {
  return Math.round(((100 - quality.value) * 63) / 100);
}
