// Claims about the lanes: what each may hold at once, of slots and of the one budget.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openLanes } from "./lanes.ts";
import type { LaneSettings } from "./lanes.ts";

const NEVER = new AbortController().signal;
const MB = 1024 ** 2;
const SETTINGS: LaneSettings = {
  slots: 2,
  maxQueue: 4,
  memoryBytes: 800 * MB,
  maxFileBytes: 50 * MB,
  onAdmitted: () => undefined,
};

const sizes: readonly (readonly [
  slots: number,
  estimates: number,
  estimatesWaiting: number,
])[] = [
  [1, 1, 4],
  [4, 1, 4],
  [5, 2, 8],
  [16, 4, 16],
];
for (const [slots, estimates, waiting] of sizes) {
  test(`beside ${slots} slots, ${estimates} for estimates, and ${waiting} estimates may wait`, () => {
    const { gates, jobs } = openLanes({ ...SETTINGS, slots });
    const { settings } = gates.estimate;
    assert.deepEqual([settings.slots, settings.maxQueue], [estimates, waiting]);
    assert.equal(jobs, slots + estimates);
  });
}

test("with every slot taken by work, an estimate is let in at once", async () => {
  const { gates } = openLanes(SETTINGS);
  for (let job = 0; job < 6; job++) void gates.work.enter(300 * MB, NEVER);
  const lease = await gates.estimate.enter(100 * MB, NEVER);
  assert.equal(lease.waitedMs < 1000, true);
});

test("work can never hold the part that estimates and files have of their own", async () => {
  const { gates, fileShare } = openLanes(SETTINGS);
  assert.equal(gates.work.settings.memory?.maxBytes, 700 * MB);
  assert.equal(fileShare().maxBytes, 100 * MB);
  assert.equal(gates.work.settings.memory?.maxBytes, 600 * MB);
  await assert.rejects(gates.work.enter(601 * MB, NEVER), {
    code: "image_too_large",
    context: { limit: 600 * MB },
  });
});

test("the file share is one, however often it is asked for", () => {
  const { fileShare } = openLanes(SETTINGS);
  assert.equal(fileShare(), fileShare());
});

const shares: readonly (readonly [
  claim: string,
  memoryMb: number,
  fileMb: number,
  shareMb: number,
])[] = [
  ["an eighth of the budget", 800, 50, 100],
  ["room for one file of the largest size", 400, 100, 100],
  ["never more than half of the budget", 100, 100, 50],
];
for (const [claim, memoryMb, fileMb, shareMb] of shares) {
  test(`files in memory may take ${claim}`, () => {
    const { fileShare } = openLanes({
      ...SETTINGS,
      memoryBytes: memoryMb * MB,
      maxFileBytes: fileMb * MB,
    });
    assert.equal(fileShare().maxBytes, shareMb * MB);
  });
}

test("bodies on their way in are refused beyond their number, never queued", async () => {
  const { gates } = openLanes(SETTINGS);
  const { receive } = gates;
  for (let body = 0; body < receive.settings.slots; body++)
    await receive.enter(0, NEVER);
  await assert.rejects(receive.enter(0, NEVER), { code: "service_overloaded" });
  assert.equal(receive.refused, 1);
});

test("whoever is let in is told of, by lane, with what they waited", async () => {
  const told: string[] = [];
  const { gates } = openLanes({
    ...SETTINGS,
    onAdmitted: (lane, waitedMs) => told.push(`${lane} ${waitedMs >= 0}`),
  });
  (await gates.work.enter(0, NEVER)).release();
  (await gates.fetch.enter(0, NEVER)).release();
  assert.deepEqual(told, ["work true", "fetch true"]);
});
