// Counts requests in this process's memory, for a service that runs alone: exact while it has room for the callers, forgotten at a restart.

import { longestSeconds } from "./rate.ts";
import type {
  RateStore,
  RateVerdict,
  RateWindow,
  WindowState,
} from "./rate.ts";

/**
 * Callers remembered at once; the one not seen for longest is forgotten
 * first. Bounds what an attacker with many addresses can make the process
 * hold: with 60 times each 8 MB, and such an attacker has no limit to lose.
 */
const MAX_CALLERS = 10_000;

export interface MemoryRateStore extends RateStore {
  /** Callers remembered now. */
  readonly size: () => number;
}

/** `now` in milliseconds, of a clock that never goes back. */
export function memoryRateStore(
  now: () => number = () => performance.now(),
  maxCallers: number = MAX_CALLERS,
): MemoryRateStore {
  /** When each caller's requests came, oldest first; callers in the order in which they were last seen. */
  const callers = new Map<string, number[]>();

  const forget = (time: number, keptMs: number): void => {
    for (const [key, times] of callers) {
      const isStale = (times.at(-1) ?? -Infinity) <= time - keptMs;
      if (!isStale && callers.size <= maxCallers) return;
      callers.delete(key);
    }
  };

  const take = (key: string, windows: readonly RateWindow[]): RateVerdict => {
    const time = now();
    const keptMs = longestSeconds(windows) * 1000;
    const times = callers.get(key) ?? [];
    times.splice(0, firstAfter(times, time - keptMs));
    const passed = windows.every(
      (window) => countIn(times, window, time) < window.limit,
    );
    if (passed) times.push(time);
    callers.delete(key);
    callers.set(key, times);
    forget(time, keptMs);
    return {
      passed,
      states: windows.map((window) => stateOf(times, window, time)),
    };
  };

  return {
    name: "memory",
    isWorking: true,
    take: (key, windows) => Promise.resolve(take(key, windows)),
    size: () => callers.size,
    close: () => callers.clear(),
  };
}

function stateOf(
  times: readonly number[],
  window: RateWindow,
  time: number,
): WindowState {
  const count = countIn(times, window, time);
  const lengthMs = window.seconds * 1000;
  // Behind it stand as many as may: when it leaves, there is room for one.
  const deciding = times[times.length - Math.min(count, window.limit)];
  return {
    remaining: Math.max(0, window.limit - count),
    freesInMs: deciding === undefined ? lengthMs : deciding + lengthMs - time,
  };
}

function countIn(
  times: readonly number[],
  { seconds }: RateWindow,
  time: number,
): number {
  return times.length - firstAfter(times, time - seconds * 1000);
}

/** Index of the first of ascending `times` that lies after `time`; their number when none does. */
function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
