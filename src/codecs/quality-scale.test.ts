// Claims about reading values off measured points.

import assert from "node:assert/strict";
import { test } from "node:test";

import { interpolate } from "./quality-scale.ts";
import type { ScalePoints } from "./quality-scale.ts";

const POINTS = [
  [10, 20],
  [20, 60],
  [40, 70],
] as const;

for (const [claim, points, quality, value] of [
  ["at a point, its value", POINTS, 20, 60],
  ["at the first point", POINTS, 10, 20],
  ["at the last point", POINTS, 40, 70],
  ["between two, in proportion", POINTS, 15, 40],
  ["between the others, in theirs", POINTS, 30, 65],
  ["below the first, level", POINTS, 1, 20],
  ["above the last, level", POINTS, 100, 70],
  ["one point says the same everywhere", [[50, 7]], 80, 7],
  ["one point says the same below", [[50, 7]], 2, 7],
  ["no points leave the quality as it is", [], 33, 33],
] as const satisfies readonly (readonly [
  string,
  ScalePoints,
  number,
  number,
])[]) {
  test(claim, () => {
    assert.equal(interpolate(points, quality), value);
  });
}

test("rises wherever the points rise", () => {
  const values = Array.from({ length: 500 }, (_, step) =>
    interpolate(POINTS, step / 10),
  );
  assert.deepEqual(
    values,
    values.toSorted((a, b) => a - b),
  );
});
