// Who has which limits, and that nobody is refused by a store that is away.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RateStore } from "./rate.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { memoryRateStore } from "./rate-memory.ts";

const LIMITS = { publicPerMinute: 3, publicBurst: 2, keyedPerMinute: 0 };

/** Passes (true), refusals (false), and requests that no limit applies to. */
async function takes(
  limiter: RateLimiter,
  caller: "public" | "keyed",
  key = "a",
): Promise<(boolean | undefined)[]> {
  const results: (boolean | undefined)[] = [];
  for (let i = 0; i < 4; i++)
    results.push((await limiter.take(caller, key))?.verdict.passed);
  return results;
}

const all = [undefined, undefined, undefined, undefined];

test("without a store nobody is limited", async () => {
  const limiter = new RateLimiter(undefined, LIMITS);
  assert.deepEqual(await takes(limiter, "public"), all);
  assert.equal(limiter.report().store, "off");
  assert.equal(limiter.report().limiting, false);
});

test("the public has a burst and a minute, keys have none unless they are given one", async () => {
  const limiter = new RateLimiter(memoryRateStore(), LIMITS);
  assert.deepEqual(await takes(limiter, "public"), [true, true, false, false]);
  assert.deepEqual(await takes(limiter, "keyed"), all);
  const windows = (await limiter.take("public", "b"))?.windows;
  assert.deepEqual(windows, [
    { name: "burst", limit: 2, seconds: 10 },
    { name: "minute", limit: 3, seconds: 60 },
  ]);
});

test("a key's limit is its own, whatever an address of the same name did", async () => {
  const limiter = new RateLimiter(memoryRateStore(), {
    ...LIMITS,
    keyedPerMinute: 3,
  });
  await takes(limiter, "public");
  assert.deepEqual(await takes(limiter, "keyed"), [true, true, true, false]);
  assert.deepEqual(await takes(limiter, "keyed", "b"), [
    true,
    true,
    true,
    false,
  ]);
});

test("zero is no limit", async () => {
  const limiter = new RateLimiter(memoryRateStore(), {
    publicPerMinute: 0,
    publicBurst: 3,
    keyedPerMinute: 0,
  });
  assert.deepEqual(await takes(limiter, "public"), [true, true, true, false]);
});

test("what a store that is away cannot count passes, and is reported", async () => {
  const away: RateStore = {
    name: "redis",
    isWorking: false,
    take: () => Promise.reject(new Error("away")),
    close: () => undefined,
  };
  const limiter = new RateLimiter(away, LIMITS);
  assert.deepEqual(await takes(limiter, "public"), all);
  assert.deepEqual(limiter.report(), {
    store: "redis",
    limiting: false,
    counted: 0,
    refused: 0,
    uncounted: 4,
  });
});

test("reports what it counted and what it refused", async () => {
  const limiter = new RateLimiter(memoryRateStore(), LIMITS);
  await takes(limiter, "public");
  const { store, limiting, counted, refused, uncounted } = limiter.report();
  assert.deepEqual(
    { store, limiting, counted, refused, uncounted },
    { store: "memory", limiting: true, counted: 4, refused: 2, uncounted: 0 },
  );
});
