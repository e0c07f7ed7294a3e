// The `storage` object of /optimize as it stands on the wire, and the place it means.

import { Type } from "typebox";

import { checkKey } from "../sinks/key.ts";
import { PROVIDERS } from "../sinks/sink.ts";
import type { Destination } from "../sinks/storage.ts";
import { badOption, entriesOf, parseJson, readOptions } from "./options.ts";

export const StorageOptions = Type.Object({
  provider: Type.Optional(
    Type.Enum([...PROVIDERS], {
      description: "Default: STORAGE_PROVIDER.",
    }),
  ),
  bucket: Type.Optional(Type.String({ description: "Default: S3_BUCKET." })),
  path: Type.Optional(
    Type.String({ description: "Key of the stored result." }),
  ),
  project: Type.Optional(
    Type.String({ description: "Google's project, for gcs." }),
  ),
  public: Type.Boolean({
    default: false,
    description: "Whether anyone may read the result.",
  }),
});

export interface StorageRequest {
  readonly destination: Destination;
  readonly key: string;
}

/** Throws `bad_request`. A form's or a query's value is JSON text. */
export function storageRequest(given: unknown): StorageRequest {
  const value = typeof given === "string" ? parseJson(given, "storage") : given;
  const { provider, bucket, path, project, ...rest } = readOptions(
    StorageOptions,
    entriesOf(value, "storage"),
    "json",
  );
  if (path === undefined)
    throw badOption("path", "storage.path is missing: the result's key.");
  return {
    // One leading slash is how many write a path.
    key: checkKey(path.replace(/^\//, ""), "path"),
    destination: {
      isPublic: rest.public,
      ...(provider !== undefined && { provider }),
      ...(bucket !== undefined && { bucket }),
      ...(project !== undefined && { project }),
    },
  };
}
