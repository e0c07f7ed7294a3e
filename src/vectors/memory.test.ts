// Claims about memory for rows of floats: rows lie apart, begin at zero, and outlive the block's growth.

import assert from "node:assert/strict";
import { test } from "node:test";

import { VectorMemory, wholeVectors } from "./memory.ts";

const PAGE_FLOATS = 16_384;

for (const [floats, whole] of [
  [0, 0],
  [1, 4],
  [4, 4],
  [5, 8],
  [1023, 1024],
] as const) {
  test(`${floats} floats take ${whole}`, () => {
    assert.equal(wholeVectors(floats), whole);
  });
}

test("rows lie one behind the other, at whole vectors", () => {
  const memory = new VectorMemory({});
  assert.deepEqual(
    [3, 8, 1, 4].map((floats) => memory.allocate(floats)),
    [0, 16, 48, 64],
  );
});

test("rows keep what they hold while the block grows", () => {
  const memory = new VectorMemory({});
  const address = memory.allocate(4);
  memory.floats.set([1, 2, 3, 4], address / 4);
  const before = memory.floats.length;
  const far = memory.allocate(PAGE_FLOATS * 3);
  assert.ok(memory.floats.length > before);
  assert.deepEqual([...memory.floats.subarray(0, 4)], [1, 2, 3, 4]);
  const end = far / 4 + PAGE_FLOATS * 3;
  assert.ok(end <= memory.floats.length);
  assert.equal(memory.floats[end - 1], 0);
});

test("a row begins at zero, whatever was there before the reset", () => {
  const memory = new VectorMemory({});
  memory.floats.fill(7, memory.allocate(64) / 4, 64);
  memory.reset();
  assert.equal(memory.allocate(32), 0);
  assert.ok(memory.floats.subarray(0, 32).every((value) => value === 0));
});

test("the block never shrinks, and is used again", () => {
  const memory = new VectorMemory({});
  memory.allocate(PAGE_FLOATS * 5);
  const { length } = memory.floats;
  for (let round = 0; round < 20; round++) {
    memory.reset();
    memory.allocate(PAGE_FLOATS * 5);
  }
  assert.equal(memory.floats.length, length);
});
