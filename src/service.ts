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
import type {
  ConvertIntent,
  EstimateIntent,
  Intent,
  OptimizeIntent,
} from "./image/intent.ts";
import type { Fetcher } from "./net/fetch.ts";
import type { Pool } from "./pool/pool.ts";
import type {
  Estimate,
  EstimateJob,
  FileJob,
  InputFile,
  Job,
  Outcome,
} from "./pool/protocol.ts";
import { estimateFromHeader, scaledUp } from "./prediction.ts";
import type { Prediction } from "./prediction.ts";
import { responseBody } from "./sinks/response.ts";
import type { ResponseBody } from "./sinks/response.ts";
import { checkKey, generatedKey } from "./sinks/key.ts";
import type { Destination, Place, Storage, Stored } from "./sinks/storage.ts";
import type { StoredFile } from "./sources/source.ts";
import { openRemote } from "./sources/remote.ts";
import type { RemoteFile } from "./sources/remote.ts";
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
  /** A lane of its own for estimates, so that a long encode never starves them. */
  readonly estimateGate: Gate;
  readonly workspaces: Workspaces;
  readonly fetcher: Fetcher;
  /** Fetches at once: they take no slot, and must not take every connection either. */
  readonly fetchGate: Gate;
  /** Bodies on their way in at once. */
  readonly receiveGate: Gate;
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
  /** Where its job will be admitted. */
  readonly lane: Gate;
  /** Runs `work`, which takes the request's body in. Throws `service_overloaded` when too many are on their way. */
  readonly receive: <T>(work: () => Promise<T>) => Promise<T>;
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

/** An image at a URL that need not be fetched whole. */
export interface RemoteImage {
  readonly maxBytes: number;
  /** Bytes of the image and a small version of it, where the caller knows. */
  readonly fileBytes: number | undefined;
  readonly thumbnailUrl: string | undefined;
}

export class Service {
  readonly #settings: ServiceSettings;
  readonly #rooms: ServiceRooms;

  constructor(settings: ServiceSettings, rooms: ServiceRooms) {
    this.#settings = settings;
    this.#rooms = rooms;
  }

  /**
   * Gives `use` a workspace that is gone when it returns; its job will go
   * through the lane named. Throws `service_overloaded`, before anything is
   * done, when that lane would refuse the job.
   */
  async within<T>(
    signal: AbortSignal,
    use: (session: Session) => Promise<T>,
    laneName: "work" | "estimate" = "work",
  ): Promise<T> {
    const { gate, estimateGate, receiveGate, workspaces } = this.#rooms;
    const lane = laneName === "estimate" ? estimateGate : gate;
    lane.refuseWhenFull();
    return workspaces.within((workspace) =>
      use({
        workspace,
        signal,
        spans: new Map(),
        lane,
        receive: async (work) => {
          const lease = await receiveGate.enter(0, signal);
          return work().finally(lease.release);
        },
      }),
    );
  }

  /**
   * Fetches an image into the workspace; `field` is the option that names it.
   * Throws as `receiveUrl` does, `unsupported_format`, `service_overloaded`.
   */
  async fetch(
    session: Session,
    url: string,
    field: string,
    maxBytes: number,
  ): Promise<StoredFile> {
    const { workspace, signal } = session;
    const request = {
      url,
      field,
      path: workspace.path(`fetched-${field}`),
      maxBytes,
      take: workspace.account.take,
      judgeHead: async (head: Uint8Array) => {
        await sniff(readerOfBytes(head));
      },
    };
    return this.#fetching(session, () =>
      receiveUrl(this.#rooms.fetcher, request, signal),
    );
  }

  /** Does `work` as one of the fetches under way. */
  async #fetching<T>(
    { signal, spans }: Session,
    work: () => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    const lease = await this.#rooms.fetchGate.enter(0, signal);
    try {
      return await work();
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

  /** Tells what `optimize` would make of a file that has arrived. Throws as `convert` does. */
  async estimate(
    session: Session,
    file: StoredFile,
    intent: EstimateIntent,
  ): Promise<Prediction> {
    const input = await this.#inspect(file, intent);
    const job = await this.#jobOf(session, input, intent);
    const { signal } = session;
    const estimate = await this.#admitted(
      session,
      input,
      intent,
      undefined,
      () => this.#rooms.pool.estimate(job as EstimateJob, signal),
    );
    return { source: input.facts, estimate };
  }

  /**
   * Tells what `optimize` would make of the image at a URL: of a large one, or
   * one of which enough is known, from its header alone. Throws as `fetch` and
   * `estimate` do.
   */
  async estimateUrl(
    session: Session,
    { url, field }: { readonly url: string; readonly field: string },
    intent: EstimateIntent,
    { maxBytes, fileBytes, thumbnailUrl }: RemoteImage,
  ): Promise<Prediction> {
    const remote = await this.#fetching(session, () =>
      openRemote(this.#rooms.fetcher, url, field, fileBytes, session.signal),
    );
    const isKnown = thumbnailUrl !== undefined && fileBytes !== undefined;
    const bytes = remote.bytes ?? fileBytes;
    if (!isKnown && (bytes === undefined || bytes <= FETCHED_WHOLE_BYTES)) {
      const file = await this.fetch(session, url, field, maxBytes);
      return this.estimate(session, file, intent);
    }
    try {
      return await this.#estimateHeader(session, remote, intent);
    } catch (error) {
      if (!isKnown || !isUnreachable(error)) throw error;
      const small = await this.fetch(
        session,
        thumbnailUrl,
        "thumbnail_url",
        maxBytes,
      );
      const prediction = await this.estimate(session, small, intent);
      return scaledUp(prediction, fileBytes);
    }
  }

  async #estimateHeader(
    session: Session,
    { reader }: RemoteFile,
    intent: EstimateIntent,
  ): Promise<Prediction> {
    const codec = await sniff(reader);
    await this.#requireDecoder(codec);
    const facts = await this.#fetching(session, () => codec.header(reader));
    judge(asDrawn(codec, facts, intent), this.#settings.limits);
    const engines = await this.#rooms.engines();
    return {
      source: facts,
      estimate: estimateFromHeader(codec, facts, intent.asked, engines),
    };
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
    session: Session,
    input: InputFile,
    intent: ConvertIntent | OptimizeIntent,
    overlay?: InputFile,
  ): Promise<Delivery> {
    const { workspace, signal } = session;
    const job = await this.#jobOf(session, input, intent, overlay);
    const outcome = await this.#admitted(session, input, intent, overlay, () =>
      this.#rooms.pool.run(job as FileJob, signal),
    );
    const { mediaType, extension } = CODECS[outcome.format];
    const { size: bytes } = await stat(outcome.path);
    return {
      source: input.facts,
      outcome,
      mediaType,
      extension,
      bytes,
      inputPath: input.path,
      open: async () => {
        const body = await responseBody(outcome.path);
        body.stream.once("close", workspace.account.keep(body.bytes));
        return body;
      },
    };
  }

  /** Has `work` done once its lane admits it, and keeps how long its parts took. */
  async #admitted<T extends Outcome | Estimate>(
    { signal, spans, lane }: Session,
    input: InputFile,
    intent: Intent,
    overlay: InputFile | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const lease = await lane.enter(this.#weigh(intent, input, overlay), signal);
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

  async #jobOf(
    { workspace }: Session,
    input: InputFile,
    intent: Intent,
    overlay?: InputFile,
  ): Promise<Job> {
    const { jobTimeoutMs, toolTimeoutMs, limits, encoders } = this.#settings;
    return {
      intent,
      input,
      ...(overlay && { overlay }),
      workspace: workspace.folder,
      engines: [...(await this.#rooms.engines())],
      encoders,
      maxPixels: limits.maxPixels,
      toolTimeoutMs,
      deadlineMs: jobTimeoutMs,
    } as Job;
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

/** Images at URLs up to this size are fetched, since that tells more; the seed's limit, from which on it wants a thumbnail. */
const FETCHED_WHOLE_BYTES = 10 * 1024 ** 2;

/** Whether an error says that a header could not be read without the rest of the file. */
function isUnreachable(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "url_fetch_failed";
}

/** Pixels of the drawing that shows whether an optimized vector still looks the same, at most. */
const PROOF: Size = { width: 512, height: 512 };

/** Facts of a vector as far as it will be drawn: at the size asked for, or small for a proof. */
function asDrawn({ vector }: Codec, facts: Facts, intent?: Intent): Facts {
  if (!vector) return facts;
  const size =
    intent === undefined || intent.verb === "convert"
      ? drawnSize(facts, intent?.box)
      : PROOF;
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
