// One load on the real server, from its start to its end: which files, which routes, and what was seen meanwhile.

import type { CorpusFile } from "../corpus/load.ts";
import type { Laboratory } from "../run/laboratory.ts";
import { treeCpuMs } from "../run/proc.ts";
import type { RunOptions } from "../run/options.ts";
import { progressBar } from "../run/progress.ts";
import type { LoadResult } from "../run/result.ts";
import { runClients } from "./clients.ts";
import { KINDS } from "./mix.ts";
import type { Kind, Mix } from "./mix.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { askHealth, watchPace, watchService } from "./watch.ts";

/** Looks at the health of the idle service: the first are its slowest. */
const IDLE_LOOKS = 10;

type LoadOptions = Pick<RunOptions, "concurrency" | "seconds" | "mix" | "seed">;

/** The service works in `folder`. Rejects when it does not start, dies, or has no route of the mix. */
export async function runLoad(
  files: readonly CorpusFile[],
  options: LoadOptions,
  { lab, folder }: { readonly lab: Laboratory; readonly folder: string },
): Promise<LoadResult> {
  const server = await startServer(folder);
  try {
    const mix = await servedMix(server.base, options.mix);
    return await loaded(server, files, { ...options, mix }, lab);
  } finally {
    await server.stop();
  }
}

async function loaded(
  { base, pid }: RunningServer,
  files: readonly CorpusFile[],
  options: LoadOptions,
  lab: Laboratory,
): Promise<LoadResult> {
  const { concurrency, seconds, mix } = options;
  const idleMs: number[] = [];
  for (let look = 0; look < IDLE_LOOKS; look++)
    idleMs.push(await askHealth(base));
  const progress = progressBar("load", seconds);
  let left = seconds;
  const clock = setInterval(() => {
    // The last answers may come later.
    if (left-- > 0) progress.step(`${concurrency} clients`);
  }, 1000);
  const cpuBefore = treeCpuMs(pid);
  const start = performance.now();
  const endWatch = watchService(base, pid);
  const endPace = watchPace(lab);
  const requests = await runClients(files, { base, ...options });
  const wallSeconds = (performance.now() - start) / 1000;
  const cpuAfter = treeCpuMs(pid);
  clearInterval(clock);
  progress.end();
  const reference = await endPace();
  const { healthMs, memory } = await endWatch();
  const isKnown = cpuBefore !== null && cpuAfter !== null;
  return {
    concurrency,
    seconds,
    mix,
    wallSeconds,
    requests,
    health: { idleMs, loadedMs: healthMs },
    memory,
    cpuMs: isKnown ? cpuAfter - cpuBefore : null,
    reference,
  };
}

/** The kinds that the service has a route for, as it describes itself. */
async function servedMix(base: string, mix: Mix): Promise<Mix> {
  const response = await fetch(`${base}/openapi.json`);
  const { paths = {} } = (await response.json()) as { paths?: object };
  const served = Object.entries(mix).filter(([kind]) => {
    const [route = ""] = KINDS[kind as Kind].split("?");
    return route in paths;
  });
  if (served.length > 0) return Object.fromEntries(served);
  throw new Error("the service has no route for any kind of the mix");
}
