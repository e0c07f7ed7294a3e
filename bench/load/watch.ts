// Looks at the service while it is under load: whether its health still answers, and how much its processes hold.

import type { Laboratory } from "../run/laboratory.ts";
import { descendantsOf, residentBytes } from "../run/proc.ts";
import type { LoadMemory, ReferenceRun } from "../run/result.ts";

/** Four looks a second: /health takes 2 ms of an idle service. */
const INTERVAL_MS = 250;

/** Fixed work takes 15 ms of CPU: 3 % of one core. */
const PACE_INTERVAL_MS = 500;

export interface Watched {
  readonly healthMs: readonly number[];
  readonly memory: readonly LoadMemory[];
}

/** Looks until it is told to end, which the function returned does. Rejects there when health stops answering. */
export function watchService(
  base: string,
  pid: number,
): () => Promise<Watched> {
  const healthMs: number[] = [];
  const memory: LoadMemory[] = [];
  const start = performance.now();
  const end = repeatedly(INTERVAL_MS, async () => {
    healthMs.push(await askHealth(base));
    memory.push(...memoryOf(pid, performance.now() - start));
  });
  return async () => {
    await end();
    return { healthMs, memory };
  };
}

/** Measures how fast the machine is, in the lab's process, until the function returned is called. */
export function watchPace(lab: Laboratory): () => Promise<ReferenceRun[]> {
  const runs: ReferenceRun[] = [];
  const end = repeatedly(PACE_INTERVAL_MS, async () => {
    runs.push(...(await lab.reference()));
  });
  return async () => {
    await end();
    return runs;
  };
}

/** Does it, rests, and does it again, until the function returned is called, which rejects as `look` did. */
function repeatedly(
  restMs: number,
  look: () => Promise<void>,
): () => Promise<void> {
  const ending = new AbortController();
  const looking = (async () => {
    while (!ending.signal.aborted) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  })();
  // Whoever ends it hears of it; until then it is not unhandled.
  looking.catch(() => undefined);
  return async () => {
    ending.abort();
    await looking;
  };
}

/** Milliseconds of `GET /health`. */
export async function askHealth(base: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${base}/health`);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`/health answers ${response.status}`);
  return performance.now() - began;
}

function memoryOf(pid: number, atMs: number): LoadMemory[] {
  const frontBytes = residentBytes(pid);
  if (frontBytes === null) return [];
  const below = descendantsOf(pid).map((child) => residentBytes(child) ?? 0);
  const treeBytes = below.reduce((total, bytes) => total + bytes, frontBytes);
  return [{ atMs, frontBytes, treeBytes }];
}
