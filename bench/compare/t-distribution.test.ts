// Claims about the t distribution, against published tables and the cases that have a closed form.

import assert from "node:assert/strict";
import { test } from "node:test";

import { incompleteBeta, twoSidedP } from "./t-distribution.ts";

/** Percentage points to both sides: Abramowitz & Stegun, table 26.10, to three digits. */
const TABLE: readonly (readonly [
  degrees: number,
  at5: number,
  at1: number,
  atTenth: number,
])[] = [
  [1, 12.706, 63.657, 636.619],
  [2, 4.303, 9.925, 31.598],
  [3, 3.182, 5.841, 12.924],
  [5, 2.571, 4.032, 6.869],
  [10, 2.228, 3.169, 4.587],
  [30, 2.042, 2.75, 3.646],
  [120, 1.98, 2.617, 3.373],
  [1e7, 1.96, 2.576, 3.291],
];
for (const [degrees, at5, at1, atTenth] of TABLE) {
  test(`meets the table at ${degrees} degrees of freedom`, () => {
    for (const [t, chance] of [
      [at5, 0.05],
      [at1, 0.01],
      [atTenth, 0.001],
    ] as const) {
      // The table's last digit is worth less than this of the chance.
      const error = twoSidedP(t, degrees) / chance - 1;
      assert.ok(Math.abs(error) < 0.003, `${t}: off by ${error}`);
    }
  });
}

test("one and two degrees of freedom have closed forms, far into the tail", () => {
  for (const t of [0.001, 0.3, 1, 2.5, 40, 1000]) {
    const one = 1 - (2 / Math.PI) * Math.atan(t);
    const two = 1 - t / Math.sqrt(2 + t * t);
    assert.ok(Math.abs(twoSidedP(t, 1) - one) < 1e-12, `${t}`);
    assert.ok(Math.abs(twoSidedP(t, 2) - two) < 1e-12, `${t}`);
  }
});

test("zero is certain, infinity impossible, and the sign does not matter", () => {
  assert.equal(twoSidedP(0, 7), 1);
  assert.equal(twoSidedP(Infinity, 7), 0);
  assert.equal(twoSidedP(-2, 7), twoSidedP(2, 7));
});

test("the incomplete beta function is a power where one parameter is 1", () => {
  for (const x of [0, 0.01, 0.4, 0.9, 0.999, 1]) {
    for (const a of [0.3, 1, 4.5, 60]) {
      const left = incompleteBeta(x, a, 1) - x ** a;
      const right = incompleteBeta(x, 1, a) - (1 - (1 - x) ** a);
      assert.ok(Math.abs(left) < 1e-13 && Math.abs(right) < 1e-13, `${x} ${a}`);
    }
  }
});
