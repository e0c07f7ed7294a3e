// Where results lie and how they are read back; refuses files that are none.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { UsageError } from "../usage-error.ts";
import { SCHEMA_VERSION } from "./result.ts";
import type { BenchResult } from "./result.ts";

/** Not in git: figures of one machine. */
const LOCAL = fileURLToPath(new URL("../results/local", import.meta.url));

/** Writes the result to `out`, or to a name of its own, and returns the path. */
export async function saveResult(
  result: BenchResult,
  out: string | null,
): Promise<string> {
  const stamp = result.date.slice(0, 19).replaceAll(":", "-");
  const path = out ?? join(LOCAL, `${stamp}-${result.mode}.json`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, resultText(result));
  return path;
}

/** A line for every field, and in lists one for every element: short, and its differences can be read. */
function resultText(result: BenchResult): string {
  const fields = Object.entries(result).map(([name, value]) => {
    return `${JSON.stringify(name)}: ${fieldText(value)}`;
  });
  return `{\n${fields.join(",\n")}\n}\n`;
}

function fieldText(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  const elements = value.map((element) => `  ${JSON.stringify(element)}`);
  return `[\n${elements.join(",\n")}\n]`;
}

/** Throws UsageError when there is no such file, or it is no result of this schema. */
export async function readResult(path: string): Promise<BenchResult> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new UsageError(error.message);
  });
  const found = parse(text) as Partial<BenchResult> | null;
  if (found?.schema !== SCHEMA_VERSION) {
    throw new UsageError(
      `${path} is no result of schema ${SCHEMA_VERSION} of this lab.`,
    );
  }
  return found as BenchResult;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
