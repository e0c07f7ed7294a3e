// Keeps the measured process: replaces it when it dies or when a case wants a fresh one.

import type { EngineReports } from "../../src/image/engine-report.ts";
import { DEFAULTS } from "./job.ts";
import { KeptProcess, LabProcessError } from "./lab-process.ts";
import type { LabProcess } from "./lab-process.ts";
import type { Encode, EncodeReport, JobReport, RunJob } from "./messages.ts";
import type { ReferenceRun } from "./result.ts";
import { wordsOf } from "./serve.ts";
import { watchTools } from "./tool-memory.ts";

const WORKER = new URL("./worker.ts", import.meta.url);
/** Milliseconds for a process to load its code and probe the engines, on a loaded machine. */
const START_MS = 30_000;
/** The service would have killed the job by then; the rest is for what is measured around it. */
const JOB_MS = DEFAULTS.PROCESS_TIMEOUT_SEC * 1000 + 5000;

export type JobRequest = Omit<RunJob, "type">;

export class Laboratory {
  readonly #process = new KeptProcess(WORKER, START_MS);

  get engines(): EngineReports {
    return this.#process.engines;
  }

  /** Starts the process and learns what engines there are. */
  open(): Promise<LabProcess> {
    return this.#process.open();
  }

  /** Encodes by settings that no plan has (yet). Rejects when the encoder refuses them. */
  encode(request: Omit<Encode, "type">): Promise<EncodeReport> {
    return this.#process.ask({ type: "encode", ...request }, JOB_MS);
  }

  /** Measures the machine's pace; nothing when the process is lost over it. */
  async reference(): Promise<ReferenceRun[]> {
    try {
      return [await this.#process.ask({ type: "reference" }, JOB_MS)];
    } catch (error) {
      if (error instanceof LabProcessError) return [];
      throw error;
    }
  }

  /** Runs one job; a crash or an overstay is a failure of the case, never of the run. */
  async run(request: JobRequest): Promise<JobReport> {
    try {
      const lab = await this.#process.open();
      const endWatch = watchTools(lab.pid);
      const report = await lab
        .ask<JobReport>({ type: "run", ...request }, JOB_MS)
        .finally(endWatch);
      return withToolPeak(report, endWatch());
    } catch (error) {
      this.#process.stop();
      return { failure: { code: "process_lost", message: wordsOf(error) } };
    }
  }

  /** Ends the process; the next job gets a new one. */
  close(): Promise<void> {
    return this.#process.close();
  }
}

function withToolPeak(report: JobReport, toolPeakBytes: number | null) {
  if ("failure" in report) return report;
  const { run, outcome } = report;
  return { run: { ...run, memory: { ...run.memory, toolPeakBytes } }, outcome };
}
