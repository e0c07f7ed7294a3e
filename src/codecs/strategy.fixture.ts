// Runs one strategy of a row for its tests, on a work bench in a folder of theirs.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Facts } from "../image/facts.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import type { Candidate, CodecBack, Forecast, WorkBench } from "./codec.ts";
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

/** What the strategy called `name` makes of a file. */
export async function runStrategy(
  {
    back,
    header,
  }: {
    readonly back: CodecBack;
    readonly header: (reader: ByteReader) => Promise<Facts>;
  },
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
  bench: WorkBench,
): Promise<Candidate | string> {
  const inputPath = bench.scratch("input");
  await writeFile(inputPath, input);
  const facts = await header(readerOfBytes(input));
  const job = {
    input,
    inputPath,
    facts,
    intent,
    tolerance: "warning",
  } as const;
  return (await back.run[name]?.(job, bench)) ?? "no such strategy";
}

/** What is foretold of the strategy called `name` on a file. */
export async function foretellStrategy(
  { back, header }: Parameters<typeof runStrategy>[0],
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
  bench: WorkBench,
  budgetMs = 150,
): Promise<Forecast | string> {
  const inputPath = bench.scratch("input");
  await writeFile(inputPath, input);
  const facts = await header(readerOfBytes(input));
  const job = {
    input,
    inputPath,
    facts,
    intent,
    tolerance: "warning",
  } as const;
  return back.forecast!.open(job, bench, budgetMs)(name);
}
