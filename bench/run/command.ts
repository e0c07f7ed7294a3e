// `run`: loads the corpus, runs the lab over it, saves the result and prints its tables.

import { loadCore, loadFolder } from "../corpus/load.ts";
import type { CorpusFile } from "../corpus/load.ts";
import { markdownReport } from "../report/markdown.ts";
import { readRunOptions } from "./options.ts";
import type { RunOptions } from "./options.ts";
import { progressTold } from "./progress.ts";
import { saveResult } from "./result-file.ts";
import { runBench } from "./run.ts";

/** Throws UsageError. Exit code 1 when nothing ran, for a run over nothing shows nothing. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const options = readRunOptions(args);
  const files = await filesFor(options);
  const result = await runBench(files, options);
  const path = await saveResult(result, options.out);
  console.log(markdownReport(result));
  console.log(`Result: ${path}`);
  const { cases, curves, load, accuracy = [] } = result;
  const requests = load?.requests.length ?? 0;
  const made = cases.length + curves.length + requests + accuracy.length;
  return made > 0 ? 0 : 1;
}

/** The lab's own pictures or those of the folder asked for; accuracy mode wants both. */
async function filesFor({ corpus, mode }: RunOptions): Promise<CorpusFile[]> {
  const folder = corpus === null ? [] : await loadFolder(corpus);
  if (corpus !== null && mode !== "accuracy") return folder;
  return [...folder, ...(await loadCore(progressTold("corpus")))];
}
