// What was asked becomes WebP encoder settings; pure.

import type { Quality } from "../../image/intent.ts";

/** sharp's `webp()` options as far as we set them. */
export interface WebpSettings {
  readonly quality: number;
  readonly effort: number;
}

/** libwebp's longest edge (14 bits). */
export const MAX_EDGE = 16_383;

/** Effort 4: 86–88 % of turbo JPEG at equal score (FORMATS). sharp takes no quality below 1. */
export function webpSettings(quality: Quality): WebpSettings {
  return { quality: Math.max(1, Math.round(quality.value)), effort: 4 };
}
