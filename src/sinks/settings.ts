// The settings of storing, by their environment names.

import { Type } from "typebox";

import { PROVIDERS } from "./sink.ts";

export const sinkSettings = {
  STORAGE_PROVIDER: Type.Enum(["", ...PROVIDERS], {
    default: "",
    description:
      "Where results are stored when a request names no provider; empty for r2 when S3_ENDPOINT_URL is set, else local.",
  }),
  S3_ENDPOINT_URL: Type.String({
    pattern: "^(https?://[^\\s]+)?$",
    default: "",
    description: "Address of the S3 or R2 store; empty for Amazon's own.",
  }),
  S3_REGION: Type.String({ default: "auto", description: "Region of S3." }),
  S3_BUCKET: Type.String({
    default: "",
    description: "Bucket for results where a request names none.",
  }),
  S3_ACCESS_KEY_ID: Type.String({
    default: "",
    description:
      "Key of S3 or R2; empty for the credentials that Amazon's own tools would find.",
  }),
  S3_SECRET_ACCESS_KEY: Type.String({
    default: "",
    description: "Secret to that key.",
  }),
  GCS_ENDPOINT_URL: Type.String({
    pattern: "^(https?://[^\\s]+)?$",
    default: "",
    description: "Address of Google's storage API; empty for Google's own.",
  }),
  PUBLIC_BASE_URL: Type.String({
    pattern: "^(https?://[^\\s]+)?$",
    default: "",
    description:
      "Address under which stored objects, or this service's /files, are read by anyone.",
  }),
  STORAGE_ALLOWED_BUCKETS: Type.String({
    default: "",
    description:
      "Buckets that requests may name, as a comma list; empty for S3_BUCKET alone where it is set, else any.",
  }),
  STORAGE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 5000,
    description:
      "Milliseconds that storing a result may take, retries included.",
  }),
  STORAGE_LOCAL_DIR: Type.String({
    minLength: 1,
    default: "storage",
    description: "Folder of the local store.",
  }),
  STORAGE_LOCAL_MAX_MB: Type.Integer({
    minimum: 1,
    maximum: 16_777_216,
    default: 10_240,
    description: "Most that the local store holds, in MB.",
  }),
};
