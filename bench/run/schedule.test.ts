// Claims about the order of runs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { schedule } from "./schedule.ts";

const items = Array.from({ length: 20 }, (_, i) => i);

test("every item runs as often as asked", () => {
  const order = schedule(items, 3, 1);
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    items.flatMap((item) => [item, item, item]),
  );
});

test("the seed alone decides the order", () => {
  assert.deepEqual(schedule(items, 3, 7), schedule(items, 3, 7));
  assert.notDeepEqual(schedule(items, 3, 7), schedule(items, 3, 8));
});

test("repeats of one item are spread over the run", () => {
  const order = schedule(items, 5, 1);
  const halves = items.filter((item) => order.lastIndexOf(item) >= 50);
  assert.ok(halves.length > 15, `${halves.length} of 20 run in both halves`);
});
