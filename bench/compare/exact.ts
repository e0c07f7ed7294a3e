// Judges figures that the same code makes again to the last digit: any difference is true, and the threshold alone decides.

import { mean } from "../run/statistics.ts";
import type { ExactFigure } from "./figures.ts";
import { pairsOf, verdictOf } from "./finding.ts";
import type { Finding, Pair, Sides } from "./finding.ts";
import { groupsOf } from "./groups.ts";

/** What one case may differ by, in thresholds: a mean over many hides what one picture shows. */
const ALONE = 2;

/** `threshold` is in percent or points, for means over cases. */
export function exactFindings(
  figure: ExactFigure,
  sides: Sides,
  threshold: number,
): Finding[] {
  const pairs = pairsOf(figure, sides);
  const find = (
    scope: Finding["scope"],
    name: string,
    members: readonly Pair[],
    limit: number,
  ): Finding => {
    const scale = SCALES[figure.as];
    const level = (side: "before" | "after"): number =>
      mean(members.map((pair) => scale.into(mean(pair[side]))));
    const [before, after] = [level("before"), level("after")];
    const change = scale.change(after - before);
    return {
      figure,
      scope,
      name,
      cases: members.length,
      before: scale.back(before),
      after: scale.back(after),
      change,
      chance: null,
      effect: null,
      verdict: verdictOf(figure.worse * change, limit),
    };
  };
  return [
    ...groupsOf(pairs).map(({ scope, name, pairs: members }) =>
      find(scope, name, members, threshold),
    ),
    ...(figure.isJudgedAlone ? pairs : []).map((pair) =>
      find("case", pair.name, [pair], ALONE * threshold),
    ),
  ];
}

/** Ratios are compared as logarithms, so that half and double are as far apart. */
const SCALES = {
  ratio: {
    into: Math.log,
    back: Math.exp,
    change: (difference: number) => 100 * Math.expm1(difference),
  },
  points: {
    into: (value: number) => value,
    back: (value: number) => value,
    change: (difference: number) => difference,
  },
} as const;
