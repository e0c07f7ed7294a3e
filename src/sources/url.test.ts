// Claims about images taken in from URLs: judged by their beginning, refused by their declared length, and counted after decoding.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  constants,
  brotliCompressSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";

import { ServiceError } from "../errors.ts";
import { networksOf } from "../net/address.ts";
import { Fetcher } from "../net/fetch.ts";
import { drips, floods, gives, originAt } from "../net/origin.fixture.ts";
import { receiveUrl } from "./url.ts";
import type { StoredFile } from "./source.ts";

const KB = 1024;
const MB = 1024 ** 2;
const HEAD = 4096;
const MAX_BYTES = MB;

const image = (bytes: number): Buffer =>
  Buffer.alloc(bytes, "an image, as far as this file is concerned ");
const bomb = image(30 * MB);
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const html = Buffer.from("<!doctype html><p>not an image</p>\n".repeat(40));

const origin = await originAt("127.0.0.2", {
  "/whole": gives(image(100 * KB)),
  "/tiny": gives(image(7)),
  "/empty": gives(Buffer.alloc(0)),
  "/head": gives(image(HEAD)),
  "/gzip": gives(gzipSync(image(100 * KB)), { "content-encoding": "gzip" }),
  "/exact": gives(image(MAX_BYTES)),
  "/exact-gzip": gives(gzipSync(image(MAX_BYTES)), {
    "content-encoding": "gzip",
  }),
  "/declared": (_, response) => {
    response.writeHead(200, { "content-length": MAX_BYTES + 1 });
    response.flushHeaders();
  },
  "/endless": floods(image(64 * KB)),
  "/endless-html": floods(html),
  "/dripping-html": drips(html, 20),
  "/gzip-bomb": gives(gzipSync(bomb), { "content-encoding": "gzip" }),
  "/br-bomb": gives(brotliCompressSync(bomb, FAST), {
    "content-encoding": "br",
  }),
  "/zstd-bomb": gives(zstdCompressSync(bomb), { "content-encoding": "zstd" }),
  "/double-bomb": gives(gzipSync(gzipSync(bomb)), {
    "content-encoding": "gzip, gzip",
  }),
  "/cut": (_, response) => {
    response.writeHead(200, { "content-length": 50 * KB });
    response.write(image(10 * KB), () => response.destroy());
  },
});
const fetcher = new Fetcher({
  schemes: ["http"],
  maxRedirects: 0,
  timeoutMs: 10_000,
  allowed: networksOf(["127.0.0.2/32"]),
  resolve: () => Promise.reject(new Error("no names here")),
  userAgent: "the-tests",
});
const folder = await mkdtemp(join(tmpdir(), "url-test-"));
after(async () => {
  await fetcher.close();
  await origin.close();
  await rm(folder, { recursive: true });
});

let made = 0;
const heads: number[] = [];
const STAYS = new AbortController().signal;

/** Takes in what begins as an image does. */
function receive(path: string, signal = STAYS): Promise<StoredFile> {
  return receiveUrl(
    fetcher,
    {
      url: origin.base + path,
      field: "url",
      path: join(folder, `${made++}`),
      maxBytes: MAX_BYTES,
      judgeHead: async (head) => {
        heads.push(head.length);
        if (Buffer.from(head).toString("latin1").startsWith("<"))
          throw new ServiceError("unsupported_format", "That is no image.");
      },
    },
    signal,
  );
}

for (const [path, bytes] of [
  ["/whole", 100 * KB],
  ["/gzip", 100 * KB],
  ["/tiny", 7],
  ["/head", HEAD],
  ["/exact", MAX_BYTES],
  ["/exact-gzip", MAX_BYTES],
] as const) {
  test(`${path} arrives whole, judged once by its head`, async () => {
    heads.length = 0;
    const stored = await receive(path);
    assert.equal(stored.bytes, bytes);
    assert.deepEqual(await readFile(stored.path), image(bytes));
    assert.deepEqual(heads, [Math.min(bytes, HEAD)]);
  });
}

for (const path of ["/endless-html", "/dripping-html"]) {
  test(`${path} is refused as soon as 4096 bytes are there`, async () => {
    const start = performance.now();
    await assert.rejects(receive(path), { code: "unsupported_format" });
    assert.ok(performance.now() - start < 1000);
    await departed(path);
  });
}

test("a declared length that is too large is refused before the body", async () => {
  heads.length = 0;
  await assert.rejects(receive("/declared"), {
    code: "file_too_large",
    context: { file_size: MAX_BYTES + 1, limit: MAX_BYTES },
  });
  assert.deepEqual(heads, []);
  await departed("/declared");
});

for (const path of [
  "/endless",
  "/gzip-bomb",
  "/br-bomb",
  "/zstd-bomb",
  "/double-bomb",
]) {
  test(`${path} is counted as it comes out, and ended`, async () => {
    await assert.rejects(receive(path), (error) => {
      assert.ok(error instanceof ServiceError);
      assert.equal(error.code, "file_too_large");
      const { file_size, limit } = error.context;
      assert.equal(limit, MAX_BYTES);
      assert.ok(Number(file_size) < 2 * MAX_BYTES, `${file_size} bytes`);
      return true;
    });
  });
}

test("nothing at all is the URL's failure", async () => {
  heads.length = 0;
  await assert.rejects(receive("/empty"), {
    code: "url_fetch_failed",
    context: { url: `${origin.base}/empty` },
  });
  assert.deepEqual(heads, []);
});

test("a body that is cut off is the URL's failure, not the client's", async () => {
  await assert.rejects(receive("/cut"), {
    code: "url_fetch_failed",
    context: { url: `${origin.base}/cut` },
  });
});

test("a client who leaves while the body comes ends it", async () => {
  const client = new AbortController();
  const work = receive("/dripping-html", client.signal);
  client.abort();
  await assert.rejects(work, { code: "client_closed" });
});

/** Waits until the origin has seen its connection end. */
async function departed(path: string): Promise<void> {
  const start = performance.now();
  while (!origin.left.includes(path)) {
    assert.ok(performance.now() - start < 1000, "the origin was left");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
