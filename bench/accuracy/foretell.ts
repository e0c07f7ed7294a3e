// Asks a row's strategies for what they are foretold to make, as /estimate asks, and for what they really make.

import { readFile } from "node:fs/promises";

import type {
  Codec,
  CodecBack,
  OptimizeJob,
  Strategy,
} from "../../src/codecs/codec.ts";
import { headerForecast } from "../../src/codecs/header-forecast.ts";
import { metadataStrip } from "../../src/codecs/metadata-strip.ts";
import { CODECS } from "../../src/codecs/table.ts";
import type { OptimizeFileJob } from "../../src/pool/protocol.ts";
import { benchOf } from "../../src/verbs/bench.ts";
import { OPTIMIZE_BUDGET_SHARE } from "../../src/verbs/optimize.ts";
import { whyNot } from "../../src/verbs/race.ts";
import { DEFAULTS } from "../run/job.ts";
import { costing } from "./costing.ts";
import type { Foretold, Made, Told } from "./messages.ts";

/** What each strategy that /estimate would foretell is told to make. Rejects as the row does. */
export async function foretell(job: OptimizeFileJob): Promise<Foretold> {
  const budgetMs = DEFAULTS.ESTIMATE_BUDGET_MS;
  const { facts } = job.input;
  const { strategies }: Codec = CODECS[facts.format];
  const back: CodecBack = await CODECS[facts.format].back();
  const bench = benchOf(job);
  const tried = strategies.filter((strategy) => isTried(strategy, job));
  const costMs = tried.reduce((sum, { cost }) => sum + cost(facts) * 1000, 0);
  const known = new Set(job.engines);
  const header = headerForecast(CODECS[facts.format], facts, job.intent, known);
  if (costMs <= budgetMs || !back.forecast) {
    return { told: [], header, wallMs: 0, cpuMs: 0 };
  }
  const { open } = back.forecast;
  const work = await workOf(job);
  const { value, cost } = await costing(async () => {
    const tell = open(work, bench, budgetMs);
    const told: Told[] = [];
    for (const { name: strategy } of tried) {
      if (strategy === metadataStrip.name) continue;
      const forecast = await tell(strategy);
      if (typeof forecast === "string") {
        told.push({ strategy, reason: forecast });
        continue;
      }
      const { pixelBytes, besideBytes, features } = forecast;
      told.push({ strategy, pixelBytes, besideBytes, features });
    }
    return told;
  });
  return { told: value, header, ...cost };
}

function isTried(
  strategy: Strategy,
  { input, intent, engines, deadlineMs }: OptimizeFileJob,
): boolean {
  const left = deadlineMs * OPTIMIZE_BUDGET_SHARE;
  const given = { facts: input.facts, intent };
  const has = { engines: new Set(engines) };
  return whyNot(strategy, given, has, left) === undefined;
}

async function workOf({
  input,
  intent,
}: OptimizeFileJob): Promise<OptimizeJob> {
  return {
    input: new Uint8Array(await readFile(input.path)),
    inputPath: input.path,
    facts: input.facts,
    intent,
    tolerance: "warning",
  };
}

/** What the strategy really makes. Rejects as it does. */
export async function make(
  job: OptimizeFileJob,
  strategy: string,
): Promise<Made> {
  const back: CodecBack = await CODECS[job.input.facts.format].back();
  const made = await back.run[strategy]!(await workOf(job), benchOf(job));
  return typeof made === "string"
    ? { reason: made }
    : { bytes: made.bytes.length };
}
