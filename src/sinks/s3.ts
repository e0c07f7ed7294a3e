// Keeps objects in S3 and what speaks its language (R2, MinIO); decides nothing about keys or who may write.

import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

import { withRetries } from "./retry.ts";
import { SIGNED_SECONDS, urlBelow } from "./sink.ts";
import type { Kept, NewObject, Sink } from "./sink.ts";

export interface S3Settings {
  /** Empty: Amazon's own. */
  readonly endpoint: string;
  readonly region: string;
  /** Empty: the SDK looks for credentials where Amazon's tools keep them. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Where the bucket is read from by anyone; empty where nobody may. */
  readonly publicBase: string;
  /** Whether single objects can be made public, as Amazon's can and R2's cannot. */
  readonly hasAccessLists: boolean;
}

/** Milliseconds for a connection to the store. */
const CONNECT_TIMEOUT_MS = 2000;

export function s3Sink(settings: S3Settings): Sink {
  const { endpoint, region, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    // "auto" is R2's only region, and none of Amazon's.
    region: region === "auto" && endpoint === "" ? "us-east-1" : region,
    ...(endpoint !== "" && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== "" && {
      credentials: { accessKeyId, secretAccessKey },
    }),
    // Stores other than Amazon's refuse the newer checksums, or answer with none.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A stream cannot be sent twice: attempts are made here, each with a new one.
    maxAttempts: 1,
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
  });
  return {
    async put(object, signal) {
      const { bucket, key, path, bytes, mediaType, cacheControl } = object;
      const isListed = object.isPublic && settings.hasAccessLists;
      await withRetries(
        () =>
          withBody(path, (body) =>
            client.send(
              new PutObjectCommand({
                Bucket: bucket,
                Key: key,
                Body: body,
                ContentLength: bytes,
                ContentType: mediaType,
                CacheControl: cacheControl,
                ...(isListed && { ACL: "public-read" }),
              }),
              { abortSignal: signal },
            ),
          ),
        signal,
      );
      return found(client, settings, object);
    },
  };
}

/** Amazon's client neither hears a body's failure nor closes the body of an attempt that failed. */
async function withBody<T>(
  path: string,
  use: (body: Readable) => Promise<T>,
): Promise<T> {
  const file = await open(path);
  const body = file.createReadStream();
  body.on("error", () => undefined);
  try {
    return await use(body);
  } finally {
    body.destroy();
  }
}

async function found(
  client: S3Client,
  { publicBase, endpoint, region, hasAccessLists }: S3Settings,
  { bucket, key, isPublic }: NewObject,
): Promise<Kept> {
  if (publicBase !== "") {
    const url = urlBelow(publicBase, key);
    return { url, publicUrl: url };
  }
  if (isPublic && hasAccessLists) {
    const host = region === "auto" ? "s3" : `s3.${region}`;
    const url =
      endpoint === ""
        ? urlBelow(`https://${bucket}.${host}.amazonaws.com`, key)
        : urlBelow(endpoint, bucket, key);
    return { url, publicUrl: url };
  }
  const url = await getSignedUrl(
    client,
    new GetObjectCommand({ Bucket: bucket, Key: key }),
    { expiresIn: SIGNED_SECONDS },
  );
  return {
    url,
    publicUrl: null,
    ...(isPublic && {
      note: "This store makes no single object public: set PUBLIC_BASE_URL to the bucket's public address.",
    }),
  };
}
