// Claims about stretches of a file that are kept, cut and put together.

import assert from "node:assert/strict";
import { test } from "node:test";

import { joined, relocation, without } from "./spans.ts";

const span = (start: number, end: number) => ({ start, end });

test("stretches that touch or overlap are one", () => {
  const found = joined([span(5, 8), span(0, 2), span(2, 3), span(6, 9)]);
  assert.deepEqual(found, [span(0, 3), span(5, 9)]);
});

test("empty stretches are none", () => {
  assert.deepEqual(joined([span(3, 3), span(4, 2)]), []);
});

for (const [claim, cuts, left] of [
  ["in the middle", [span(3, 5)], [span(0, 3), span(5, 10)]],
  ["at both ends", [span(0, 2), span(8, 12)], [span(2, 8)]],
  ["all of it", [span(0, 10)], []],
  ["beside it", [span(10, 20)], [span(0, 10)]],
] as const) {
  test(`cuts ${claim}`, () => {
    assert.deepEqual(without([span(0, 10)], cuts), left);
  });
}

test("bytes are found where they went, and gone ones nowhere", () => {
  const move = relocation([span(10, 20), span(30, 40)], 100);
  const found = [10, 19, 20, 29, 30, 39, 40, 0].map(move);
  const gone = undefined;
  assert.deepEqual(found, [100, 109, gone, gone, 110, 119, gone, gone]);
});

test("nothing kept, nothing found", () => {
  assert.equal(relocation([], 5)(0), undefined);
});
