// A small server that speaks Google's upload API over the wire: one request of two parts, answered with the object's checksum.

import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** What one upload brought. */
export interface Uploaded {
  readonly bucket: string;
  readonly name: string;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly predefinedAcl: string | null;
  readonly data: Buffer;
}

export interface GcsServer {
  readonly endpoint: string;
  readonly uploads: readonly Uploaded[];
  /** Statuses of the next uploads; well when there is none. 0 resets the connection. */
  readonly failures: number[];
  readonly close: () => Promise<void>;
}

export async function gcsServer(): Promise<GcsServer> {
  const uploads: Uploaded[] = [];
  const failures: number[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url!, "http://gcs");
    const bucket = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(pathname)?.[1];
    const body = await buffer(request);
    const failure = failures.shift();
    if (failure === 0) return request.socket.resetAndDestroy() as never;
    const isUpload =
      request.method === "POST" &&
      bucket !== undefined &&
      searchParams.get("uploadType") === "multipart";
    const status = failure ?? (isUpload ? 200 : 404);
    response.writeHead(status, { "content-type": "application/json" });
    if (status !== 200) {
      const error = { code: status, message: "10.0.0.1 says no", errors: [] };
      response.end(JSON.stringify({ error }));
      return;
    }
    const type = request.headers["content-type"] ?? "";
    const [head, data] = partsOf(body, /boundary="?([^";]+)/.exec(type)![1]!);
    const { contentType, cacheControl } = head as Uploaded;
    const name = searchParams.get("name")!;
    const predefinedAcl = searchParams.get("predefinedAcl");
    uploads.push({
      bucket: bucket!,
      name,
      contentType,
      cacheControl,
      predefinedAcl,
      data,
    });
    const size = String(data.length);
    response.end(JSON.stringify({ bucket, name, size, crc32c: crc32c(data) }));
  };
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    uploads,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The metadata and the data of a multipart/related body (RFC 2387). */
function partsOf(body: Buffer, boundary: string): [unknown, Buffer] {
  const marks = [0, 1, 2].reduce<number[]>(
    (found) => [
      ...found,
      body.indexOf(`--${boundary}`, (found.at(-1) ?? -1) + 1),
    ],
    [],
  );
  const part = (index: number): Buffer => {
    const start = body.indexOf("\r\n\r\n", marks[index]) + 4;
    return body.subarray(start, marks[index + 1]! - 2);
  };
  return [JSON.parse(part(0).toString()), part(1)];
}

/** Castagnoli's CRC (RFC 3720, B.4), as Google's JSON has it: base64, big-endian. */
function crc32c(data: Buffer): string {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++)
      crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(~crc >>> 0);
  return bytes.toString("base64");
}

/** Files of throw-away credentials: a service's, which sign, and a user's, which do not. */
export async function throwAwayCredentials(): Promise<{
  service: string;
  user: string;
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "gcs-credentials-"));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [service, user] = [join(folder, "service"), join(folder, "user")];
  await writeFile(
    service,
    JSON.stringify({
      type: "service_account",
      project_id: "test-project",
      private_key_id: "1",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: "tests@test-project.iam.gserviceaccount.com",
      client_id: "1",
    }),
  );
  await writeFile(
    user,
    JSON.stringify({
      type: "authorized_user",
      client_id: "1",
      client_secret: "2",
      refresh_token: "3",
    }),
  );
  return { service, user, remove: () => rm(folder, { recursive: true }) };
}
