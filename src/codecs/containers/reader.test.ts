// Claims about how much of a file a header reader may see: all of it once, and then an end.

import assert from "node:assert/strict";
import { test } from "node:test";

import { boundedReader, type ByteReader } from "./reader.ts";

const WINDOW = 64 * 1024;

/** A reader of zeros that counts what it fetches. */
function zeros(size: number): { reader: ByteReader; fetched: () => number } {
  let fetched = 0;
  const reader = boundedReader(size, (offset, length) => {
    fetched++;
    return Promise.resolve(new Uint8Array(Math.min(length, size - offset)));
  });
  return { reader, fetched: () => fetched };
}

test("a file may be read through, however large it is", async () => {
  const size = 1024 ** 3;
  const { reader, fetched } = zeros(size);
  for (let at = 0; at < size; at += WINDOW) await reader.read(at, WINDOW);
  assert.equal(fetched(), size / WINDOW);
});

test("a chase back and forth ends, sooner in a small file", async () => {
  const chase = async (size: number): Promise<number> => {
    const { reader, fetched } = zeros(size);
    const hop = async (at: number): Promise<void> => {
      await reader.read(at, 1);
      await reader.read(size - 1 - at, 1);
    };
    await assert.rejects(
      async () => {
        for (;;) await hop(0);
      },
      { code: "invalid_image" },
    );
    return fetched();
  };
  assert.equal(await chase(10 * WINDOW), 2048 + 10);
  assert.equal(await chase(1000 * WINDOW), 2048 + 1000);
});

test("looks at one window over and over end too", async () => {
  const { reader, fetched } = zeros(100);
  await assert.rejects(
    async () => {
      for (;;) await reader.read(0, 1);
    },
    { code: "invalid_image" },
  );
  assert.equal(fetched(), 1);
});

test("there is nothing before a file and behind it", async () => {
  const { reader } = zeros(100);
  for (const [offset, length] of [
    [-1, 4],
    [100, 4],
    [0, 0],
    [0, -1],
    [2 ** 60, 2 ** 60],
  ] as const)
    assert.equal((await reader.read(offset, length)).length, 0);
  assert.equal((await reader.read(98, 2 ** 60)).length, 2);
});
