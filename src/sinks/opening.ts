// Opens the stores that the settings name.

import type { Static, TObject } from "typebox";

import { listOf } from "../comma-list.ts";
import { gcsSink } from "./gcs.ts";
import type { LocalStore } from "./local.ts";
import { s3Sink } from "./s3.ts";
import type { sinkSettings } from "./settings.ts";
import { Storage } from "./storage.ts";

type Settings = Readonly<Static<TObject<typeof sinkSettings>>>;

/** `maxUploads` is how many results may be on their way at once. */
export function openStorage(
  settings: Settings,
  local: LocalStore,
  maxUploads: number,
): Storage {
  const bucket = settings.S3_BUCKET;
  const publicBase = settings.PUBLIC_BASE_URL;
  const allowed = listOf(settings.STORAGE_ALLOWED_BUCKETS);
  const common = {
    endpoint: settings.S3_ENDPOINT_URL,
    region: settings.S3_REGION,
    accessKeyId: settings.S3_ACCESS_KEY_ID,
    secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
    publicBase,
  };
  const hasEndpoint = settings.S3_ENDPOINT_URL !== "";
  return new Storage(
    {
      defaultProvider:
        settings.STORAGE_PROVIDER || (hasEndpoint ? "r2" : "local"),
      defaultBucket: bucket,
      allowedBuckets: allowed.length === 0 && bucket ? [bucket] : allowed,
      timeoutMs: settings.STORAGE_TIMEOUT_MS,
      maxUploads,
    },
    {
      local,
      s3: s3Sink({ ...common, hasAccessLists: true }),
      gcs: gcsSink({ endpoint: settings.GCS_ENDPOINT_URL, publicBase }),
      // Without an endpoint there is no R2: its address is the account's own.
      ...(hasEndpoint && { r2: s3Sink({ ...common, hasAccessLists: false }) }),
    },
  );
}
