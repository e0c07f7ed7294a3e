// The RateLimit fields parse as structured fields, and a refusal names the window that frees last.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { RateWindow, WindowState } from "../guards/rate.ts";
import { rateHeaders, refusalOf } from "./rate-limit.ts";

const BURST: RateWindow = { name: "burst", limit: 10, seconds: 10 };
const MINUTE: RateWindow = { name: "minute", limit: 60, seconds: 60 };
const windows = [BURST, MINUTE];

function counted(passed: boolean, ...states: WindowState[]) {
  return { windows, verdict: { passed, states } };
}

test("policies and what remains of them, by the names they share", () => {
  const headers = rateHeaders(
    counted(
      true,
      { remaining: 9, freesInMs: 10_000 },
      { remaining: 42, freesInMs: 12_345.678 },
    ),
  );
  assert.deepEqual(headers, {
    "ratelimit-policy": '"burst";q=10;w=10, "minute";q=60;w=60',
    ratelimit: '"burst";r=9;t=10, "minute";r=42;t=13',
  });
});

describe("a refusal", () => {
  const rows: readonly (readonly [
    claim: string,
    burst: WindowState,
    minute: WindowState,
    retryAfter: number,
    limit: number,
  ])[] = [
    [
      "by the burst",
      { remaining: 0, freesInMs: 3200 },
      { remaining: 50, freesInMs: 59_000 },
      4,
      10,
    ],
    [
      "by the minute",
      { remaining: 3, freesInMs: 9000 },
      { remaining: 0, freesInMs: 1500 },
      2,
      60,
    ],
    [
      "by both waits for the later",
      { remaining: 0, freesInMs: 8000 },
      { remaining: 0, freesInMs: 20_001 },
      21,
      60,
    ],
    [
      "never says to come back at once",
      { remaining: 0, freesInMs: 0.2 },
      { remaining: 9, freesInMs: 20_000 },
      1,
      10,
    ],
  ];
  for (const [claim, burst, minute, retryAfter, limit] of rows) {
    test(claim, () => {
      const { code, context } = refusalOf(counted(false, burst, minute));
      assert.equal(code, "rate_limit_exceeded");
      assert.deepEqual(context, { retry_after: retryAfter, limit });
    });
  }
});
