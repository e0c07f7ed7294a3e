// The use case at the front: takes files that have arrived, admits the job, has it run, and hands out the result.

import { CODECS } from "../codecs/table.ts";
import { ServiceError } from "../errors.ts";
import type { Gate } from "../guards/gate.ts";
import type { ImageLimits } from "../image/budget.ts";
import type {
  ConvertIntent,
  EstimateIntent,
  OptimizeIntent,
} from "../image/intent.ts";
import type { Fetcher } from "../net/fetch.ts";
import type { Destination, Place, Storage, Stored } from "../sinks/storage.ts";
import type { RemoteFile } from "../sources/remote.ts";
import type { StoredFile } from "../sources/source.ts";
import { asOverlay, Intake } from "./intake.ts";
import type { NamedUrl } from "./intake.ts";
import { Inspection } from "./inspection.ts";
import { Jobs } from "./jobs.ts";
import type { JobRooms, JobSettings } from "./jobs.ts";
import { estimateFromHeader, scaledUp } from "./prediction.ts";
import type { Prediction } from "./prediction.ts";
import type { Delivery, Session } from "./session.ts";
import { storeResult } from "./storing.ts";
import type { Naming } from "./storing.ts";

export interface ServiceSettings extends Omit<JobSettings, "maxPixels"> {
  readonly limits: ImageLimits;
}

export interface ServiceRooms extends JobRooms {
  readonly gate: Gate;
  /** A lane of its own for estimates, so that a long encode never starves them. */
  readonly estimateGate: Gate;
  readonly fetcher: Fetcher;
  /** Fetches at once: they take no slot, and must not take every connection either. */
  readonly fetchGate: Gate;
  /** Bodies on their way in at once. */
  readonly receiveGate: Gate;
  readonly storage: Storage;
}

/** An image at a URL that need not be fetched whole. */
export interface RemoteImage {
  readonly maxBytes: number;
  /** Bytes of the image and a small version of it, where the caller knows. */
  readonly fileBytes: number | undefined;
  readonly thumbnailUrl: string | undefined;
}

export class Service {
  readonly #rooms: ServiceRooms;
  readonly #intake: Intake;
  readonly #inspect: Inspection;
  readonly #jobs: Jobs;

  constructor({ limits, ...settings }: ServiceSettings, rooms: ServiceRooms) {
    this.#rooms = rooms;
    this.#intake = new Intake(rooms.fetcher, rooms.fetchGate);
    this.#inspect = new Inspection(limits, rooms.engines);
    const { maxPixels } = limits;
    this.#jobs = new Jobs({ ...settings, maxPixels }, rooms);
  }

  /**
   * Gives `use` a workspace that is gone when it returns; its job will go
   * through the lane named. `watch` gives the signal of the client's leaving.
   * Throws `service_overloaded`, before anything is done, when that lane would
   * refuse the job.
   */
  async within<T>(
    watch: () => AbortSignal,
    use: (session: Session) => Promise<T>,
    laneName: "work" | "estimate" = "work",
  ): Promise<T> {
    const { gate, estimateGate, receiveGate, workspaces } = this.#rooms;
    const lane = laneName === "estimate" ? estimateGate : gate;
    const come = lane.expect();
    const signal = watch();
    return workspaces.within((workspace) =>
      use({
        workspace,
        signal,
        spans: new Map(),
        enter: (weightBytes) => {
          come();
          return lane.enter(weightBytes, signal);
        },
        giveUpPlace: come,
        receive: async (work) => {
          const lease = await receiveGate.enter(0, signal);
          return work().finally(lease.release);
        },
      }).finally(come),
    );
  }

  /**
   * Fetches an image into the workspace; `field` is the option that names it.
   * Throws as `receiveUrl` does, `unsupported_format`, `service_overloaded`.
   */
  fetch(
    session: Session,
    url: string,
    field: string,
    maxBytes: number,
  ): Promise<StoredFile> {
    return this.#intake.fetch(session, { url, field }, maxBytes);
  }

  /** Fetches a logo: whatever is wrong with it is `overlay_failed`. */
  fetchOverlay(
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

  /** Stores a result, after its slot has been given back. Throws as `storeResult` does. */
  store(
    session: Session,
    delivery: Delivery,
    place: Place,
    naming: Naming,
  ): Promise<Stored> {
    const { storage } = this.#rooms;
    return storeResult(storage, session, delivery, place, naming);
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
    await this.#inspect.requireEncoder(intent.target);
    const input = await this.#inspect.file(file, intent);
    const logo =
      overlay && (await asOverlay(() => this.#inspect.file(overlay)));
    return this.#jobs.run(session, { input, overlay: logo }, intent);
  }

  /** Makes a file that has arrived smaller. Throws as `convert` does. */
  async optimize(
    session: Session,
    file: StoredFile,
    intent: OptimizeIntent,
  ): Promise<Delivery> {
    const input = await this.#inspect.file(file, intent);
    return this.#jobs.run(session, { input }, intent);
  }

  /** Tells what `optimize` would make of a file that has arrived. Throws as `convert` does. */
  async estimate(
    session: Session,
    file: StoredFile,
    intent: EstimateIntent,
  ): Promise<Prediction> {
    const input = await this.#inspect.file(file, intent);
    const estimate = await this.#jobs.estimate(session, input, intent);
    return { source: input.facts, estimate };
  }

  /**
   * Tells what `optimize` would make of the image at a URL: of a large one, or
   * one of which enough is known, from its header alone. Throws as `fetch` and
   * `estimate` do.
   */
  async estimateUrl(
    session: Session,
    named: NamedUrl,
    intent: EstimateIntent,
    { maxBytes, fileBytes, thumbnailUrl }: RemoteImage,
  ): Promise<Prediction> {
    const remote = await this.#intake.open(session, named, fileBytes);
    const isKnown = thumbnailUrl !== undefined && fileBytes !== undefined;
    const bytes = remote.bytes ?? fileBytes;
    if (!isKnown && (bytes === undefined || bytes <= FETCHED_WHOLE_BYTES)) {
      const file = await this.#intake.fetch(session, named, maxBytes);
      return this.estimate(session, file, intent);
    }
    try {
      return await this.#estimateHeader(session, remote, intent);
    } catch (error) {
      if (!isKnown || !isUnreachable(error)) throw error;
      const thumbnail = { url: thumbnailUrl, field: "thumbnail_url" };
      const small = await this.#intake.fetch(session, thumbnail, maxBytes);
      return scaledUp(await this.estimate(session, small, intent), fileBytes);
    }
  }

  async #estimateHeader(
    session: Session,
    { reader }: RemoteFile,
    intent: EstimateIntent,
  ): Promise<Prediction> {
    const source = await this.#intake.counted(session, () =>
      this.#inspect.header(reader, intent),
    );
    const engines = await this.#rooms.engines();
    const codec = CODECS[source.format];
    return {
      source,
      estimate: estimateFromHeader(codec, source, intent.asked, engines),
    };
  }
}

/** Images at URLs up to this size are fetched, since that tells more; the seed's limit, from which on it wants a thumbnail. */
const FETCHED_WHOLE_BYTES = 10 * 1024 ** 2;

/** Whether an error says that a header could not be read without the rest of the file. */
function isUnreachable(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "url_fetch_failed";
}
