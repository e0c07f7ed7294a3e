// Runs one strategy of a row for its tests, on a work bench in a folder of theirs.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Facts } from "../image/facts.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import type {
  Candidate,
  CodecBack,
  Forecast,
  OptimizeJob,
  WorkBench,
} from "./codec.ts";
import type { ByteReader } from "./containers/reader.ts";
import { readerOfBytes } from "./containers/reader.ts";

/** A request to /optimize at a look, all else by default. */
export function optimizing(
  value: number,
  more: Partial<OptimizeIntent> = {},
): OptimizeIntent {
  return {
    verb: "optimize",
    quality: { scale: "look", value },
    stripMetadata: true,
    progressive: false,
    paletteLoss: "allowed",
    maxReductionPercent: null,
    ...more,
  };
}

let made = 0;

/** No two scratch files of one process have one path: libraries remember files by it. */
export function benchIn(
  folder: string,
  engines: ReadonlySet<string>,
): WorkBench {
  return {
    scratch: (name) => join(folder, `${made++}-${name}`),
    engines,
    encoders: {},
    toolTimeoutMs: 20_000,
    warn: () => undefined,
  };
}

/** The halves of a row that a strategy needs. */
export interface Row {
  readonly back: CodecBack;
  readonly header: (reader: ByteReader) => Promise<Facts>;
}

/** What the strategy called `name` makes of a file. */
export async function runStrategy(
  row: Row,
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
  bench: WorkBench,
): Promise<Candidate | string> {
  const job = await jobOf(row, input, intent, bench);
  return (await row.back.run[name]?.(job, bench)) ?? "no such strategy";
}

/** What is foretold of the strategy called `name` on a file. */
export async function foretellStrategy(
  row: Row,
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
  bench: WorkBench,
  budgetMs = 150,
): Promise<Forecast | string> {
  const job = await jobOf(row, input, intent, bench);
  return row.back.forecast!.open(job, bench, budgetMs)(name);
}

async function jobOf(
  { header }: Row,
  input: Uint8Array,
  intent: OptimizeIntent,
  bench: WorkBench,
): Promise<OptimizeJob> {
  const inputPath = bench.scratch("input");
  await writeFile(inputPath, input);
  const facts = await header(readerOfBytes(input));
  return { input, inputPath, facts, intent, tolerance: "warning" };
}
