// Asks a row's strategies for what they are foretold to make, as /estimate asks, and for what they really make.

import type { Codec, CodecBack } from "../../src/codecs/codec.ts";
import { headerForecast } from "../../src/codecs/header-forecast.ts";
import { metadataStrip } from "../../src/codecs/metadata-strip.ts";
import { CODECS } from "../../src/codecs/table.ts";
import type { OptimizeFileJob } from "../../src/pool/protocol.ts";
import { benchOf } from "../../src/verbs/bench.ts";
import { triedBy, workOf } from "../../src/verbs/estimate.ts";
import { DEFAULTS } from "../run/job.ts";
import { costing } from "./costing.ts";
import type { Foretold, Made, Told } from "./messages.ts";

/** What each strategy that /estimate would foretell is told to make. Rejects as the row does. */
export async function foretell(job: OptimizeFileJob): Promise<Foretold> {
  const budgetMs = DEFAULTS.ESTIMATE_BUDGET_MS;
  const { facts } = job.input;
  const codec: Codec = CODECS[facts.format];
  const back: CodecBack = await codec.back();
  const bench = benchOf(job);
  const { tried, costMs } = triedBy(job);
  const known = new Set(job.engines);
  const header = headerForecast(codec, facts, job.intent, known);
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
      const { pixelBytes, besideBytes, features, isWhole } = forecast;
      const bytes = { pixelBytes, besideBytes };
      told.push({ strategy, ...bytes, features, isWhole: isWhole === true });
    }
    return told;
  });
  return { told: value, header, ...cost };
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
