// Claims about the mix of a load.

import assert from "node:assert/strict";
import { test } from "node:test";

import { UsageError } from "../usage-error.ts";
import { readMix, requestsOf } from "./mix.ts";
import type { Mix } from "./mix.ts";

const REFUSED = [
  "",
  "convert",
  "convert=0",
  "convert=1.5",
  "convert=101",
  "convert=1=2",
  "fly=1",
  "convert=1,",
  "toString=1",
];
for (const text of REFUSED) {
  test(`refuses the mix "${text}" by name`, () => {
    assert.throws(
      () => readMix(text),
      (error) => error instanceof UsageError && /--mix/.test(error.message),
    );
  });
}

/** The first `count` requests, as words. */
function first(count: number, mix: Mix, seed: number): string[] {
  const all = requestsOf(mix, ["a", "b", "c"], seed);
  return Array.from({ length: count }, () => {
    const { kind, file } = all.next().value;
    return `${kind} ${file}`;
  });
}

test("every round holds each file as often as its kind weighs", () => {
  const round = first(9, readMix("convert=2,optimize=1"), 5);
  assert.deepEqual(round.toSorted(), [
    ...["convert a", "convert a", "convert b", "convert b"],
    ...["convert c", "convert c", "optimize a", "optimize b", "optimize c"],
  ]);
});

test("the seed alone decides the order, which differs from round to round", () => {
  const mix = readMix("convert=3,estimate=3");
  assert.deepEqual(first(40, mix, 1), first(40, mix, 1));
  assert.notDeepEqual(first(18, mix, 1), first(18, mix, 2));
  assert.notDeepEqual(first(36, mix, 1).slice(18), first(18, mix, 1));
});

test("a mix of nothing, or over no file, is no load", () => {
  assert.throws(() => requestsOf({}, ["a"], 1).next(), RangeError);
  assert.throws(() => requestsOf({ convert: 1 }, [], 1).next(), RangeError);
});
