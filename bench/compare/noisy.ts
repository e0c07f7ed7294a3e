// Judges figures that chance has a part in: worse is what is over the threshold and, tested, no accident.

import { mean, sum } from "../run/statistics.ts";
import {
  chanceOf,
  cohensD,
  difference,
  estimateOf,
  holm,
  varianceOf,
} from "./estimate.ts";
import type { Estimate, Prior } from "./estimate.ts";
import type { NoisyFigure } from "./figures.ts";
import { pairsOf, verdictOf } from "./finding.ts";
import type { Finding, Pair, Sides } from "./finding.ts";
import { groupsOf } from "./groups.ts";
import { paceOf } from "./pace.ts";

/**
 * Chance of a false alarm that is accepted, for all cases of a figure together
 * and for all groups of it. The tests take repeats for independent, which what
 * else a machine does is not: two loads of the same code on a machine shared by
 * seven came to 0.07.
 */
const ACCEPTED_CHANCE = 0.01;

/** What the common spread counts for: twice as much as that of three repeats. */
const PRIOR_DEGREES = 4;
/** Fewer of all cases together know the common spread no better. */
const LEAST_DEGREES = 16;

/** Everything in logarithms: what disturbs a run makes it longer by a factor. */
interface Tested {
  readonly finding: Omit<Finding, "change" | "chance" | "verdict">;
  readonly change: Estimate;
}

/** `threshold` is in percent. */
export function noisyFindings(
  figure: NoisyFigure,
  sides: Sides,
  threshold: number,
): Finding[] {
  const pace = paceOf(figure, sides);
  const pairs = pairsOf(figure, sides).map(inLogarithms);
  const groups = groupsOf(pairs).map(({ scope, name, pairs: members }) => {
    const changes = members.map((pair) => mean(pair.after) - mean(pair.before));
    return tested(figure, scope, name, members, {
      change: difference(estimateOf(changes), pace),
      effect: effectOf(changes, pace.value),
    });
  });
  const priors = {
    before: priorOf(pairs.map(({ before }) => before)),
    after: priorOf(pairs.map(({ after }) => after)),
  };
  const cases = pairs.map((pair) =>
    tested(figure, "case", pair.name, [pair], {
      change: difference(welch(pair, priors), pace),
      effect: cohensD(pair.before, pair.after, pace.value),
    }),
  );
  return [...judged(groups, threshold), ...judged(cases, threshold)];
}

function inLogarithms({ before, after, ...rest }: Pair): Pair {
  return {
    ...rest,
    before: before.map((value) => Math.log(value)),
    after: after.map((value) => Math.log(value)),
  };
}

type Priors = Readonly<Record<"before" | "after", Prior>>;

function welch({ before, after }: Pair, priors: Priors): Estimate {
  return difference(
    estimateOf(after, priors.after),
    estimateOf(before, priors.before),
  );
}

/**
 * The spread that repeats of all cases have in common: three repeats know so
 * little of their own that not even twice the time would be told from chance
 * among some hundred cases (Smyth, Statistical Applications in Genetics 3,
 * 2004, who moderates variances so). Nothing, where nothing was repeated.
 */
function priorOf(repeats: readonly (readonly number[])[]): Prior {
  const repeated = repeats.filter(({ length }) => length > 1);
  const degrees = sum(repeated.map(({ length }) => length - 1));
  if (degrees < LEAST_DEGREES) return { variance: 0, degrees: 0 };
  const squares = repeated.map((r) => varianceOf(r) * (r.length - 1));
  return { variance: sum(squares) / degrees, degrees: PRIOR_DEGREES };
}

/** Of paired differences: their mean, beyond what is expected, in their own standard deviations. */
function effectOf(changes: readonly number[], expected: number): number | null {
  const { value, variance } = estimateOf(changes);
  const deviation = Math.sqrt(variance * changes.length);
  return deviation === 0 ? null : (value - expected) / deviation;
}

function tested(
  figure: NoisyFigure,
  scope: Finding["scope"],
  name: string,
  pairs: readonly Pair[],
  { change, effect }: { change: Estimate; effect: number | null },
): Tested {
  const level = (side: "before" | "after"): number =>
    Math.exp(mean(pairs.map((pair) => mean(pair[side]))));
  const [before, after] = [level("before"), level("after")];
  const cases = pairs.length;
  return {
    finding: { figure, scope, name, cases, before, after, effect },
    change,
  };
}

function judged(all: readonly Tested[], threshold: number): Finding[] {
  const chances = holm(all.map(({ change }) => chanceOf(change)));
  return all.map(({ finding, change: { value } }, index) => {
    const chance = chances[index]!;
    const limit = Math.log1p(threshold / 100);
    return {
      ...finding,
      change: 100 * Math.expm1(value),
      chance,
      verdict: chance < ACCEPTED_CHANCE ? verdictOf(value, limit) : "same",
    };
  });
}
