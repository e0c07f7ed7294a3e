// Puts a result's tables in order: only those its mode has figures for.

import type { BenchResult } from "../run/result.ts";
import { accuracyText } from "./accuracy.ts";
import { loadText } from "./load.ts";
import { matchedTables } from "./matched.ts";
import { memoryTable } from "./memory.ts";
import { recipesTable } from "./recipes.ts";
import { sizesTable } from "./sizes.ts";
import { timingTable } from "./timing.ts";
import { troublesText } from "./troubles.ts";

export function markdownReport(result: BenchResult): string {
  const { mode, cases, curves, recipes, load } = result;
  const sections: readonly (readonly [
    title: string,
    text: string | undefined,
  ])[] = [
    ["Sizes and scores", cases.length > 0 ? sizesTable(cases) : undefined],
    ["Timing", mode === "timing" ? timingTable(cases) : undefined],
    ["Memory", mode === "memory" ? memoryTable(cases) : undefined],
    ["Estimates", accuracyText(result)],
    ["Load", load === undefined ? undefined : loadText(load)],
    ["At equal score", curves.length > 0 ? matchedTables(curves) : undefined],
    [
      "Peers, at equal or better score",
      recipes.length > 0 ? recipesTable(recipes, cases) : undefined,
    ],
    ["Failed, skipped, absent", troublesText(result)],
  ];
  return [
    heading(result),
    ...sections.flatMap(([title, text]) =>
      text === undefined ? [] : [`## ${title}`, text],
    ),
  ].join("\n\n");
}

function heading({ mode, date, commit, machine, ...rest }: BenchResult) {
  const engines = Object.entries(rest.engines).map(
    ([name, report]) => `${name} ${report?.version ?? "absent"}`,
  );
  return [
    `# Bench: ${mode}, ${date.slice(0, 16)}Z, ${commit ?? "no commit"}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, Node ${machine.node}; ${engines.join("; ")}. Seed ${rest.seed}, ${rest.wallSeconds.toFixed(0)} s.`,
  ].join("\n\n");
}
