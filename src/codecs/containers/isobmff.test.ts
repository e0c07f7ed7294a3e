// Claims about listing boxes: honest sizes are followed, dishonest ones end the list.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../../errors.ts";
import { boxBytes, numbers } from "./isobmff-write.ts";
import { boxesIn, readBrands, walkBoxes } from "./isobmff.ts";
import { walkBytes } from "./walk.ts";

const A = boxBytes("aaaa", Buffer.from("one"));
const B = boxBytes("bbbb");

function list(file: Uint8Array) {
  return walkBytes(file, walkBoxes(0, file.length)).map(
    ({ type, offset, length }) => [type, offset, length],
  );
}

function head(size: number, ...more: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([numbers(4, size), Buffer.from("cccc"), ...more]);
}

const rows: readonly (readonly [string, Uint8Array, readonly unknown[]])[] = [
  [
    "boxes in order",
    Buffer.concat([A, B]),
    [
      ["aaaa", 8, 3],
      ["bbbb", 19, 0],
    ],
  ],
  [
    "size 0 up to the end",
    Buffer.concat([B, head(0), A]),
    [
      ["bbbb", 8, 0],
      ["cccc", 16, 11],
    ],
  ],
  [
    "a 64-bit size",
    Buffer.concat([head(1, numbers(8, 18)), Buffer.from("xx"), B]),
    [
      ["cccc", 16, 2],
      ["bbbb", 26, 0],
    ],
  ],
  ["a size beyond the end, cut", head(0xffffffff, A), [["cccc", 8, 11]]],
  [
    "a 64-bit size beyond 2^53, cut",
    head(1, new Uint8Array(8).fill(0xff), A),
    [["cccc", 16, 11]],
  ],
  [
    "no box in fewer than 8 bytes",
    Buffer.concat([B, A.subarray(0, 7)]),
    [["bbbb", 8, 0]],
  ],
];

for (const [name, file, wanted] of rows) {
  test(`lists ${name}`, () => {
    assert.deepEqual(list(file), wanted);
    assert.deepEqual(
      boxesIn(file).map(({ type, offset, length }) => [type, offset, length]),
      wanted,
    );
  });
}

test("a size smaller than its own head is an invalid image", () => {
  for (const file of [head(2), head(7), head(1, numbers(8, 15))]) {
    assert.throws(() => list(file), ServiceError);
    assert.throws(() => boxesIn(file), ServiceError);
  }
});

test("a million empty boxes are too many", () => {
  const file = new Uint8Array(
    Buffer.concat(Array.from({ length: 100_000 }, () => B)),
  );
  assert.throws(() => list(file), ServiceError);
  assert.throws(() => boxesIn(file), ServiceError);
});

test("brands are the major one and the compatible ones", () => {
  const brands = readBrands(Buffer.from("avif\0\0\0\x01mif1miafx"));
  assert.deepEqual(brands, ["avif", "mif1", "miaf"]);
});
