// Shows our results against the smallest that an optimizing peer made of the same file without looking worse.

import type { RecipeSet } from "../curves/curve.ts";
import { cpuMsOf } from "../run/result.ts";
import type { CaseResult } from "../run/result.ts";
import { geometricMean, median } from "../run/statistics.ts";
import { fixed, markdownTable } from "./table.ts";

/** Differences that nobody sees, and that 8-bit rounding makes. */
const EQUAL_WITHIN = 0.1;

interface Duel {
  readonly bytes: number;
  readonly cpu: number | null;
}

export function recipesTable(
  recipes: readonly RecipeSet[],
  cases: readonly CaseResult[],
): string {
  const byPeer = Map.groupBy(
    recipes,
    ({ peer, preset }) => `${peer}, ${preset}`,
  );
  return markdownTable(
    ["peer, preset", "files", "peer as good in", "bytes", "CPU"],
    [...byPeer].map(([name, group]) => {
      const duels = group.flatMap((recipe) => duelOf(recipe, cases));
      const cpu = duels.flatMap((duel) => duel.cpu ?? []);
      return [
        name,
        `${group.length}`,
        `${duels.length}`,
        fixed(geometricMean(duels.map(({ bytes }) => bytes)), 3),
        fixed(geometricMean(cpu), 2),
      ];
    }),
  );
}

/** Ours over the peer's smallest that scores no less; none where it has none. */
function duelOf(recipe: RecipeSet, cases: readonly CaseResult[]): Duel[] {
  const ours = cases.find(
    ({ file, preset }) => file === recipe.file && preset === recipe.preset,
  );
  const { outcome, score, runs = [] } = ours ?? {};
  if (!outcome || !score || !("mean" in score)) return [];
  const [best] = recipe.points
    .filter((point) => point.score >= score.mean - EQUAL_WITHIN)
    .toSorted((a, b) => a.bytes - b.bytes);
  if (best === undefined) return [];
  const cpuMs = median(runs.map((run) => cpuMsOf(run)));
  return [
    {
      bytes: outcome.bytes / best.bytes,
      cpu: best.cpuMs === null ? null : cpuMs / best.cpuMs,
    },
  ];
}
