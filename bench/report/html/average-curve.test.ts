// Claims about averaging curves over pictures.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Curve, CurveSet } from "../../curves/curve.ts";
import { curveGroups } from "./average-curve.ts";

/** `scale` bytes at score 50, doubled every ten points, up to `most`. */
function curve(
  contestant: string,
  kind: Curve["kind"],
  scale: number,
  most = 95,
  output = "jpeg",
): Curve {
  const scores = [50, 60, 70, 80, 90, 95].filter((score) => score <= most);
  const points = scores.map((score) => {
    const bytes = scale * 2 ** ((score - 50) / 10);
    return { quality: score, score, bytes, cpuMs: 1, wallMs: 1 };
  });
  return { contestant, kind, output, points, failures: [] };
}

const set = (file: string, ...curves: Curve[]): CurveSet => ({ file, curves });

function at(sets: readonly CurveSet[], contestant: string, score: number) {
  const [group] = curveGroups(sets);
  return group?.curves
    .find((one) => one.contestant === contestant)
    ?.points.find((point) => point?.score === score);
}

const near = (value: number | undefined, expected: number): void =>
  assert.ok(
    Math.abs((value ?? 0) / expected - 1) < 1e-9,
    `${value} is not ${expected}`,
  );

test("bytes are the geometric mean over pictures, shares are of our first encoder", () => {
  const sets = [
    set("a", curve("ours", "ours", 100), curve("peer", "peer", 110)),
    set("b", curve("ours", "ours", 400), curve("peer", "peer", 480)),
  ];
  near(at(sets, "ours", 70)?.bytes, 200 * 4);
  near(at(sets, "peer", 70)?.relative, Math.sqrt(1.1 * 1.2));
  assert.equal(at(sets, "peer", 70)?.pictures, 2);
});

test("a picture that does not reach a score leaves the average in its place", () => {
  const sets = [
    set("a", curve("ours", "ours", 100)),
    set("b", curve("ours", "ours", 400, 80)),
  ];
  near(at(sets, "ours", 80)?.bytes, 200 * 8);
  near(at(sets, "ours", 90)?.bytes, 200 * 16);
  assert.equal(at(sets, "ours", 90)?.pictures, 1);
});

test("a score that fewer than half of the pictures reach has no point", () => {
  const sets = [
    set("a", curve("ours", "ours", 100)),
    set("b", curve("ours", "ours", 100, 80)),
    set("c", curve("ours", "ours", 100, 80)),
  ];
  assert.ok(at(sets, "ours", 80));
  assert.equal(at(sets, "ours", 84), undefined);
});

test("a picture that our first encoder does not carry to the anchor counts for nobody", () => {
  const sets = [
    set("a", curve("ours", "ours", 100), curve("peer", "peer", 100)),
    set("b", curve("ours", "ours", 100, 70), curve("peer", "peer", 900)),
  ];
  assert.equal(curveGroups(sets)[0]?.pictures, 1);
  near(at(sets, "peer", 60)?.relative, 1);
});

test("outputs stand apart, and one that is a point has no curve", () => {
  const point = { ...curve("ours", "ours", 100, 50, "png") };
  const sets = [
    set(
      "a",
      curve("ours", "ours", 100),
      curve("ours", "ours", 50, 95, "webp"),
      point,
    ),
  ];
  assert.deepEqual(
    curveGroups(sets).map(({ output }) => output),
    ["jpeg", "webp"],
  );
});
