// Claims about which frames are judged.

import assert from "node:assert/strict";
import { test } from "node:test";

import { spread } from "./compare.ts";

test("few frames are all looked at", () => {
  assert.deepEqual(spread(3, 8), [0, 1, 2]);
});

test("of many, as many as allowed, evenly from the first to the last", () => {
  const frames = spread(100, 8);
  assert.equal(new Set(frames).size, 8);
  assert.deepEqual([frames[0], frames.at(-1)], [0, 99]);
  const gaps = frames.slice(1).map((frame, at) => frame - frames[at]!);
  assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 1);
});
