// An answer is believed only when it is the script's, to this request.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RateWindow } from "./rate.ts";
import { verdictOf } from "./rate-script.ts";

const WINDOWS: readonly RateWindow[] = [
  { name: "burst", limit: 2, seconds: 10 },
  { name: "minute", limit: 6, seconds: 60 },
];

test("an answer tells of each window, in milliseconds", () => {
  const answer = ["mine", 1, 0, 9_500_000, 4, 60_000_000];
  assert.deepEqual(verdictOf(answer, "mine", WINDOWS), {
    passed: true,
    states: [
      { remaining: 0, freesInMs: 9500 },
      { remaining: 4, freesInMs: 60_000 },
    ],
  });
});

for (const [what, answer] of [
  ["to another request", ["another's", 1, 0, 9_500_000, 4, 60_000_000]],
  ["about fewer windows", ["mine", 1, 0, 9_500_000]],
  ["with text for a number", ["mine", 1, "0", 9_500_000, 4, 60_000_000]],
  ["of another command", 1],
  ["that is nothing", null],
] as const) {
  test(`an answer ${what} is refused`, () => {
    assert.throws(() => verdictOf(answer, "mine", WINDOWS));
  });
}
