// Claims about coding what takes next to nothing at finer looks too.

import assert from "node:assert/strict";
import { test } from "node:test";

import { smallestFrom } from "./finer-looks.ts";

const SIZES: Readonly<Record<number, number>> = { 40: 214, 60: 182, 80: 192 };

/** Size of the result, and the looks that were coded for it. */
async function from(value: number, littleBelow: number) {
  const coded: number[] = [];
  const smallest = await smallestFrom(
    { scale: "look", value },
    (quality) => {
      coded.push(quality.value);
      return Promise.resolve(new Uint8Array(SIZES[quality.value] ?? 200));
    },
    ({ length }) => length < littleBelow,
  );
  return { bytes: smallest.length, coded };
}

test("what is little is made at finer looks too, and the smallest wins", async () => {
  assert.deepEqual(await from(40, 1000), { bytes: 182, coded: [40, 60, 80] });
});

test("the look asked for wins where it is the smallest", async () => {
  assert.deepEqual(await from(60, 1000), { bytes: 182, coded: [60, 80] });
});

test("no coarser look is tried than the one asked for", async () => {
  assert.deepEqual(await from(80, 1000), { bytes: 192, coded: [80] });
});

test("what is not little is coded once", async () => {
  assert.deepEqual(await from(40, 100), { bytes: 214, coded: [40] });
});
