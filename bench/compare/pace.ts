// How fast the machine was, by work that is none of ours: what a figure is corrected by before it is judged.

import { difference, estimateOf, exactly } from "./estimate.ts";
import type { Estimate } from "./estimate.ts";
import type { NoisyFigure } from "./figures.ts";
import type { Sides } from "./finding.ts";

/**
 * The logarithm of what the machine needed the second time over what it needed
 * the first time for the same work; exactly 0 when a result does not say.
 */
export function paceOf(
  { pace }: NoisyFigure,
  [before, after]: Sides,
): Estimate {
  if (pace === null) return exactly(0);
  const [was, is] = [before, after].map((result) =>
    pace(result).map((value) => Math.log(value)),
  );
  if (!was || !is || was.length < 2 || is.length < 2) return exactly(0);
  return difference(estimateOf(is), estimateOf(was));
}
