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
