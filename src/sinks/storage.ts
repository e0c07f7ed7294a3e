// Has a result stored: picks the store, judges the bucket, bounds the wait and names the failure. Knows no store's own language.

import { ServiceError } from "../errors.ts";
import { checkBucket } from "./key.ts";
import type { Kept, NewObject, Provider, Sink } from "./sink.ts";

export interface StorageSettings {
  readonly defaultProvider: Provider;
  readonly defaultBucket: string;
  /** Empty: any. */
  readonly allowedBuckets: readonly string[];
  readonly timeoutMs: number;
  /** Results on their way to stores at once; a store that is away holds this many and no more. */
  readonly maxUploads: number;
}

/** Where a caller wants a result. */
export interface Destination {
  readonly provider?: Provider;
  readonly bucket?: string;
  readonly project?: string;
  readonly isPublic: boolean;
}

/** A destination that has been found good. */
export interface Place {
  readonly provider: Provider;
  readonly bucket: string;
  readonly project?: string;
  readonly isPublic: boolean;
}

export interface Stored extends Kept, Place {
  readonly key: string;
}

/** Seconds after which a caller may try again when too many results are on their way. */
const RETRY_AFTER_SECONDS = 5;

export class Storage {
  readonly #settings: StorageSettings;
  readonly #sinks: Readonly<Partial<Record<Provider, Sink>>>;
  #uploads = 0;

  constructor(
    settings: StorageSettings,
    sinks: Readonly<Partial<Record<Provider, Sink>>>,
  ) {
    this.#settings = settings;
    this.#sinks = sinks;
  }

  /** The place that a destination means, before any work is done for it. Throws `bad_request`. */
  placeOf({ provider, bucket, project, isPublic }: Destination): Place {
    const { defaultProvider, defaultBucket, allowedBuckets } = this.#settings;
    const chosen = provider ?? defaultProvider;
    if (!this.#sinks[chosen]) {
      throw new ServiceError(
        "bad_request",
        `Storage at ${chosen} is not set up here.`,
        { field: "provider" },
      );
    }
    const place = {
      provider: chosen,
      isPublic,
      ...(project !== undefined && { project }),
    };
    const named = bucket ?? (chosen === "local" ? undefined : defaultBucket);
    // A folder needs no bucket.
    if (chosen === "local" && named === undefined)
      return { ...place, bucket: "" };
    if (!named) {
      throw new ServiceError(
        "bad_request",
        "No bucket is named, and S3_BUCKET is not set.",
        { field: "bucket" },
      );
    }
    if (
      bucket !== undefined &&
      allowedBuckets.length > 0 &&
      !allowedBuckets.includes(bucket)
    ) {
      throw new ServiceError(
        "bad_request",
        "Results may not be stored in this bucket.",
        { field: "bucket" },
      );
    }
    return { ...place, bucket: checkBucket(named, "bucket") };
  }

  /**
   * Stores a file. Throws `storage_failed` when the store refuses it, is away
   * or too slow, `service_overloaded` when too many results are on their way,
   * `client_closed`.
   */
  async store(
    place: Place,
    object: Omit<NewObject, keyof Place>,
    signal: AbortSignal,
  ): Promise<Stored> {
    const { timeoutMs, maxUploads } = this.#settings;
    const sink = this.#sinks[place.provider]!;
    if (this.#uploads >= maxUploads) {
      throw new ServiceError(
        "service_overloaded",
        "Too many results are on their way to storage.",
        { retry_after: RETRY_AFTER_SECONDS },
      );
    }
    this.#uploads++;
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      within.throwIfAborted();
      const kept = await Promise.race([
        sink.put({ ...place, ...object }, within),
        aborted(within),
      ]);
      return { ...kept, ...place, key: object.key };
    } catch (cause) {
      if (signal.aborted)
        throw new ServiceError("client_closed", "The client went away.");
      throw new ServiceError(
        "storage_failed",
        within.aborted
          ? "The store did not answer in time."
          : "The store did not take the result.",
        { provider: place.provider, bucket: place.bucket },
        { cause },
      );
    } finally {
      this.#uploads--;
    }
  }
}

/** Not every client lets go of a connection that hangs. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), {
      once: true,
    });
  });
}
