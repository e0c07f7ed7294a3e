// Judges whether two drawings of one size look the same; arithmetic over pixels.

/** A sample counts as off from this many levels of 255 on: a tenth, on one edge, is where an eye looks twice. */
const OFF_LEVELS = 24;
/** Share of samples that may be off: the dozen pixels along one edge of a drawing of 512 px. */
const MAX_OFF_SHARE = 0.0005;
/** And the mean difference in levels. */
const MAX_MEAN_LEVELS = 0.25;

/**
 * Whether two RGBA drawings differ so that it can be seen, or by more than
 * `times` that; color under transparency counts as much as it shows.
 */
export function differsVisibly(
  a: Uint8Array,
  b: Uint8Array,
  times = 1,
): boolean {
  if (a.length !== b.length) return true;
  const { mean, off } = difference(a, b);
  return mean > MAX_MEAN_LEVELS * times || off > MAX_OFF_SHARE * times;
}

/** The mean difference in levels of premultiplied samples, and the share of those that are off. */
export function difference(
  a: Uint8Array,
  b: Uint8Array,
): { mean: number; off: number } {
  let sum = 0;
  let off = 0;
  for (let at = 0; at < a.length; at += 4) {
    const alphaA = a[at + 3]!;
    const alphaB = b[at + 3]!;
    for (let channel = at; channel < at + 4; channel++) {
      const isAlpha = channel === at + 3;
      const levels = isAlpha
        ? Math.abs(alphaA - alphaB)
        : Math.abs(a[channel]! * alphaA - b[channel]! * alphaB) / 255;
      sum += levels;
      if (levels > OFF_LEVELS) off++;
    }
  }
  return { mean: sum / a.length, off: off / a.length };
}
