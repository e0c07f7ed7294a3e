// Has jobs done: weighs them, waits for their lane, lends them to the pool, and says what came of them.

import { stat } from "node:fs/promises";

import { CODECS } from "../codecs/table.ts";
import type { EngineAbility } from "../image/engine-report.ts";
import type { FormatId } from "../image/format.ts";
import type {
  ConvertIntent,
  EstimateIntent,
  Intent,
  OptimizeIntent,
} from "../image/intent.ts";
import type { Pool } from "../pool/pool.ts";
import type {
  Estimate,
  EstimateJob,
  FileJob,
  InputFile,
  Job,
  Outcome,
} from "../pool/protocol.ts";
import { responseBody } from "../sinks/response.ts";
import type { Workspaces } from "../sources/workspace.ts";
import { weigh } from "./inspection.ts";
import type { Delivery, Session } from "./session.ts";

export interface JobSettings {
  readonly maxPixels: number;
  readonly toolTimeoutMs: number;
  readonly jobTimeoutMs: number;
  readonly encoders: Readonly<Partial<Record<FormatId, string>>>;
}

export interface JobRooms {
  readonly pool: Pool;
  readonly workspaces: Workspaces;
  /** Abilities found at boot; resolves once the probe has ended. */
  readonly engines: () => Promise<ReadonlySet<EngineAbility>>;
}

/** What is worked on. */
interface Inputs {
  readonly input: InputFile;
  readonly overlay?: InputFile | undefined;
}

export class Jobs {
  readonly #settings: JobSettings;
  readonly #rooms: JobRooms;

  constructor(settings: JobSettings, rooms: JobRooms) {
    this.#settings = settings;
    this.#rooms = rooms;
  }

  /** Throws `service_overloaded`, `client_closed`, and what the verb throws. */
  async run(
    session: Session,
    inputs: Inputs,
    intent: ConvertIntent | OptimizeIntent,
  ): Promise<Delivery> {
    const { workspace, signal } = session;
    const { path: inputPath, facts: source } = inputs.input;
    const job = (await this.#jobOf(session, inputs, intent)) as FileJob;
    const outcome = await this.#admitted(session, inputs, intent, () =>
      this.#rooms.pool.run(job, signal),
    );
    const { mediaType, extension } = CODECS[outcome.format];
    const { size: bytes } = await stat(outcome.path);
    return {
      ...{ source, outcome, bytes, mediaType, extension, inputPath },
      open: async () => {
        const body = await responseBody(outcome.path);
        body.stream.once("close", workspace.account.keep(body.bytes));
        return body;
      },
    };
  }

  /** Throws as `run` does. */
  async estimate(
    session: Session,
    input: InputFile,
    intent: EstimateIntent,
  ): Promise<Estimate> {
    const job = (await this.#jobOf(session, { input }, intent)) as EstimateJob;
    return this.#admitted(session, { input }, intent, () =>
      this.#rooms.pool.estimate(job, session.signal),
    );
  }

  /** Has `work` done once its lane admits it, and keeps how long its parts took. */
  async #admitted<T extends Outcome | Estimate>(
    { spans, enter }: Session,
    { input, overlay }: Inputs,
    intent: Intent,
    work: () => Promise<T>,
  ): Promise<T> {
    const pixels = weigh(intent, input, overlay);
    const files = this.#bytesInMemory({ input, overlay });
    const lease = await enter(pixels + files);
    spans.set("queue", lease.waitedMs);
    try {
      const result = await work();
      for (const [span, ms] of Object.entries(result.spans)) {
        spans.set(span, ms);
      }
      return result;
    } finally {
      lease.release();
    }
  }

  /** Of the job's files, what is read and what is written. */
  #bytesInMemory({ input, overlay }: Inputs): number {
    if (!this.#rooms.workspaces.inMemory) return 0;
    return 2 * (input.facts.bytes + (overlay?.facts.bytes ?? 0));
  }

  async #jobOf(
    { workspace }: Session,
    { input, overlay }: Inputs,
    intent: Intent,
  ): Promise<Job> {
    const { jobTimeoutMs, toolTimeoutMs, maxPixels, encoders } = this.#settings;
    return {
      intent,
      input,
      ...(overlay && { overlay }),
      workspace: workspace.folder,
      engines: [...(await this.#rooms.engines())],
      ...{ encoders, maxPixels, toolTimeoutMs, deadlineMs: jobTimeoutMs },
    } as Job;
  }
}
