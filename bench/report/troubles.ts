// Lists what did not go well: cases that failed, results without a score, files and peers that took no part.

import type { BenchResult } from "../run/result.ts";
import { counts, markdownTable } from "./table.ts";

export function troublesText({ cases, skipped, peers, curves }: BenchResult) {
  const failed = cases.flatMap(({ file, failures: [failure] }) =>
    failure ? [[file, `${failure.code}: ${failure.message}`]] : [],
  );
  const unscored = cases.flatMap(({ file, score }) =>
    score && "unavailable" in score
      ? [[file, `no score: ${score.unavailable}`]]
      : [],
  );
  const broken = curves.flatMap(({ file, curves: drawn }) =>
    drawn.flatMap(({ contestant, output, failures: [failure] }) =>
      failure ? [[file, `${contestant} ${output} at ${failure}`]] : [],
    ),
  );
  const absent = peers.flatMap(({ name, skipped: reason }) =>
    reason === null ? [] : [[name, reason]],
  );
  const left = counts(
    skipped.map(({ format, reason }) => `${format}: ${reason}`),
  );
  return [
    markdownTable(
      ["what", "why"],
      [...failed, ...unscored, ...broken, ...absent],
    ),
    `Skipped: ${left}.`,
  ].join("\n\n");
}
