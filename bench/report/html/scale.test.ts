// Claims about axes: where values lie, which ticks they have, and that labels do not meet.

import assert from "node:assert/strict";
import { test } from "node:test";

import { spreadOut } from "./chart.ts";
import { linearScale, logScale } from "./scale.ts";

const PIXELS = [100, 500] as const;

for (const [claim, domain, most, ticks] of [
  [
    "tens where they fit",
    [0, 100],
    10,
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  ],
  ["fewer where they do not", [0, 100], 5, [0, 20, 40, 60, 80, 100]],
  ["only what lies within", [37, 96], 3, [40, 60, 80]],
  ["on both sides of nought", [-30, 30], 4, [-20, 0, 20]],
] as const) {
  test(`linear ticks: ${claim}`, () => {
    assert.deepEqual(linearScale(domain, PIXELS, most).ticks, ticks);
  });
}

for (const [claim, domain, most, base, ticks] of [
  ["1, 2 and 5 where they fit", [15, 220], 4, "decimal", [20, 50, 100, 200]],
  ["powers of ten where they do not", [5, 2000], 4, "decimal", [10, 100, 1000]],
  ["bytes by 1024", [600, 3e6], 6, "binary", [1024, 10_240, 102_400, 2 ** 20]],
  [
    "some of those over a wide span",
    [1, 1e7],
    4,
    "decimal",
    [1, 100, 1e4, 1e6],
  ],
] as const) {
  test(`logarithmic ticks: ${claim}`, () => {
    assert.deepEqual(logScale(domain, PIXELS, most, base).ticks, ticks);
  });
}

for (const [name, scale] of [
  ["linear", linearScale([10, 1000], PIXELS, 5)],
  ["logarithmic", logScale([10, 1000], PIXELS, 5, "decimal")],
] as const) {
  test(`a ${name} axis runs from end to end and keeps the order`, () => {
    assert.ok(Math.abs(scale.at(10) - 100) < 1e-9);
    assert.ok(Math.abs(scale.at(1000) - 500) < 1e-9);
    assert.ok(scale.at(99) < scale.at(101));
  });
}

test("a logarithmic axis gives equal room to equal ratios", () => {
  const { at } = logScale([10, 1000], PIXELS, 5, "decimal");
  assert.ok(Math.abs(at(100) - 300) < 1e-9);
});

for (const scale of [
  linearScale([7, 7], PIXELS, 5),
  logScale([7, 7], PIXELS, 5, "binary"),
]) {
  test("an axis of one value puts it in the middle", () => {
    assert.ok(Math.abs(scale.at(7) - 300) < 1e-9);
  });
}

for (const [claim, wanted, places] of [
  ["stay where they have room", [20, 60], [20, 60]],
  ["move apart where they have none", [50, 50, 51], [50, 60, 70]],
  ["keep within their span", [98, 99, 100], [80, 90, 100]],
  ["keep their order whatever that of the list", [62, 20, 60], [70, 20, 60]],
] as const) {
  test(`labels ${claim}`, () => {
    assert.deepEqual(spreadOut(wanted, 10, [0, 100]), places);
  });
}
