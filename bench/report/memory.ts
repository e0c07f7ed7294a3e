// Sums up the most that each case held, in the process and in its tools.

import type { CaseResult } from "../run/result.ts";
import { markdownTable, megabytes } from "./table.ts";

export function memoryTable(cases: readonly CaseResult[]): string {
  return markdownTable(
    [
      "case",
      "before MiB",
      "process peak MiB",
      "largest tool MiB",
      "V8 heap peak MiB",
    ],
    cases
      .filter(({ runs }) => runs.length > 0)
      .map(({ file, preset, runs }) => {
        const most = (figures: readonly (number | null)[]): string => {
          const known = figures.filter((figure) => figure !== null);
          return megabytes(known.length === 0 ? null : Math.max(...known));
        };
        const memory = runs.map((run) => run.memory);
        return [
          `${file} ${preset}`,
          most(memory.map(({ rssBeforeBytes }) => rssBeforeBytes)),
          most(memory.map(({ ownPeakBytes }) => ownPeakBytes)),
          most(memory.map(({ toolPeakBytes }) => toolPeakBytes)),
          most(memory.map(({ heapPeakBytes }) => heapPeakBytes)),
        ];
      }),
  );
}
