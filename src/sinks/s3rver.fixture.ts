// An S3 store in this process, with a folder of its own.

import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// @ts-expect-error: it has no types
import S3rver from "s3rver";

interface Rver {
  readonly run: () => Promise<AddressInfo>;
  readonly close: () => Promise<void>;
}

export interface S3Store {
  readonly endpoint: string;
  /** The one pair of keys that it knows. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly close: () => Promise<void>;
}

export async function s3Store(...buckets: string[]): Promise<S3Store> {
  const directory = await mkdtemp(join(tmpdir(), "s3rver-"));
  const Server = S3rver as new (options: object) => Rver;
  const server = new Server({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: buckets.map((name) => ({ name })),
  });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}
