// Watches how late the front's event loop runs: while it is late, nobody is answered. Says so; cures nothing.

import { monitorEventLoopDelay } from "node:perf_hooks";

/** How often the delay is sampled; the histogram counts the interval itself too. */
const SAMPLE_MS = 20;
/** What is told is of the last window. */
const WINDOW_MS = 10_000;
/** The front does nothing that should take longer than a few ms; half a second late, health checks begin to fail. */
const WARN_MS = 500;

/** Milliseconds that timers ran late in the last ten seconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoopWatch {
  readonly delay: () => LoopDelay;
  readonly stop: () => void;
}

/** Calls `warn` when timers ran more than half a second late. */
export function watchEventLoop(warn: (delay: LoopDelay) => void): LoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  const lateness = (nanoseconds: number): number =>
    Math.max(0, Math.round(nanoseconds / 1e6 - SAMPLE_MS));
  const read = (): LoopDelay => ({
    p50: lateness(histogram.percentile(50)),
    p99: lateness(histogram.percentile(99)),
    max: lateness(histogram.max),
  });
  let last: LoopDelay | undefined;
  histogram.enable();
  const timer = setInterval(() => {
    last = read();
    histogram.reset();
    if (last.max > WARN_MS) warn(last);
  }, WINDOW_MS).unref();
  return {
    delay: () => last ?? read(),
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
