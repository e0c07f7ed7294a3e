// Runs a format's strategies within a time budget and keeps what each made, or why it made nothing.

import type {
  Candidate,
  CodecBack,
  OptimizeJob,
  Strategy,
  WorkBench,
} from "../codecs/codec.ts";
import { ServiceError } from "../errors.ts";

export interface Declined {
  readonly strategy: string;
  /** A short token: why it did not run, failed, or lost. */
  readonly reason: string;
}

export interface Runner {
  readonly strategy: Strategy;
  readonly candidate: Candidate;
}

export interface RaceResult {
  /** In the order of the strategies. */
  readonly made: readonly Runner[];
  readonly declined: readonly Declined[];
  /** What strategies threw, in their order. */
  readonly failures: readonly unknown[];
}

/**
 * Tries every strategy that applies, has its engine, and is expected to end
 * within `budgetMs` of the start: one after the other, since a child has one
 * core. A native call cannot be interrupted, so none is begun that does not fit.
 * Throws `tool_timeout` when a tool overstays: the time is then gone.
 */
export async function race(
  strategies: readonly Strategy[],
  back: CodecBack,
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
  now: () => number = () => performance.now(),
): Promise<RaceResult> {
  const made: Runner[] = [];
  const declined: Declined[] = [];
  const failures: unknown[] = [];
  const start = now();
  for (const strategy of strategies) {
    const { name } = strategy;
    const left = budgetMs - (now() - start);
    const reason = whyNot(strategy, job, bench, left);
    const run = back.run[name];
    if (reason !== undefined || run === undefined) {
      declined.push({ strategy: name, reason: reason ?? "not-implemented" });
      continue;
    }
    try {
      const result = await run(job, bench);
      if (typeof result === "string") {
        declined.push({ strategy: name, reason: result });
      } else made.push({ strategy, candidate: result });
    } catch (error) {
      if (isTimeout(error)) throw error;
      failures.push(error);
      declined.push({ strategy: name, reason: "failed" });
    }
  }
  return { made, declined, failures };
}

/** Why a strategy is not tried on a file, or undefined when it is. */
export function whyNot(
  strategy: Strategy,
  { facts, intent }: Pick<OptimizeJob, "facts" | "intent">,
  bench: Pick<WorkBench, "engines">,
  leftMs: number,
): string | undefined {
  const { needs } = strategy;
  if (needs && !needs.anyOf.some((need) => bench.engines.has(need))) {
    return "engine-missing";
  }
  const applies = strategy.applies(facts, intent);
  if (applies !== true) return applies;
  return strategy.cost(facts) * 1000 > leftMs ? "no-time" : undefined;
}

/** Whether a tool was stopped: the time is then gone for all that comes after. */
export function isTimeout(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "tool_timeout";
}
