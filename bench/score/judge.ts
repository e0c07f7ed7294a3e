// Keeps the judging process; a file that cannot be judged gets a reason instead of a score.

import { abilitiesOf } from "../../src/image/engine-report.ts";
import type { EngineReports } from "../../src/image/engine-report.ts";
import { LabProcess, LabProcessError } from "../run/lab-process.ts";
import { wordsOf } from "../run/serve.ts";
import type { Crop } from "./crop.ts";
import type { ScoreResult } from "./score-result.ts";
import type { ToScorer } from "./worker.ts";

const WORKER = new URL("./worker.ts", import.meta.url);
/** 100 megapixels in full take 20 s with decoding, on one core. */
const ANSWER_MS = 120_000;

export class Judge {
  readonly #engines: EngineReports;
  #process: LabProcess | undefined;

  constructor(engines: EngineReports) {
    this.#engines = engines;
  }

  /** The score of a result, on a sample of `maxPixels` or in full. */
  async score(
    original: string,
    result: string,
    maxPixels: number | null,
  ): Promise<ScoreResult> {
    try {
      return await this.#ask<ScoreResult>({
        type: "compare",
        original,
        result,
        maxPixels,
      });
    } catch (error) {
      return { unavailable: wordsOf(error) };
    }
  }

  /** Makes the PNG that contestants are given. Rejects when `path` does not decode. */
  async neutral(path: string, output: string): Promise<void> {
    await this.#ask({ type: "neutral", path, output });
  }

  /** Where a result differs most, in a window of the size given. Rejects when either does not decode. */
  async crop(
    original: string,
    result: string,
    size: { readonly width: number; readonly height: number },
  ): Promise<Crop> {
    return this.#ask<Crop>({ type: "crop", original, result, ...size });
  }

  async close(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    await ended?.end();
  }

  async #ask<Reply>(request: ToScorer): Promise<Reply> {
    this.#process ??= await this.#start();
    try {
      return await this.#process.ask<Reply>(request, ANSWER_MS);
    } catch (error) {
      if (error instanceof LabProcessError) this.#process = undefined;
      throw error;
    }
  }

  async #start(): Promise<LabProcess> {
    const started = new LabProcess(WORKER);
    const request: ToScorer = {
      type: "set-up",
      searchPath: process.env["PATH"] ?? "",
      engines: [...abilitiesOf(this.#engines)],
    };
    await started.ask(request, ANSWER_MS);
    return started;
  }
}
