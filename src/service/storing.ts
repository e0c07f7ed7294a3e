// Has a result stored under the name that was asked for, or one made of its content.

import { checkKey, generatedKey } from "../sinks/key.ts";
import type { Place, Storage, Stored } from "../sinks/storage.ts";
import type { Delivery, Session } from "./session.ts";

/** A result's name in the store: one that was asked for, or one made of its content, in a folder or not. */
export interface Naming {
  readonly key?: string;
  readonly prefix?: string;
  /** The long edge asked for, where there was one. */
  readonly size?: number;
}

/** Generated names hold the content's digest: what they name never changes. */
const IMMUTABLE = "max-age=31536000, immutable";
/** Names that callers give may be given again. */
const MUTABLE = "max-age=300";

/** Throws `bad_request`, `storage_failed`, `service_overloaded`, `client_closed`. */
export async function storeResult(
  storage: Storage,
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
    return await storage.store(
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
