// Claims about predictors: what they take apart they put together again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { predict, unpredict } from "./predictor.ts";
import { ramp } from "./tiff.fixture.ts";

for (const [predictor, bits] of [
  [2, 8],
  [2, 16],
  [2, 32],
  [3, 16],
  [3, 32],
  [3, 64],
] as const) {
  for (const littleEndian of [true, false]) {
    for (const stride of [1, 3]) {
      const order = littleEndian ? "II" : "MM";
      test(`predictor ${predictor}, ${bits} bits, ${stride} samples, ${order}: undone exactly`, () => {
        const rowBytes = (bits / 8) * stride * 20;
        const rows = { rowBytes, stride, bits, littleEndian };
        const samples = ramp(rowBytes * 6, 3);
        const coded = predict(predictor, samples, rows);
        assert.notDeepEqual(coded, samples);
        assert.deepEqual(unpredict(predictor, coded, rows), samples);
      });
    }
  }
}

test("differences are taken within a row, sample by sample of a pixel", () => {
  const rows = { rowBytes: 6, stride: 3, bits: 8, littleEndian: true };
  const samples = Uint8Array.of(1, 2, 3, 5, 7, 9, 10, 10, 10, 9, 9, 9);
  assert.deepEqual(
    predict(2, samples, rows),
    Uint8Array.of(1, 2, 3, 4, 5, 6, 10, 10, 10, 255, 255, 255),
  );
});
