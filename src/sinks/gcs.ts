// Keeps objects in Google Cloud Storage, with the credentials that the machine has (ADC).

import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

import { Storage } from "@google-cloud/storage";
import type { File } from "@google-cloud/storage";

import { withRetries } from "./retry.ts";
import { SIGNED_SECONDS, urlBelow } from "./sink.ts";
import type { Kept, Sink } from "./sink.ts";

export interface GcsSettings {
  /** Empty: Google's own. */
  readonly endpoint: string;
  readonly publicBase: string;
}

const PUBLIC_BASE = "https://storage.googleapis.com";

export function gcsSink({ endpoint, publicBase }: GcsSettings): Sink {
  const clients = new Map<string, Storage>();
  const clientFor = (project = ""): Storage => {
    const known = clients.get(project);
    if (known) return known;
    const client = new Storage({
      ...(project !== "" && { projectId: project }),
      ...(endpoint !== "" && { apiEndpoint: endpoint }),
      // A stream cannot be sent twice: attempts are made here, each with a new one.
      retryOptions: { autoRetry: false, maxRetries: 0 },
    });
    clients.set(project, client);
    return client;
  };
  return {
    async put(object, signal) {
      const { bucket, key, isPublic, mediaType, cacheControl } = object;
      const file = clientFor(object.project).bucket(bucket).file(key);
      await withRetries(async () => {
        const upload = file.createWriteStream({
          // One request: results are small, and a session takes a second round trip.
          resumable: false,
          validation: "crc32c",
          contentType: mediaType,
          metadata: { cacheControl },
          ...(isPublic && { predefinedAcl: "publicRead" }),
        });
        await pipeline(createReadStream(object.path), upload, { signal });
      }, signal);
      const url = urlBelow(
        publicBase || PUBLIC_BASE,
        ...(publicBase ? [key] : [bucket, key]),
      );
      return isPublic || publicBase !== ""
        ? { url, publicUrl: url }
        : signed(file, url);
    },
  };
}

/** Users' own credentials, unlike services', cannot sign: the plain address then, which asks for a login. */
async function signed(file: File, plain: string): Promise<Kept> {
  try {
    const [url] = await file.getSignedUrl({
      version: "v4",
      action: "read",
      expires: Date.now() + SIGNED_SECONDS * 1000,
    });
    return { url, publicUrl: null };
  } catch {
    return {
      url: plain,
      publicUrl: null,
      note: "The credentials cannot sign: the URL is open only to those whom the bucket lets in.",
    };
  }
}
