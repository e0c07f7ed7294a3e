// The process that forecasts and makes: asks rows for both as the verbs do, one request after the other, and says what each cost.

import { copyFile, stat } from "node:fs/promises";
import { basename } from "node:path";

import { CODECS } from "../../src/codecs/table.ts";
import { setSearchPath } from "../../src/engines/command.ts";
import { probeEngines } from "../../src/engines/probe.ts";
import { setUpSharp } from "../../src/engines/sharp.ts";
import { abilitiesOf } from "../../src/image/engine-report.ts";
import type {
  EngineAbility,
  EngineReports,
} from "../../src/image/engine-report.ts";
import type { EstimateJob, OptimizeFileJob } from "../../src/pool/protocol.ts";
import { Workspaces } from "../../src/sources/workspace.ts";
import { benchOf } from "../../src/verbs/bench.ts";
import { pixelsOf } from "../../src/verbs/compare.ts";
import { estimate } from "../../src/verbs/estimate.ts";
import { OPTIMIZE_BUDGET_SHARE } from "../../src/verbs/contest.ts";
import { optimize } from "../../src/verbs/optimize.ts";
import { DEFAULTS, jobOf } from "../run/job.ts";
import { serve } from "../run/serve.ts";
import { leastOf } from "./costing.ts";
import { foretell, make } from "./foretell.ts";
import type {
  Cost,
  Estimated,
  Optimized,
  Ready,
  ToProber,
} from "./messages.ts";
import { intentOf } from "./settings.ts";

let engines: readonly EngineAbility[] = [];
const workspaces = await Workspaces.open(undefined);
/** Formats whose code has been loaded, and run. */
const warm = new Set<string>();

serve(answer, () => workspaces.close());

function answer(request: ToProber): Promise<unknown> {
  if (request.type === "set-up") return setUp(request.searchPath);
  const { type, path: file } = request;
  const intent = "intent" in request ? request.intent : ANY;
  return workspaces.within(async ({ folder, path }) => {
    const input = path(`in-${basename(file)}`);
    await copyFile(file, input);
    const place = { workspace: folder, engines, encoders: {} };
    const job = (await jobOf(input, intent, place)) as OptimizeFileJob;
    return type === "make" ? make(job, request.strategy) : WORK[type](job);
  });
}

/** Where only pixels are wanted. */
const ANY = intentOf("default");

const WORK = { foretell, estimate: estimated, optimize: optimized, decode };

async function setUp(searchPath: string): Promise<Ready> {
  setSearchPath(searchPath);
  setUpSharp(DEFAULTS.MAGICK_THREAD_LIMIT);
  const reports = await probed();
  engines = [...abilitiesOf(reports)];
  return { engines: reports };
}

/** Engines are asked again before one counts as absent: with a load of 14 on two cores, jpegtran once did not answer within its 5 s. */
async function probed(): Promise<EngineReports> {
  let reports: EngineReports = {};
  for (let attempt = 0; attempt < 3; attempt++) {
    const found = await probeEngines();
    reports = Object.fromEntries(
      Object.entries(found).map(([name, report]) => {
        return [name, report ?? reports[name] ?? null];
      }),
    );
    if (Object.values(reports).every((report) => report !== null)) break;
  }
  return reports;
}

const PATIENCE = 10;

async function estimated(asked: OptimizeFileJob): Promise<Estimated> {
  const budgetMs = DEFAULTS.ESTIMATE_BUDGET_MS;
  const job: EstimateJob = {
    ...asked,
    intent: { verb: "estimate", asked: asked.intent, budgetMs },
  };
  const { format } = job.input.facts;
  if (!warm.has(format)) {
    await estimate(job);
    warm.add(format);
  }
  const { value, cost } = await leastOf(() => estimate(job));
  const { bytes: inputBytes } = job.input.facts;
  return { estimate: value, inputBytes, ...cost };
}

/**
 * A machine under load declines strategies for want of time that an idle one
 * tries: where all are expected to fit, they get ten times as long.
 */
function unhurried(job: OptimizeFileJob): OptimizeFileJob {
  const { facts } = job.input;
  const budgetSeconds = (job.deadlineMs / 1000) * OPTIMIZE_BUDGET_SHARE;
  const fits = CODECS[facts.format].strategies.every(
    ({ cost }) => cost(facts) <= budgetSeconds,
  );
  if (!fits) return job;
  const { deadlineMs, toolTimeoutMs } = job;
  return {
    ...job,
    deadlineMs: deadlineMs * PATIENCE,
    toolTimeoutMs: toolTimeoutMs * PATIENCE,
  };
}

async function optimized(job: OptimizeFileJob): Promise<Optimized> {
  const patient = unhurried(job);
  const { value, cost } = await leastOf(() => optimize(patient));
  const { size: bytes } = await stat(value.path);
  return { method: value.method, bytes, ...cost };
}

async function decode(job: OptimizeFileJob): Promise<Cost> {
  const { path, facts } = job.input;
  const back = await CODECS[facts.format].back();
  const { maxPixels } = job;
  // Rows remember at a bench what they decoded.
  const context = () => ({ back, bench: benchOf(job), maxPixels });
  const { cost } = await leastOf(() => pixelsOf(path, facts, context()));
  return cost;
}
