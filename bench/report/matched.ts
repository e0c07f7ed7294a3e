// Shows contestants against each other at equal score.

import type { CurveSet } from "../curves/curve.ts";
import { MATCHED_SCORES, matchedPairs } from "../curves/matched.ts";
import type { MatchedRatio } from "../curves/matched.ts";
import { fixed, markdownTable } from "./table.ts";

export function matchedTables(sets: readonly CurveSet[]): string {
  const pairs = matchedPairs(sets);
  const table = (of: (ratio: MatchedRatio) => string): string =>
    markdownTable(
      ["output: ours / other", ...MATCHED_SCORES.map((score) => `at ${score}`)],
      pairs.map(({ output, contestant, baseline, at }) => [
        `${output}: ${contestant} / ${baseline}`,
        ...at.map((ratio) => (ratio ? of(ratio) : "–")),
      ]),
    );
  return [
    "Bytes, with the number of pictures:",
    table(({ bytes, pictures }) => `${fixed(bytes, 3)} (${pictures})`),
    "CPU:",
    table(({ cpu }) => fixed(cpu, 2)),
  ].join("\n\n");
}
