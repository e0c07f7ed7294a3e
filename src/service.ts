// The use case at the front: takes files that have arrived, admits the job, has it run, and hands out the result.

import type { Codec } from "./codecs/codec.ts";
import { withFileReader } from "./codecs/containers/reader.ts";
import { sniff } from "./codecs/sniff.ts";
import { CODECS } from "./codecs/table.ts";
import { ServiceError } from "./errors.ts";
import type { Gate } from "./guards/gate.ts";
import { judge } from "./image/budget.ts";
import type { ImageLimits } from "./image/budget.ts";
import type { EngineAbility } from "./image/engine-report.ts";
import type { Facts } from "./image/facts.ts";
import type { FormatId } from "./image/format.ts";
import { orientedSize, planResize } from "./image/geometry.ts";
import type { ConvertIntent, Intent, OptimizeIntent } from "./image/intent.ts";
import type { Pool } from "./pool/pool.ts";
import type { InputFile, Job, Outcome } from "./pool/protocol.ts";
import { responseBody } from "./sinks/response.ts";
import type { ResponseBody } from "./sinks/response.ts";
import type { StoredFile } from "./sources/source.ts";
import type { Workspace, Workspaces } from "./sources/workspace.ts";

export interface ServiceSettings {
  readonly limits: ImageLimits;
  readonly toolTimeoutMs: number;
  readonly jobTimeoutMs: number;
  readonly encoders: Readonly<Partial<Record<FormatId, string>>>;
}

export interface ServiceRooms {
  readonly pool: Pool;
  readonly gate: Gate;
  readonly workspaces: Workspaces;
  /** Abilities found at boot; resolves once the probe has ended. */
  readonly engines: () => Promise<ReadonlySet<EngineAbility>>;
}

/** A request's own share of the service: where its files are and when it ends. */
export interface Session {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
}

/** What a verb gives back. */
export interface Delivery {
  readonly source: Facts;
  readonly outcome: Outcome;
  readonly body: ResponseBody;
  readonly mediaType: string;
  readonly extension: string;
  readonly queueMs: number;
}

export class Service {
  readonly #settings: ServiceSettings;
  readonly #rooms: ServiceRooms;

  constructor(settings: ServiceSettings, rooms: ServiceRooms) {
    this.#settings = settings;
    this.#rooms = rooms;
  }

  /** Gives `use` a workspace that is gone when it returns. */
  within<T>(
    signal: AbortSignal,
    use: (session: Session) => Promise<T>,
  ): Promise<T> {
    return this.#rooms.workspaces.within((workspace) =>
      use({ workspace, signal }),
    );
  }

  /**
   * Converts a file that has arrived. Throws `unsupported_format`,
   * `invalid_image`, `image_too_large`, `overlay_failed`, `service_overloaded`,
   * `tool_timeout`, `optimization_failed`, `client_closed`.
   */
  async convert(
    session: Session,
    file: StoredFile,
    intent: ConvertIntent,
    overlay?: StoredFile,
  ): Promise<Delivery> {
    const input = await this.#inspect(file);
    const logo = overlay && (await this.#inspectOverlay(overlay));
    return this.#run(session, input, intent, logo);
  }

  /** Makes a file that has arrived smaller. Throws as `convert` does. */
  async optimize(
    session: Session,
    file: StoredFile,
    intent: OptimizeIntent,
  ): Promise<Delivery> {
    const input = await this.#inspect(file);
    const { name, strategies }: Codec = CODECS[input.facts.format];
    if (strategies.length === 0) {
      throw new ServiceError(
        "unsupported_format",
        `${name} files cannot be optimized by this version.`,
        { detected: input.facts.format },
      );
    }
    return this.#run(session, input, intent);
  }

  /** Names the format, reads the header and judges the limits: nothing is decoded before. */
  async #inspect(file: StoredFile): Promise<InputFile> {
    return withFileReader(file.path, async (reader) => {
      const codec = await sniff(reader);
      await this.#requireDecoder(codec);
      const facts = await codec.header(reader);
      judge(facts, this.#settings.limits);
      return { path: file.path, facts };
    });
  }

  async #inspectOverlay(file: StoredFile): Promise<InputFile> {
    try {
      return await this.#inspect(file);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError(
        "overlay_failed",
        `The overlay: ${error.message}`,
        {
          reason: error.code,
        },
      );
    }
  }

  async #requireDecoder({ name, id, decoding }: Codec): Promise<void> {
    const engines = await this.#rooms.engines();
    if (decoding.anyOf.some((ability) => engines.has(ability))) return;
    throw new ServiceError(
      "unsupported_format",
      `${name} needs an engine that is not installed on this machine: ${decoding.install}.`,
      { detected: id },
    );
  }

  async #run(
    { workspace, signal }: Session,
    input: InputFile,
    intent: Intent,
    overlay?: InputFile,
  ): Promise<Delivery> {
    const { pool, gate, engines } = this.#rooms;
    const { jobTimeoutMs, toolTimeoutMs, limits, encoders } = this.#settings;
    const weight = this.#weigh(intent, input, overlay);
    const lease = await gate.enter(weight, signal);
    let outcome: Outcome;
    try {
      outcome = await pool.run(
        {
          intent,
          input,
          ...(overlay && { overlay }),
          workspace: workspace.folder,
          engines: [...(await engines())],
          encoders,
          maxPixels: limits.maxPixels,
          toolTimeoutMs,
          deadlineMs: jobTimeoutMs,
        } as Job,
        signal,
      );
    } finally {
      lease.release();
    }
    const { mediaType, extension } = CODECS[outcome.format];
    return {
      source: input.facts,
      outcome,
      mediaType,
      extension,
      body: await responseBody(outcome.path),
      queueMs: lease.waitedMs,
    };
  }

  /** Bytes the job is expected to hold: by the rows' measured factors, and its files where they lie in memory. */
  #weigh(intent: Intent, input: InputFile, overlay?: InputFile): number {
    const files = [input, ...(overlay ? [overlay] : [])];
    const parts = files.map(
      ({ facts }) => pixelsOf(facts) * CODECS[facts.format].memory.decode,
    );
    if (this.#rooms.workspaces.inMemory) {
      parts.push(...files.map(({ facts }) => 2 * facts.bytes));
    }
    parts.push(encodingWeight(intent, input.facts));
    return parts.reduce((sum, bytes) => sum + bytes, 0);
  }
}

function encodingWeight(intent: Intent, facts: Facts): number {
  if (intent.verb === "optimize") {
    return pixelsOf(facts) * CODECS[facts.format].memory.encode;
  }
  const { width, height } = planResize(
    orientedSize(facts, facts.orientation),
    intent,
  );
  return width * height * CODECS[intent.target].memory.encode;
}

function pixelsOf({ width, height, codedPixels }: Facts): number {
  return Math.max(width * height, codedPixels);
}
