// Claims about what may be decoded at all, judged from a header's numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../errors.ts";
import { judge } from "./budget.ts";
import type { Facts } from "./facts.ts";

const LIMITS = { maxPixels: 1000, maxFrames: 10 };

function facts(
  width: number,
  height: number,
  more: Partial<Facts> = {},
): Facts {
  return {
    width,
    height,
    codedPixels: width * height,
    frames: 1,
    ...more,
  } as Facts;
}

const allowed: readonly (readonly [claim: string, facts: Facts])[] = [
  ["as many pixels as are allowed", facts(100, 10)],
  ["as many frames as are allowed", facts(10, 10, { frames: 10 })],
  [
    "four times the pixels in all frames together",
    facts(40, 10, { frames: 10 }),
  ],
  ["full frames, four of them", facts(100, 10, { frames: 4 })],
];
for (const [claim, given] of allowed) {
  test(`takes ${claim}`, () => {
    judge(given, LIMITS);
  });
}

const refused: readonly (readonly [
  claim: string,
  facts: Facts,
  limit: number,
])[] = [
  ["a pixel too many", facts(1001, 1), 1000],
  [
    "more coded pixels than are shown",
    facts(10, 10, { codedPixels: 1001 }),
    1000,
  ],
  ["a frame too many", facts(1, 1, { frames: 11 }), 10],
  [
    "too many pixels in all frames together",
    facts(67, 6, { frames: 10 }),
    4000,
  ],
  [
    "coded pixels of all frames",
    facts(1, 1, { codedPixels: 401, frames: 10 }),
    4000,
  ],
  [
    "the largest size a header can claim",
    facts(2 ** 32 - 1, 2 ** 32 - 1),
    1000,
  ],
];
for (const [claim, given, limit] of refused) {
  test(`refuses ${claim}, and names the limit that was passed`, () => {
    assert.throws(
      () => judge(given, LIMITS),
      (error) => {
        assert.ok(error instanceof ServiceError);
        assert.equal(error.code, "image_too_large");
        assert.deepEqual(error.context, { limit });
        assert.ok(error.message.includes(`at most ${limit} `), error.message);
        return true;
      },
    );
  });
}
