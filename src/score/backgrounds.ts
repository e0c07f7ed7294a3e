// Decides over which backgrounds translucent images are compared; it neither
// blends nor scores them.

import type { Pixels } from "./pixels.ts";
import type { ImagePair } from "./region-errors.ts";

// Dark and light grey, sRGB-encoded, from the reference tool: an error that one
// background hides shows on the other.
const BACKGROUNDS = [0.1, 0.9] as const;

/**
 * The lower of the scores over both backgrounds, or the only score if neither
 * image lets any background through. (The reference tool looks at the alpha of
 * the reference alone; here an image that lost or gained alpha is caught too.)
 */
export function worstOverBackgrounds(
  reference: Pixels,
  distorted: Pixels,
  score: (pair: ImagePair) => number,
): number {
  const [dark, light] = BACKGROUNDS.map(
    (background) => () => score({ reference, distorted, background }),
  ) as [() => number, () => number];
  return isTranslucent(reference) || isTranslucent(distorted)
    ? Math.min(dark(), light())
    : dark();
}

/** Whether any pixel lets the background through. */
function isTranslucent({ data, channels }: Pixels): boolean {
  if (channels === 3) return false;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}
