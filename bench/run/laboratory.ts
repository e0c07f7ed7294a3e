// Keeps the measured process: replaces it when it dies or when a case wants a fresh one.

import type { EngineReports } from "../../src/image/engine-report.ts";
import { DEFAULTS } from "./job.ts";
import { LabProcess, LabProcessError } from "./lab-process.ts";
import type {
  Encode,
  EncodeReport,
  JobReport,
  Ready,
  RunJob,
} from "./messages.ts";
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
  #process: LabProcess | undefined;
  engines: EngineReports = {};

  /** Starts the process and learns what engines there are. */
  async open(): Promise<LabProcess> {
    if (this.#process) return this.#process;
    const started = new LabProcess(WORKER);
    this.#process = started;
    const searchPath = process.env["PATH"] ?? "";
    const { engines } = await started.ask<Ready>(
      { type: "set-up", searchPath },
      START_MS,
    );
    this.engines = engines;
    return started;
  }

  /** Encodes by settings that no plan has (yet). Rejects when the encoder refuses them. */
  async encode(request: Omit<Encode, "type">): Promise<EncodeReport> {
    const lab = await this.open();
    try {
      return await lab.ask<EncodeReport>(
        { type: "encode", ...request },
        JOB_MS,
      );
    } catch (error) {
      if (error instanceof LabProcessError) this.#process = undefined;
      throw error;
    }
  }

  /** Measures the machine's pace; nothing when the process is lost over it. */
  async reference(): Promise<ReferenceRun[]> {
    try {
      const lab = await this.open();
      return [await lab.ask<ReferenceRun>({ type: "reference" }, JOB_MS)];
    } catch (error) {
      if (!(error instanceof LabProcessError)) throw error;
      this.#process = undefined;
      return [];
    }
  }

  /** Runs one job; a crash or an overstay is a failure of the case, never of the run. */
  async run(request: JobRequest): Promise<JobReport> {
    try {
      const lab = await this.open();
      const endWatch = watchTools(lab.pid);
      const report = await lab
        .ask<JobReport>({ type: "run", ...request }, JOB_MS)
        .finally(endWatch);
      return withToolPeak(report, endWatch());
    } catch (error) {
      this.#process?.stop();
      this.#process = undefined;
      return { failure: { code: "process_lost", message: wordsOf(error) } };
    }
  }

  /** Ends the process; the next job gets a new one. */
  async close(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    await ended?.end();
  }
}

function withToolPeak(report: JobReport, toolPeakBytes: number | null) {
  if ("failure" in report) return report;
  const { run, outcome } = report;
  return { run: { ...run, memory: { ...run.memory, toolPeakBytes } }, outcome };
}
