// Claims about reading parts of a file at a URL: what is asked for, what an origin may do instead, and what that costs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import { networksOf } from "../net/address.ts";
import { Fetcher } from "../net/fetch.ts";
import { gives, originAt } from "../net/origin.fixture.ts";
import type { Handler } from "../net/origin.fixture.ts";
import { openRemote } from "./remote.ts";

const MB = 1024 ** 2;
const file = Uint8Array.from(
  { length: 2 * MB },
  (_, at) => (at * 7 + (at >> 9)) & 255,
);

/** Sends the part that is asked for; every `Range` that came is kept in `ranges`. */
function parts(body: Uint8Array, ranges: string[], mayStop = false): Handler {
  return (request, response) => {
    const range = request.headers.range ?? "";
    ranges.push(range);
    if (mayStop && ranges.length > 1) return gives(body)(request, response);
    const [, first = 0, last = 0] = (/bytes=(\d+)-(\d+)/.exec(range) ?? []).map(
      Number,
    );
    const end = Math.min(last + 1, body.length);
    response
      .writeHead(206, {
        "content-length": end - first,
        "content-range": `bytes ${first}-${end - 1}/${body.length}`,
      })
      .end(body.subarray(first, end));
  };
}

const asked: Record<string, string[]> = { whole: [], stops: [] };
const small = file.subarray(0, 1000);
const origin = await originAt("127.0.0.3", {
  "/parts": parts(file, asked["whole"]!),
  "/small": parts(small, []),
  "/stops": parts(file, asked["stops"]!, true),
  "/no-parts": gives(file),
  "/no-parts-small": gives(small),
  "/unsized": (_, response) => response.writeHead(200).end(file),
  "/encoded": gives(gzipSync(file), { "content-encoding": "gzip" }),
});
const fetcher = new Fetcher({
  schemes: ["http"],
  maxRedirects: 0,
  timeoutMs: 10_000,
  allowed: networksOf(["127.0.0.3/32"]),
  resolve: () => Promise.reject(new Error("no names here")),
  userAgent: "the-tests",
});
after(async () => {
  await fetcher.close();
  await origin.close();
});

const { signal } = new AbortController();
const open = (path: string, bytes?: number) =>
  openRemote(fetcher, `${origin.base}${path}`, "url", bytes, signal);
const expected = (offset: number, length: number): Uint8Array =>
  file.subarray(offset, offset + length);

test("the beginning comes at once, what lies further when it is asked for, and no more of it than that", async () => {
  const { bytes, reader } = await open("/parts");
  assert.equal(bytes, file.length);
  assert.deepEqual(await reader.read(10, 100), expected(10, 100));
  assert.equal(asked["whole"]!.length, 1);
  assert.deepEqual(await reader.read(MB, 100), expected(MB, 100));
  assert.deepEqual(asked["whole"], [
    "bytes=0-262143",
    `bytes=${MB}-${MB + 64 * 1024 - 1}`,
  ]);
  assert.deepEqual(
    await reader.read(file.length - 5, 50),
    expected(file.length - 5, 5),
  );
});

test("a reader that goes to and fro is stopped", async () => {
  const { reader } = await open("/parts");
  await assert.rejects(
    async () => {
      for (let step = 0; step < 40; step++) {
        await reader.read(step % 2 === 0 ? MB : MB + 512 * 1024, 10);
      }
    },
    { code: "url_fetch_failed" },
  );
});

for (const path of ["/no-parts", "/encoded"]) {
  test(`of ${path} the beginning is known, and what lies beyond is not`, async () => {
    const { reader } = await open(path, file.length);
    assert.deepEqual(await reader.read(200_000, 100), expected(200_000, 100));
    await assert.rejects(reader.read(MB, 100), { code: "url_fetch_failed" });
  });
}

test("an origin that sends parts, and then would not, is not believed", async () => {
  const { reader } = await open("/stops");
  await assert.rejects(reader.read(MB, 100), { code: "url_fetch_failed" });
});

for (const path of ["/small", "/no-parts-small"]) {
  test(`${path} is known whole`, async () => {
    const { bytes, reader } = await open(path);
    assert.equal(bytes, small.length);
    assert.deepEqual(await reader.read(0, 5000), small);
  });
}

test("what neither origin nor caller says is not known", async () => {
  assert.equal((await open("/unsized")).bytes, undefined);
  assert.equal((await open("/unsized", 5 * MB)).bytes, 5 * MB);
  assert.equal((await open("/no-parts", 5 * MB)).bytes, file.length);
});
