// The parent's side of the process that forecasts and makes; a process that is lost costs the request it was lost over.

import type { OptimizeIntent } from "../../src/image/intent.ts";
import type { EngineReports } from "../../src/image/engine-report.ts";
import { DEFAULTS } from "../run/job.ts";
import { LabProcess, LabProcessError } from "../run/lab-process.ts";
import type {
  Cost,
  Estimated,
  Foretold,
  Made,
  Optimized,
  Ready,
  ToProber,
} from "./messages.ts";

const WORKER = new URL("./worker.ts", import.meta.url);
/** Milliseconds for a process to load its code and probe the engines, on a loaded machine. */
const START_MS = 60_000;
/** As long as the worker's patience, ten times what the service grants: other work runs beside. */
const REQUEST_MS = DEFAULTS.PROCESS_TIMEOUT_SEC * 10_000;

export class Prober {
  #process: LabProcess | undefined;
  #engines: EngineReports | undefined;

  /** What there is to work with. */
  async engines(): Promise<EngineReports> {
    await this.#open();
    return this.#engines!;
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

  async close(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    await ended?.end();
  }

  async #open(): Promise<LabProcess> {
    if (this.#process) return this.#process;
    const started = new LabProcess(WORKER);
    this.#process = started;
    const searchPath = process.env["PATH"] ?? "";
    const { engines } = await started.ask<Ready>(
      { type: "set-up", searchPath },
      START_MS,
    );
    this.#engines = engines;
    return started;
  }

  async #ask<Reply>(request: ToProber): Promise<Reply> {
    const lab = await this.#open();
    try {
      return await lab.ask<Reply>(request, REQUEST_MS);
    } catch (error) {
      if (error instanceof LabProcessError) this.#process = undefined;
      throw error;
    }
  }
}
