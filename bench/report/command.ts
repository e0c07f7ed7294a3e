// `report`: reads a result and prints it in the format asked for.

import { parseArgs } from "node:util";

import { readResult } from "../run/result-file.ts";
import { UsageError } from "../usage-error.ts";
import { markdownReport } from "./markdown.ts";

/** Throws UsageError. */
export async function reportCommand(args: readonly string[]): Promise<number> {
  const { file, format } = read(args);
  if (format !== "markdown") {
    throw new UsageError(`--format must be markdown, not "${format}".`);
  }
  console.log(markdownReport(await readResult(file)));
  return 0;
}

function read(args: readonly string[]): { file: string; format: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { format: { type: "string", default: "markdown" } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file !== undefined && more.length === 0) {
      return { file, format: values.format };
    }
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  throw new UsageError("report takes the file of one result.");
}
