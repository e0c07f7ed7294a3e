// Memory's own claim: what it holds is bounded, and who was seen last is kept.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RateWindow } from "./rate.ts";
import { memoryRateStore } from "./rate-memory.ts";

const ONE: RateWindow = { name: "minute", limit: 1, seconds: 60 };

test("remembers no more callers than it may, those seen last", async () => {
  const store = memoryRateStore(() => 0, 100);
  const passes = async (key: string): Promise<boolean> =>
    (await store.take(key, [ONE])).passed;
  assert.equal(await passes("regular"), true);
  for (let i = 0; i < 1000; i++) {
    await passes(`caller ${i}`);
    assert.equal(await passes("regular"), false, "refused, but seen");
  }
  assert.equal(store.size(), 100);
  assert.equal(await passes("caller 999"), false, "is remembered");
  assert.equal(await passes("caller 0"), true, "is forgotten");
});

test("forgets callers whose requests have all left the window", async () => {
  let now = 0;
  const store = memoryRateStore(() => now);
  for (let i = 0; i < 50; i++) await store.take(`caller ${i}`, [ONE]);
  assert.equal(store.size(), 50);
  now = 60_000;
  await store.take("another", [ONE]);
  assert.equal(store.size(), 1);
});
