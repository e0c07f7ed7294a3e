// Claims about the limit on CPU: what is idle passes it, what is busy does not, and the wall clock holds both.

import assert from "node:assert/strict";
import { setImmediate, setTimeout } from "node:timers/promises";
import { test } from "node:test";

import { withinCpu } from "./cpu-limit.ts";

const HOUR_MS = 3_600_000;

test("work that burns CPU is told to end", async () => {
  const ended = await withinCpu(50, HOUR_MS, async (signal) => {
    while (!signal.aborted) await setImmediate();
    return true;
  });
  assert.ok(ended);
});

test("work that waits is not, for as long as the wall clock allows", async () => {
  const wasEnded = await withinCpu(HOUR_MS, HOUR_MS, async (signal) => {
    await setTimeout(250);
    return signal.aborted;
  });
  assert.equal(wasEnded, false);
  await assert.rejects(
    withinCpu(HOUR_MS, 150, async (signal) => {
      await setTimeout(HOUR_MS, undefined, { signal });
    }),
    { name: "AbortError" },
  );
});
