// Claims about the SIMD loops of a resampling: each computes what its plain loop would.

import assert from "node:assert/strict";
import { test } from "node:test";

import { VectorMemory } from "../vectors/memory.ts";
import { RESAMPLE_KERNELS } from "./resample-kernels.ts";

const memory = new VectorMemory(RESAMPLE_KERNELS);
const FLOAT = 4;

/** A row of numbers that no two of are alike, and where it lies. */
function row(floats: number, seed: number): { at: number; values: number[] } {
  const at = memory.allocate(floats);
  const values = Array.from({ length: floats }, (_, index) =>
    Math.fround(Math.sin(seed * 97 + index * 1.7)),
  );
  memory.floats.set(values, at / FLOAT);
  return { at, values };
}

const read = (at: number, floats: number): number[] =>
  Array.from(memory.floats.subarray(at / FLOAT, at / FLOAT + floats));

function assertNear(found: readonly number[], wanted: readonly number[]): void {
  assert.equal(found.length, wanted.length);
  for (const [index, value] of wanted.entries()) {
    assert.ok(Math.abs(found[index]! - value) < 1e-5, `float ${index}`);
  }
}

for (const floats of [4, 8, 60, 4000]) {
  test(`four rows, each times its weight, are added to a row of ${floats}`, () => {
    memory.reset();
    const rows = [1, 2, 3, 4].map((seed) => row(floats, seed));
    const sum = row(floats, 5);
    const weights = [0.5, -0.25, 2, 0];
    const weightsAt = memory.allocate(16);
    for (const [index, weight] of weights.entries()) {
      memory.floats.fill(
        weight,
        weightsAt / FLOAT + index * 4,
        weightsAt / FLOAT + index * 4 + 4,
      );
    }
    memory.kernels.weigh(
      sum.at,
      ...rows.map(({ at }) => at),
      weightsAt,
      floats * FLOAT,
    );
    assertNear(
      read(sum.at, floats),
      sum.values.map((value, index) =>
        rows.reduce(
          (total, { values }, r) => total + values[index]! * weights[r]!,
          value,
        ),
      ),
    );
  });

  test(`four rows of ${floats} come to lie side by side, nothing behind them touched`, () => {
    memory.reset();
    const rows = [1, 2, 3, 4].map((seed) => row(floats, seed));
    const result = memory.allocate(floats * 4);
    const behind = row(4, 9);
    memory.kernels.interleave(
      ...rows.map(({ at }) => at),
      result,
      floats * FLOAT,
    );
    const wanted = Array.from(
      { length: floats * 4 },
      (_, index) => rows[index % 4]!.values[index >> 2]!,
    );
    assert.deepEqual(read(result, floats * 4), wanted);
    assert.deepEqual(read(behind.at, 4), behind.values);
  });
}

for (const channels of [1, 2, 3, 4] as const) {
  for (const taps of [1, 2, 7, 100]) {
    test(`${taps} samples of ${channels} channels are weighed and summed in four rows`, () => {
      memory.reset();
      const samples = row(taps * channels * 4, channels);
      const weights = memory.allocate(taps * 4);
      const weightOf = (tap: number): number => Math.fround(1 / (tap + 2));
      for (let tap = 0; tap < taps; tap++) {
        const at = weights / FLOAT + tap * 4;
        memory.floats.fill(weightOf(tap), at, at + 4);
      }
      const result = memory.allocate(channels * 4);
      memory.kernels[`sum${channels}`](samples.at, weights, result, taps * 16);
      const wanted = Array.from({ length: channels * 4 }, (_, at) => {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) {
          sum += samples.values[tap * channels * 4 + at]! * weightOf(tap);
        }
        return sum;
      });
      assertNear(read(result, channels * 4), wanted);
    });
  }
}
