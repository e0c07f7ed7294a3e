// The use case at the front: takes files that have arrived, admits the job, has it run, and hands out the result.

import { stat } from "node:fs/promises";

import type { Codec, EngineNeed } from "./codecs/codec.ts";
import { readerOfBytes, withFileReader } from "./codecs/containers/reader.ts";
import { sniff } from "./codecs/sniff.ts";
import { CODECS } from "./codecs/table.ts";
import { weightOf } from "./codecs/weight.ts";
import { ServiceError } from "./errors.ts";
import type { Gate } from "./guards/gate.ts";
import { judge } from "./image/budget.ts";
import type { ImageLimits } from "./image/budget.ts";
import type { EngineAbility } from "./image/engine-report.ts";
import type { Facts } from "./image/facts.ts";
import type { FormatId } from "./image/format.ts";
import { drawnSize } from "./image/geometry.ts";
import type { Size } from "./image/geometry.ts";
import type { ConvertIntent, Intent, OptimizeIntent } from "./image/intent.ts";
import type { Fetcher } from "./net/fetch.ts";
import type { Pool } from "./pool/pool.ts";
import type { InputFile, Job, Outcome } from "./pool/protocol.ts";
import { responseBody } from "./sinks/response.ts";
import type { ResponseBody } from "./sinks/response.ts";
import { checkKey, generatedKey } from "./sinks/key.ts";
import type { Destination, Place, Storage, Stored } from "./sinks/storage.ts";
import type { StoredFile } from "./sources/source.ts";
import { receiveUrl } from "./sources/url.ts";
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
  readonly fetcher: Fetcher;
  /** Fetches at once: they take no slot, and must not take every connection either. */
  readonly fetchGate: Gate;
  readonly storage: Storage;
  /** Abilities found at boot; resolves once the probe has ended. */
  readonly engines: () => Promise<ReadonlySet<EngineAbility>>;
}

/** A request's own share of the service: where its files are and when it ends. */
export interface Session {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  /** Milliseconds by phase, as far as they ran. */
  readonly spans: Map<string, number>;
}

/** A result's name in the store: one that was asked for, or one made of its content, in a folder or not. */
export interface Naming {
  readonly key?: string;
  readonly prefix?: string;
  /** The long edge asked for, where there was one. */
  readonly size?: number;
}

/** What a verb gives back. */
export interface Delivery {
  readonly source: Facts;
  readonly outcome: Outcome;
  readonly bytes: number;
  readonly mediaType: string;
  readonly extension: string;
  readonly inputPath: string;
  /** The result as a stream that outlives the workspace; to be read or destroyed. */
  readonly open: () => Promise<ResponseBody>;
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
      use({ workspace, signal, spans: new Map() }),
    );
  }

  /**
   * Fetches an image into the workspace; `field` is the option that names it.
   * Throws as `receiveUrl` does, `unsupported_format`, `service_overloaded`.
   */
  async fetch(
    { workspace, signal, spans }: Session,
    url: string,
    field: string,
    maxBytes: number,
  ): Promise<StoredFile> {
    const { fetcher, fetchGate } = this.#rooms;
    const start = performance.now();
    const lease = await fetchGate.enter(0, signal);
    try {
      return await receiveUrl(
        fetcher,
        {
          url,
          field,
          path: workspace.path(`fetched-${field}`),
          maxBytes,
          judgeHead: async (head) => {
            await sniff(readerOfBytes(head));
          },
        },
        signal,
      );
    } finally {
      lease.release();
      spans.set("fetch", (spans.get("fetch") ?? 0) + performance.now() - start);
    }
  }

  /** Fetches a logo: whatever is wrong with it is `overlay_failed`. */
  async fetchOverlay(
    session: Session,
    url: string,
    maxBytes: number,
  ): Promise<StoredFile> {
    return asOverlay(() => this.fetch(session, url, "overlay_url", maxBytes));
  }

  /** Whether and where results may be stored, judged before any work is done. Throws `bad_request`. */
  placeOf(destination: Destination): Place {
    return this.#rooms.storage.placeOf(destination);
  }

  /**
   * Stores a result, after its slot has been given back. Throws `bad_request`,
   * `storage_failed`, `service_overloaded`, `client_closed`.
   */
  async store(
    { signal, spans }: Session,
    { outcome, bytes, mediaType, extension, inputPath }: Delivery,
    place: Place,
    { key: asked, prefix, size }: Naming,
  ): Promise<Stored> {
    const start = performance.now();
    try {
      const made =
        asked ?? (await generatedKey(inputPath, outcome.path, size, extension));
      const key = prefix === undefined ? made : `${prefix}/${made}`;
      return await this.#rooms.storage.store(
        place,
        {
          key: checkKey(key, asked === undefined ? "key_prefix" : "key_name"),
          path: outcome.path,
          bytes,
          mediaType,
          cacheControl: asked === undefined ? IMMUTABLE : MUTABLE,
        },
        signal,
      );
    } finally {
      spans.set("upload", performance.now() - start);
    }
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
    await this.#requireEncoder(CODECS[intent.target]);
    const input = await this.#inspect(file, intent);
    const logo = overlay && (await asOverlay(() => this.#inspect(overlay)));
    return this.#run(session, input, intent, logo);
  }

  /** Makes a file that has arrived smaller. Throws as `convert` does. */
  async optimize(
    session: Session,
    file: StoredFile,
    intent: OptimizeIntent,
  ): Promise<Delivery> {
    const input = await this.#inspect(file, intent);
    return this.#run(session, input, intent);
  }

  /** Names the format, reads the header and judges the limits: nothing is decoded before. */
  async #inspect(file: StoredFile, intent?: Intent): Promise<InputFile> {
    return withFileReader(file.path, async (reader) => {
      const codec = await sniff(reader);
      await this.#requireDecoder(codec);
      const facts = await codec.header(reader);
      judge(asDrawn(codec, facts, intent), this.#settings.limits);
      return { path: file.path, facts };
    });
  }

  async #requireDecoder({ name, id, decoding }: Codec): Promise<void> {
    if (await this.#has(decoding)) return;
    throw new ServiceError(
      "unsupported_format",
      `${name} needs an engine that is not installed on this machine: ${decoding.install}.`,
      { detected: id },
    );
  }

  async #requireEncoder({ name, encoding }: Codec): Promise<void> {
    if (!encoding || (await this.#has(encoding))) return;
    throw new ServiceError(
      "unsupported_format",
      `${name} cannot be written on this machine: ${encoding.install}.`,
      { field: "format" },
    );
  }

  async #has({ anyOf }: EngineNeed): Promise<boolean> {
    const engines = await this.#rooms.engines();
    return anyOf.some((ability) => engines.has(ability));
  }

  async #run(
    { workspace, signal, spans }: Session,
    input: InputFile,
    intent: Intent,
    overlay?: InputFile,
  ): Promise<Delivery> {
    const { pool, gate, engines } = this.#rooms;
    const { jobTimeoutMs, toolTimeoutMs, limits, encoders } = this.#settings;
    const weight = this.#weigh(intent, input, overlay);
    const lease = await gate.enter(weight, signal);
    spans.set("queue", lease.waitedMs);
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
    for (const [span, ms] of Object.entries(outcome.spans)) spans.set(span, ms);
    const { mediaType, extension } = CODECS[outcome.format];
    const { size: bytes } = await stat(outcome.path);
    return {
      source: input.facts,
      outcome,
      mediaType,
      extension,
      bytes,
      inputPath: input.path,
      open: () => responseBody(outcome.path),
    };
  }

  /** Bytes the job is expected to hold, its files included where they lie in memory. */
  #weigh(intent: Intent, input: InputFile, overlay?: InputFile): number {
    const weighed = ({ facts }: InputFile, drawnFor?: Intent) => {
      const codec: Codec = CODECS[facts.format];
      return { facts: asDrawn(codec, facts, drawnFor), codec };
    };
    const target =
      intent.verb === "convert" ? intent.target : input.facts.format;
    const work = weightOf(
      intent,
      CODECS[target],
      weighed(input, intent),
      overlay && weighed(overlay),
    );
    if (!this.#rooms.workspaces.inMemory) return work;
    return work + 2 * (input.facts.bytes + (overlay?.facts.bytes ?? 0));
  }
}

/** Pixels of the drawing that shows whether an optimized vector still looks the same, at most. */
const PROOF: Size = { width: 512, height: 512 };

/** Facts of a vector as far as it will be drawn: at the size asked for, or small for a proof. */
function asDrawn({ vector }: Codec, facts: Facts, intent?: Intent): Facts {
  if (!vector) return facts;
  const size =
    intent?.verb === "optimize"
      ? PROOF
      : drawnSize(facts, intent?.verb === "convert" ? intent.box : undefined);
  return { ...facts, ...size, codedPixels: size.width * size.height };
}

/** Generated names hold the content's digest: what they name never changes. */
const IMMUTABLE = "max-age=31536000, immutable";
/** Names that callers give may be given again. */
const MUTABLE = "max-age=300";

/** What goes wrong in `work` is said of the overlay. */
async function asOverlay<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOther =
      !(error instanceof ServiceError) ||
      error.context["field"] === "overlay_url" ||
      error.code === "client_closed" ||
      error.code === "service_overloaded";
    if (isOther) throw error;
    throw new ServiceError("overlay_failed", `The overlay: ${error.message}`, {
      ...error.context,
      reason: error.code,
    });
  }
}
