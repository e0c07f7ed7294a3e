// Ends work on another thread by the CPU time it took, so that a busy machine gets the same result, later; knows nothing of the work.

/** Milliseconds between two looks at the clock: what the limit may be overrun by. */
const LOOK_MS = 100;

/**
 * Runs `work` with a signal that aborts when this process, which has one job at
 * a time, has used `cpuMs` since, or `wallMs` have passed.
 */
export async function withinCpu<Result>(
  cpuMs: number,
  wallMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const [started, before] = [performance.now(), process.cpuUsage()];
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    const isOver =
      user + system > cpuMs * 1000 || performance.now() - started > wallMs;
    if (isOver) limit.abort();
  }, LOOK_MS);
  try {
    return await work(limit.signal);
  } finally {
    clearInterval(timer);
  }
}
