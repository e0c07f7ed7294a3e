// Claims about GIF settings: they follow the quality in one direction, and stay within what the tools take.

import assert from "node:assert/strict";
import { test } from "node:test";

import { gifSettings, lossSettings } from "./plan.ts";

const QUALITIES = Array.from({ length: 100 }, (_, at) => at + 1);

test("less is given up as quality rises, nothing at 100", () => {
  const rows = QUALITIES.map((value) => lossSettings({ scale: "look", value }));
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1] ?? row;
    assert.ok(row.lossiness <= before.lossiness);
    assert.ok(row.distance <= before.distance);
    assert.ok(row.minScore >= before.minScore);
  }
  assert.deepEqual([rows[99]?.lossiness, rows[99]?.distance], [0, 0]);
});

test("below 70 a quality means what the step below it means", () => {
  const at = (value: number) => lossSettings({ scale: "look", value });
  for (const [step, ...same] of [
    [60, 61, 69],
    [40, 41, 59],
    [20, 30, 39],
  ] as const) {
    for (const value of same) assert.deepEqual(at(value), at(step));
  }
  assert.deepEqual(
    [69, 59, 39, 19].map((value) => at(value).lossiness),
    [30, 50, 80, 140],
  );
});

test("/convert's frames are exact from 90 on, and when lossless was asked", () => {
  const error = (value: number, lossless = false) =>
    gifSettings({ scale: "encoder", value }, lossless, 1).interFrameMaxError;
  assert.deepEqual([error(0), error(50), error(90), error(100)], [8, 4, 0, 0]);
  assert.equal(error(50, true), 0);
});
