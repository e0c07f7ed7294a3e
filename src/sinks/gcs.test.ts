// Claims about Google's store, against a server that speaks its upload API: one request, checked data, addresses by what the credentials can.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";

import { gcsServer, throwAwayCredentials } from "./gcs.fixture.ts";
import { gcsSink } from "./gcs.ts";
import type { NewObject, Sink } from "./sink.ts";

const STAYS = new AbortController().signal;
const folder = await mkdtemp(join(tmpdir(), "gcs-test-"));
const server = await gcsServer();
const credentials = await throwAwayCredentials();
after(async () => {
  await server.close();
  await credentials.remove();
  await rm(folder, { recursive: true });
});

const path = join(folder, "result");
const data = Buffer.from("the result\r\n--not a boundary\r\n\r\n".repeat(3000));
await writeFile(path, data);

/** Credentials are looked for at the first request. */
function sink(as: "service" | "user", publicBase = ""): Sink {
  process.env["GOOGLE_APPLICATION_CREDENTIALS"] = credentials[as];
  return gcsSink({ endpoint: server.endpoint, publicBase });
}

const OBJECT: NewObject = {
  bucket: "pictures",
  key: "folder/ä b.webp",
  isPublic: false,
  path,
  bytes: data.length,
  mediaType: "image/webp",
  cacheControl: "max-age=300",
};
const ESCAPED = "folder/%C3%A4%20b.webp";

beforeEach(() => {
  server.failures.length = 0;
});

test("an object goes up in one request, with what is said of it", async () => {
  await sink("service").put(OBJECT, STAYS);
  assert.deepEqual(server.uploads.at(-1), {
    bucket: "pictures",
    name: OBJECT.key,
    contentType: "image/webp",
    cacheControl: "max-age=300",
    predefinedAcl: null,
    data,
  });
});

describe("the address", () => {
  test("of a private object is signed for seven days", async () => {
    const kept = await sink("service").put(OBJECT, STAYS);
    const { searchParams, pathname } = new URL(kept.url);
    assert.equal(pathname, `/pictures/${ESCAPED}`);
    assert.match(searchParams.get("X-Goog-Signature") ?? "", /^[0-9a-f]{512}$/);
    const seconds = Number(searchParams.get("X-Goog-Expires"));
    assert.ok(Math.abs(seconds - 7 * 24 * 3600) <= 1, `${seconds} s`);
    assert.equal(kept.publicUrl, null);
    assert.equal(kept.note, undefined);
  });

  test("of one whose credentials cannot sign is plain, and says so", async () => {
    const kept = await sink("user").put(OBJECT, STAYS);
    assert.equal(
      kept.url,
      `https://storage.googleapis.com/pictures/${ESCAPED}`,
    );
    assert.equal(kept.publicUrl, null);
    assert.match(kept.note ?? "", /cannot sign/);
  });

  test("of a public object is the same for everyone", async () => {
    const kept = await sink("user").put({ ...OBJECT, isPublic: true }, STAYS);
    const url = `https://storage.googleapis.com/pictures/${ESCAPED}`;
    assert.deepEqual(kept, { url, publicUrl: url });
    assert.equal(server.uploads.at(-1)?.predefinedAcl, "publicRead");
  });

  test("stands below the public base where there is one", async () => {
    const kept = await sink("user", "https://cdn.example/p").put(OBJECT, STAYS);
    const url = `https://cdn.example/p/${ESCAPED}`;
    assert.deepEqual(kept, { url, publicUrl: url });
    assert.equal(server.uploads.at(-1)?.predefinedAcl, null);
  });
});

describe("a store that misbehaves", () => {
  const rows: readonly (readonly [
    what: string,
    failures: number[],
    isStored: boolean,
  ])[] = [
    ["503 once", [503], true],
    ["a reset and 500", [0, 500], true],
    ["500 three times", [500, 500, 500], false],
    ["403", [403], false],
    ["404", [404], false],
  ];
  for (const [what, failures, isStored] of rows) {
    test(`${what}: ${isStored ? "stored in the end" : "refused"}`, async () => {
      server.failures.push(...failures);
      const before = server.uploads.length;
      const work = sink("service").put(OBJECT, STAYS);
      if (isStored) await work;
      else await assert.rejects(work);
      assert.deepEqual(server.failures, [], "every attempt was made");
      assert.equal(server.uploads.length - before, isStored ? 1 : 0);
      if (isStored) assert.deepEqual(server.uploads.at(-1)?.data, data);
    });
  }

  test("is not tried again for someone who has left", async () => {
    const before = server.uploads.length;
    await assert.rejects(sink("service").put(OBJECT, AbortSignal.abort()));
    assert.equal(server.uploads.length, before);
  });

  test("does not bring the process down when the result is gone", async () => {
    const gone = { ...OBJECT, path: join(folder, "gone") };
    await assert.rejects(sink("service").put(gone, STAYS), { code: "ENOENT" });
  });
});
