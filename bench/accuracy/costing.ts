// Says what a piece of work cost, its tools' CPU with its own.

import { measure } from "../run/measure.ts";
import type { Cost } from "./messages.ts";

export async function costing<T>(
  work: () => Promise<T>,
): Promise<{ value: T; cost: Cost }> {
  const { value, cost } = await measure(work, { watchHeap: false });
  const { wallMs, cpuMs } = cost;
  return { value, cost: { wallMs, cpuMs: cpuMs.own + (cpuMs.tools ?? 0) } };
}

/** Runs of which the quickest counts: one alone is up to 1.4 times as long on a busy machine, and the first compiles what it runs. */
const RUNS = 2;

/** What the last run gave, and what the quickest cost. */
export async function leastOf<T>(
  work: () => Promise<T>,
): Promise<{ value: T; cost: Cost }> {
  let { value, cost } = await costing(work);
  for (let run = 1; run < RUNS; run++) {
    const next = await costing(work);
    value = next.value;
    if (next.cost.cpuMs < cost.cpuMs) ({ cost } = next);
  }
  return { value, cost };
}
