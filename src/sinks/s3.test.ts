// Claims about S3, with a store that speaks its language and one that misbehaves: whole objects, addresses that open, attempts that leave nothing open.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { s3Sink } from "./s3.ts";
import type { S3Settings } from "./s3.ts";
import { s3Store } from "./s3rver.fixture.ts";
import type { NewObject, Sink } from "./sink.ts";

const MB = 1024 ** 2;
const STAYS = new AbortController().signal;

const folder = await mkdtemp(join(tmpdir(), "s3-test-"));
const store = await s3Store("pictures", "others");
const path = join(folder, "result");
const data = Buffer.alloc(300_000, "the result ");
await writeFile(path, data);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** What the misbehaving store does next; the last one stays. */
let answers: Answer[] = [];
let asked = 0;
const faulty = createServer((request, response) => {
  asked++;
  const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
  answer(request, response);
});
await new Promise<void>((resolve) => {
  faulty.listen(0, "127.0.0.1", resolve);
});
const faultyEndpoint = `http://127.0.0.1:${(faulty.address() as AddressInfo).port}`;
after(async () => {
  await store.close();
  faulty.close();
  faulty.closeAllConnections();
  await rm(folder, { recursive: true });
});

function sink(settings: Partial<S3Settings> = {}): Sink {
  return s3Sink({
    endpoint: store.endpoint,
    region: "auto",
    ...store.credentials,
    publicBase: "",
    hasAccessLists: false,
    ...settings,
  });
}

const OBJECT: NewObject = {
  bucket: "pictures",
  key: "folder/ä b+c?.webp",
  isPublic: false,
  path,
  bytes: data.length,
  mediaType: "image/webp",
  cacheControl: "max-age=300",
};
const ESCAPED = "folder/%C3%A4%20b%2Bc%3F.webp";

async function assertThere(url: string, bytes: Buffer = data): Promise<void> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  assert.equal(response.headers.get("content-type"), "image/webp");
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
}

describe("an object in S3", () => {
  test("opens by a signed address that lasts for seven days", async () => {
    const kept = await sink().put(OBJECT, STAYS);
    const { pathname, searchParams } = new URL(kept.url);
    assert.equal(kept.publicUrl, null);
    assert.equal("note" in kept, false);
    assert.equal(decodeURIComponent(pathname), `/pictures/${OBJECT.key}`);
    assert.equal(searchParams.get("X-Amz-Expires"), String(7 * 24 * 3600));
    await assertThere(kept.url);
  });

  test("of 20 MB is stored whole", async () => {
    const big = Buffer.alloc(20 * MB, "large ");
    const bigPath = join(folder, "big");
    await writeFile(bigPath, big);
    const { url } = await sink().put(
      { ...OBJECT, path: bigPath, bytes: big.length },
      STAYS,
    );
    await assertThere(url, big);
  });

  test("of no bytes is stored, too", async () => {
    const emptyPath = join(folder, "empty");
    await writeFile(emptyPath, "");
    const { url } = await sink().put(
      { ...OBJECT, path: emptyPath, bytes: 0 },
      STAYS,
    );
    await assertThere(url, Buffer.alloc(0));
  });

  test("replaces the one of its name", async () => {
    const other = join(folder, "other");
    await writeFile(other, "other");
    await sink().put(OBJECT, STAYS);
    const { url } = await sink().put(
      { ...OBJECT, path: other, bytes: 5 },
      STAYS,
    );
    await assertThere(url, Buffer.from("other"));
  });
});

/** What is said of an object, by what the store can do and what was asked. */
const addresses: readonly (readonly [
  what: string,
  settings: Partial<S3Settings>,
  isPublic: boolean,
  url: RegExp,
  isPublicUrl: boolean,
  hasNote?: boolean,
])[] = [
  [
    "a public base",
    { publicBase: "https://cdn.example/p/" },
    false,
    /^https:\/\/cdn\.example\/p\/KEY$/,
    true,
  ],
  [
    "an access list",
    { hasAccessLists: true },
    true,
    /^http:\/\/127\.0\.0\.1:\d+\/pictures\/KEY$/,
    true,
  ],
  [
    "a private object where lists are had",
    { hasAccessLists: true },
    false,
    /X-Amz-Signature=/,
    false,
  ],
  [
    "a public object where no lists are had",
    {},
    true,
    /X-Amz-Signature=/,
    false,
    true,
  ],
];
for (const [what, settings, isPublic, url, isPublicUrl, hasNote] of addresses) {
  test(`${what} makes the address`, async () => {
    const kept = await sink(settings).put({ ...OBJECT, isPublic }, STAYS);
    assert.match(kept.url.replace(ESCAPED, "KEY"), url);
    assert.equal(kept.publicUrl, isPublicUrl ? kept.url : null);
    assert.equal(kept.note !== undefined, hasNote ?? false);
  });
}

/** Files and connections that this process holds open. */
function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

const status =
  (code: number): Answer =>
  (request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(code).end());
  };
const unread =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code, { connection: "close" }).end();
const reset: Answer = (request) => request.socket.resetAndDestroy();
/** Hears all of it, and says nothing. */
const hang: Answer = (request) => void request.resume();

describe("a store that misbehaves", () => {
  const rows: readonly (readonly [
    what: string,
    answers: Answer[],
    attempts: number,
    isStored: boolean,
  ])[] = [
    ["well at once", [status(200)], 1, true],
    ["503 once", [status(503), status(200)], 2, true],
    ["503 unread, then well", [unread(503), status(200)], 2, true],
    [
      "a reset, then 500, then well",
      [reset, status(500), status(200)],
      3,
      true,
    ],
    ["500 for ever", [status(500)], 3, false],
    ["a reset for ever", [reset], 3, false],
    ["403", [status(403)], 1, false],
    ["404", [status(404)], 1, false],
    ["403 unread", [unread(403)], 1, false],
  ];
  for (const [what, answered, attempts, isStored] of rows) {
    test(`${what}: ${attempts} attempts, ${isStored ? "stored" : "refused"}`, async () => {
      answers = [...answered];
      asked = 0;
      const work = sink({ endpoint: faultyEndpoint }).put(OBJECT, STAYS);
      if (isStored) await work;
      else await assert.rejects(work);
      assert.equal(asked, attempts);
    });
  }

  test("leaves no file open", async () => {
    const client = sink({ endpoint: faultyEndpoint });
    const nobody = sink({ endpoint: "http://127.0.0.1:9" });
    answers = [reset];
    await assert.rejects(client.put(OBJECT, STAYS));
    const before = openFiles();
    for (let count = 0; count < 3; count++) {
      await assert.rejects(client.put(OBJECT, STAYS));
      await assert.rejects(nobody.put(OBJECT, STAYS));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Connections come and go by ones; files would add up.
    assert.ok(openFiles() <= before + 3, `${openFiles()} after ${before}`);
  });

  test("that hangs is let go, with its connection, when nobody waits any more", async () => {
    const closed = Promise.withResolvers<void>();
    answers = [
      (request, response) => {
        request.socket.on("close", closed.resolve);
        hang(request, response);
      },
    ];
    const start = performance.now();
    await assert.rejects(
      sink({ endpoint: faultyEndpoint }).put(OBJECT, AbortSignal.timeout(200)),
    );
    assert.ok(performance.now() - start < 1200);
    await closed.promise;
    assert.ok(performance.now() - start < 2000);
  });

  test("does not bring the process down when the result is gone", async () => {
    answers = [status(200)];
    await assert.rejects(
      sink({ endpoint: faultyEndpoint }).put(
        { ...OBJECT, path: join(folder, "gone") },
        AbortSignal.timeout(2000),
      ),
    );
  });
});
