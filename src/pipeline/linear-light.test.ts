// Claims about linear light: samples come back as they were, and both ways follow the curve of IEC 61966-2-1.

import assert from "node:assert/strict";
import { test } from "node:test";

import { linearTable, to16Bit, to8Bit } from "./linear-light.ts";

const decoded = (v: number): number =>
  v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const encoded = (v: number): number =>
  v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055;

for (const [bits, most, encode, empty] of [
  [8, 255, to8Bit, new Uint8Array(0)],
  [16, 65_535, to16Bit, new Uint16Array(0)],
] as const) {
  test(`${bits} bits: the table follows the curve, and every sample comes back as it was`, () => {
    const table = linearTable(empty);
    assert.equal(table.length, most + 1);
    for (let sample = 0; sample <= most; sample++) {
      const linear = table[sample]!;
      assert.ok(Math.abs(linear - decoded(sample / most)) < 1e-7, `${sample}`);
      assert.equal(encode(linear), sample);
    }
  });

  test(`${bits} bits: any light becomes the nearest sample, within a twentieth of a level for 8 bits`, () => {
    for (let step = 0; step <= 100_000; step++) {
      const linear = step / 100_000;
      const exact = encoded(linear) * most;
      const distance = Math.abs(encode(linear) - exact);
      assert.ok(distance <= 0.55, `${linear}: ${distance}`);
    }
  });

  test(`${bits} bits: what rings beyond black and white is clipped`, () => {
    for (const [linear, sample] of [
      [-0.3, 0],
      [-1e-9, 0],
      [0, 0],
      [1, most],
      [1 + 1e-9, most],
      [1.4, most],
    ] as const) {
      assert.equal(encode(linear), sample, `${linear}`);
    }
  });
}

test("half of the light is sample 188, a fifth of it 124", () => {
  assert.equal(to8Bit(0.5), 188);
  assert.equal(to8Bit(0.2), 124);
});
