// Sums up repeats case by case: how long, how steadily, and where the time went.

import { cpuMsOf } from "../run/result.ts";
import type { CaseResult, Run } from "../run/result.ts";
import { median, sum, summarize } from "../run/statistics.ts";
import { fixed, markdownTable } from "./table.ts";

export function timingTable(cases: readonly CaseResult[]): string {
  return markdownTable(
    [
      "case",
      "runs",
      "wall p50 ms",
      "p95",
      "p99",
      "MAD",
      "CPU p50 ms",
      "parallelism",
      "tools ms",
    ],
    cases.filter(({ runs }) => runs.length > 0).map((item) => rowOf(item)),
  );
}

function rowOf({ file, preset, runs }: CaseResult): string[] {
  const wall = summarize(runs.map(({ wallMs }) => wallMs));
  return [
    `${file} ${preset}`,
    `${wall.count}`,
    fixed(wall.p50),
    fixed(wall.p95),
    fixed(wall.p99),
    fixed(wall.mad),
    fixed(median(runs.map((run) => cpuMsOf(run)))),
    fixed(median(runs.map(({ parallelism }) => parallelism)), 2),
    toolsOf(runs),
  ];
}

/** Each tool with the median, over repeats, of what its calls took together. */
function toolsOf(runs: readonly Run[]): string {
  const names = new Set(
    runs.flatMap(({ tools }) => tools.map(({ name }) => name)),
  );
  const shown = [...names].map((name) => {
    const spent = runs.map(({ tools }) =>
      sum(tools.flatMap((tool) => (tool.name === name ? [tool.ms] : []))),
    );
    return `${name} ${fixed(median(spent))}`;
  });
  return shown.length === 0 ? "–" : shown.join(", ");
}
