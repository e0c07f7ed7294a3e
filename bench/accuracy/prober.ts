// The parent's side of the process that forecasts and makes; a process that is lost costs the request it was lost over.

import type { OptimizeIntent } from "../../src/image/intent.ts";
import type { EngineReports } from "../../src/image/engine-report.ts";
import { DEFAULTS } from "../run/job.ts";
import { KeptProcess } from "../run/lab-process.ts";
import type {
  Cost,
  Estimated,
  Foretold,
  Made,
  Optimized,
  ToProber,
} from "./messages.ts";

const WORKER = new URL("./worker.ts", import.meta.url);
/** Milliseconds for a process to load its code and probe the engines, on a loaded machine. */
const START_MS = 60_000;
/** As long as the worker's patience, ten times what the service grants: other work runs beside. */
const REQUEST_MS = DEFAULTS.PROCESS_TIMEOUT_SEC * 10_000;

export class Prober {
  readonly #process = new KeptProcess(WORKER, START_MS);

  /** What there is to work with. */
  async engines(): Promise<EngineReports> {
    await this.#process.open();
    return this.#process.engines;
  }

  foretell(path: string, intent: OptimizeIntent): Promise<Foretold> {
    return this.#ask({ type: "foretell", path, intent });
  }

  make(path: string, intent: OptimizeIntent, strategy: string): Promise<Made> {
    return this.#ask({ type: "make", path, intent, strategy });
  }

  estimate(path: string, intent: OptimizeIntent): Promise<Estimated> {
    return this.#ask({ type: "estimate", path, intent });
  }

  optimize(path: string, intent: OptimizeIntent): Promise<Optimized> {
    return this.#ask({ type: "optimize", path, intent });
  }

  decode(path: string): Promise<Cost> {
    return this.#ask({ type: "decode", path });
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #ask<Reply>(request: ToProber): Promise<Reply> {
    return this.#process.ask<Reply>(request, REQUEST_MS);
  }
}
