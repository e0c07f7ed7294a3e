// Claims about the arguments of `run`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { UsageError } from "../usage-error.ts";
import { readRunOptions } from "./options.ts";

const REFUSED: readonly (readonly [args: string[], names: RegExp])[] = [
  [["--mode", "slow"], /--mode must be one of quick/],
  [["--repeat", "0"], /--repeat .* "0"/],
  [["--repeat", "2.5"], /--repeat .* "2.5"/],
  [["--repeat="], /--repeat .* ""/],
  [["--seed", "-1"], /--seed/],
  [["--preset", "medium,huge"], /--preset .* "huge"/],
  [["--bucket", "big"], /--bucket .* "big"/],
  [["--reapeat", "3"], /--reapeat/],
  [["quick"], /quick/],
  [["--concurrency", "0"], /--concurrency .* "0"/],
  [["--seconds", "1.5"], /--seconds .* "1.5"/],
  [["--mix", "fly=1"], /--mix .* "fly=1"/],
];
for (const [args, names] of REFUSED) {
  test(`refuses "${args.join(" ")}" by name`, () => {
    assert.throws(
      () => readRunOptions(args),
      (error) => error instanceof UsageError && names.test(error.message),
    );
  });
}

test("quick is one run at medium over buckets up to medium", () => {
  const { mode, repeat, presets, buckets } = readRunOptions([]);
  assert.deepEqual(
    [mode, repeat, presets, buckets],
    ["quick", 1, ["medium"], ["tiny", "small", "medium"]],
  );
});

test("timing repeats five times over all buckets, unless told otherwise", () => {
  assert.equal(readRunOptions(["--mode", "timing"]).repeat, 5);
  assert.deepEqual(readRunOptions(["--mode", "timing"]).buckets, []);
  const told = readRunOptions(["--mode", "timing", "--repeat", "2"]);
  assert.equal(told.repeat, 2);
});

test("pr is all presets up to medium size, with repeats to test by", () => {
  const { presets, buckets, repeat } = readRunOptions(["--mode", "pr"]);
  assert.deepEqual(presets, ["low", "medium", "high"]);
  assert.deepEqual(buckets, ["tiny", "small", "medium"]);
  assert.ok(repeat >= 3);
});

test("accuracy is all presets over all buckets, and believes earlier runs unless told otherwise", () => {
  const { presets, buckets, fresh } = readRunOptions(["--mode", "accuracy"]);
  assert.deepEqual(presets, ["low", "medium", "high"]);
  assert.deepEqual([buckets, fresh], [[], false]);
  const again = readRunOptions(["--mode", "accuracy", "--fresh"]);
  assert.equal(again.fresh, true);
});

test("lists are taken apart at commas", () => {
  const { formats, presets } = readRunOptions([
    "--fmt",
    "jpeg,png",
    "--preset=low,high",
  ]);
  assert.deepEqual(formats, ["jpeg", "png"]);
  assert.deepEqual(presets, ["low", "high"]);
});
