// `compare`: reads two results, refuses what cannot be compared, prints what differs; the exit code is the verdict.

import { readResult } from "../run/result-file.ts";
import { UsageError } from "../usage-error.ts";
import { differencesOf } from "./comparable.ts";
import { compareResults } from "./compare.ts";
import { comparisonReport } from "./markdown.ts";
import { readCompareOptions } from "./options.ts";

/** 0 when the second result is as good as the first or better, 1 when it is worse. Throws UsageError. */
export async function compareCommand(args: readonly string[]): Promise<number> {
  const { before, after, thresholds, force } = readCompareOptions(args);
  const sides = [await readResult(before), await readResult(after)] as const;
  const differences = differencesOf(sides);
  if (differences.length > 0 && !force) {
    throw new UsageError(
      `Refused, for these differ:\n- ${differences.join("\n- ")}\nWith --force they are compared all the same.`,
    );
  }
  const comparison = compareResults(sides, thresholds);
  console.log(comparisonReport(sides, comparison, { thresholds, differences }));
  return comparison.verdict === "worse" ? 1 : 0;
}
