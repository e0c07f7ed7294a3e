// Keeps a reduction under the cap that was asked for: gentler settings first, then the least change there is.

import type { Runner } from "./race.ts";

/** Bytes below which a result would reduce `originalBytes` by more than `maxReductionPercent`. */
export function floorBytes(
  originalBytes: number,
  maxReductionPercent: number | null,
): number {
  if (maxReductionPercent === null) return 0;
  return Math.ceil(originalBytes * (1 - maxReductionPercent / 100));
}

/** Steps of the search: 1/64 of the scale, well inside the 3 % that count as equal. */
const STEPS = 6;

/**
 * The smallest result of `encode` that is not below `floor`, by bisection over
 * qualities above `from`, where sizes rise; undefined when even the highest is
 * below, or none can be made.
 */
export async function gentler(
  from: number,
  floor: number,
  encode: (quality: number) => Promise<Runner | undefined>,
): Promise<Runner | undefined> {
  let low = from;
  let high = 100;
  let best: Runner | undefined;
  for (let step = 0; step < STEPS && high - low > 1; step++) {
    const middle = Math.round((low + high) / 2);
    const runner = await encode(middle);
    if (runner === undefined) break;
    const { length } = runner.candidate.bytes;
    if (length < floor) {
      low = middle;
      continue;
    }
    high = middle;
    if (best === undefined || length < best.candidate.bytes.length) {
      best = runner;
    }
  }
  return best;
}
