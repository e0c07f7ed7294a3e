// Claims about samples of a picture: what they hold, how busy they are, and when the whole stands for itself.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RawPixels } from "../codec.ts";
import { activityOf, representatives } from "./activity.ts";
import { mosaicOf } from "./mosaic.ts";

/** Left half flat, right half a board of single pixels that grows stronger downwards. */
function halves(
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4 = 3,
  deep = false,
): RawPixels {
  const count = width * height * channels;
  const data = deep ? new Uint16Array(count) : new Uint8Array(count);
  const unit = deep ? 257 : 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const strength = x < width / 2 ? 0 : Math.floor((100 * y) / height);
      const value = 100 + ((x + y) % 2) * strength;
      for (let channel = 0; channel < channels; channel++) {
        const isAlpha = channels % 2 === 0 && channel === channels - 1;
        data[(y * width + x) * channels + channel] =
          (isAlpha ? 77 : value) * unit;
      }
    }
  }
  return { data, width, height, channels };
}

test("a flat square is not busy, and a board is as busy as its steps are high", () => {
  const { columns, rows, values } = activityOf(halves(256, 256), 32);
  assert.deepEqual([columns, rows], [8, 8]);
  assert.equal(values[0], 0);
  const [top, bottom] = [values[7]!, values[63]!];
  assert.ok(top > 0 && bottom > top + 2, `${top} ${bottom}`);
});

test("deep pictures are as busy as their 8-bit likes", () => {
  const shallow = activityOf(halves(128, 128), 32).values;
  const deep = activityOf(halves(128, 128, 3, true), 32).values;
  for (const [at, value] of shallow.entries()) {
    assert.ok(Math.abs(value - deep[at]!) < 1e-9);
  }
});

test("representatives are as quiet and as busy as all are", () => {
  const map = activityOf(halves(2048, 2048), 32);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const chosen = representatives(map, 128).map((at) => map.values[at]!);
  assert.equal(chosen.length, 128);
  assert.ok(Math.abs(mean(chosen) - mean([...map.values])) < 0.02);
});

for (const deep of [false, true]) {
  test(`squares keep their own differences and alpha in ${deep ? 16 : 8} bits`, () => {
    const picture = halves(1024, 1024, 4, deep);
    const { pixels, scale } = mosaicOf(picture, {
      edge: 32,
      pixels: 65_536,
      hasAlpha: true,
    });
    assert.deepEqual(
      [pixels.width, pixels.height, pixels.channels],
      [256, 256, 4],
    );
    assert.equal(scale, 16);
    const unit = deep ? 257 : 1;
    const steps = new Set<number>();
    for (let at = 0; at < pixels.data.length; at += 4) {
      assert.equal(pixels.data[at + 3], 77 * unit);
      const x = (at / 4) % pixels.width;
      if (x % 32 !== 31)
        steps.add(Math.abs(pixels.data[at + 4]! - pixels.data[at]!));
    }
    assert.ok(steps.has(0) && steps.size > 20, `${steps.size} steps`);
    assert.ok(Math.max(...steps) <= 100 * unit);
  });
}

test("flat squares meet without an edge", () => {
  const data = new Uint8Array(512 * 512).map((_, at) =>
    at % 512 < 256 ? 10 : 240,
  );
  const { pixels } = mosaicOf(
    { data, width: 512, height: 512, channels: 1 },
    { edge: 32, pixels: 16_384, hasAlpha: false },
  );
  assert.deepEqual(new Set(pixels.data), new Set([128]));
});

for (const [claim, width, height] of [
  ["a small picture", 200, 200],
  ["a line", 5000, 8],
  ["one pixel", 1, 1],
] as const) {
  test(`${claim} stands for itself`, () => {
    const picture = halves(width, height);
    const { pixels, scale } = mosaicOf(picture, {
      edge: 32,
      pixels: 100_000,
      hasAlpha: false,
    });
    assert.equal(pixels, picture);
    assert.equal(scale, 1);
  });
}
