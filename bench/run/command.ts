// `run`: loads the corpus, runs the lab over it, saves the result and prints its tables.

import { loadCore, loadFolder } from "../corpus/load.ts";
import { markdownReport } from "../report/markdown.ts";
import { readRunOptions } from "./options.ts";
import { progressTold } from "./progress.ts";
import { saveResult } from "./result-file.ts";
import { runBench } from "./run.ts";

/** Throws UsageError. Exit code 1 when no case ran, for a run over nothing shows nothing. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const options = readRunOptions(args);
  const files =
    options.corpus === null
      ? await loadCore(progressTold("corpus"))
      : await loadFolder(options.corpus);
  const result = await runBench(files, options);
  const path = await saveResult(result, options.out);
  console.log(markdownReport(result));
  console.log(`Result: ${path}`);
  return result.cases.length + result.curves.length > 0 ? 0 : 1;
}
