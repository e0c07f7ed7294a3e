// Claims about sharpening: flat areas stay, edges gain what the reference gains, alpha is not touched.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RawPixels } from "../codecs/codec.ts";
import { unsharp, unsharpAmount } from "./unsharp.ts";

/** The reference's strength, as it is applied from a 2× reduction on. */
const AMOUNT = unsharpAmount(2);
const CHANNELS = [1, 2, 3, 4] as const;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function picture(
  width: number,
  height: number,
  channels: RawPixels["channels"],
  level: (x: number, y: number, channel: number) => number,
): RawPixels & { readonly data: Uint8Array } {
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    data[at] = Math.round(level(x, y, at % channels));
  }
  return { data, width, height, channels };
}

const copy = (pixels: RawPixels): RawPixels => ({
  ...pixels,
  data: pixels.data.slice(),
});

/** 1.75·δ − 0.75·Gauss(σ = 0.8) over 5 × 5, borders replicated, in floats. */
function reference({ data, width, height }: RawPixels): number[] {
  const weights = [-2, -1, 0, 1, 2].map((x) => Math.exp(-(x * x) / 1.28));
  const sum = weights.reduce((a, b) => a + b);
  const at = (x: number, y: number): number => {
    const column = Math.min(Math.max(x, 0), width - 1);
    const row = Math.min(Math.max(y, 0), height - 1);
    return data[row * width + column] ?? 0;
  };
  return Array.from(data, (value, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    let blurred = 0;
    weights.forEach((vertical, row) => {
      weights.forEach((horizontal, column) => {
        const weight = (vertical * horizontal) / (sum * sum);
        blurred += weight * at(x + column - 2, y + row - 2);
      });
    });
    return Math.min(255, Math.max(0, 1.75 * value - 0.75 * blurred));
  });
}

test("the amount is nothing at 1, rises with the ratio and then stays", () => {
  assert.equal(unsharpAmount(1), 0);
  assert.equal(unsharpAmount(0.5), 0);
  assert.equal(unsharpAmount(2), 0.75);
  assert.equal(unsharpAmount(4), 0.75);
  const ratios = Array.from({ length: 200 }, (_, step) => 1 + step / 10);
  const amounts = ratios.map(unsharpAmount);
  assert.deepEqual(
    amounts,
    amounts.toSorted((a, b) => a - b),
  );
  assert.ok(unsharpAmount(1.5) > 0.3 && unsharpAmount(8) > 0.75);
  assert.equal(unsharpAmount(1000), unsharpAmount(8));
});

for (const channels of CHANNELS) {
  test(`flat areas with ±1 noise are untouched, to the bit: ${channels} channels`, () => {
    const next = random(channels);
    for (const level of [1, 90, 254]) {
      // One value per pixel, as luma noise is.
      const noise = Array.from(
        { length: 40 * 30 },
        () => Math.floor(next() * 3) - 1,
      );
      const pixels = picture(
        40,
        30,
        channels,
        (x, y) => level + (noise[y * 40 + x] ?? 0),
      );
      const before = copy(pixels);
      unsharp(pixels, unsharpAmount(8));
      assert.deepEqual(pixels.data, before.data);
    }
  });
}

test("flat areas of 16 bits with noise of half a level are untouched, to the bit", () => {
  const next = random(9);
  const wide = {
    data: Uint16Array.from({ length: 40 * 30 }, () => 30_000 + next() * 257),
    width: 40,
    height: 30,
    channels: 1,
  } as const;
  const before = copy(wide);
  unsharp(wide, unsharpAmount(8));
  assert.deepEqual(wide.data, before.data);
});

for (const channels of CHANNELS) {
  test(`an edge gains contrast on both sides: ${channels} channels`, () => {
    const pixels = picture(12, 12, channels, (x) => (x < 6 ? 80 : 170));
    unsharp(pixels, AMOUNT);
    const at = (x: number): number => pixels.data[(5 * 12 + x) * channels] ?? 0;
    assert.ok(at(5) < 70, `dark side ${at(5)}`);
    assert.ok(at(6) > 180, `bright side ${at(6)}`);
    assert.deepEqual([at(2), at(9)], [80, 170], "away from the edge");
  });
}

for (const channels of [2, 4] as const) {
  test(`alpha is untouched: ${channels} channels`, () => {
    const next = random(3);
    const pixels = picture(30, 20, channels, () => next() * 255);
    const before = copy(pixels);
    unsharp(pixels, AMOUNT);
    assert.notDeepEqual(pixels.data, before.data, "premise");
    for (let at = channels - 1; at < pixels.data.length; at += channels) {
      assert.equal(pixels.data[at], before.data[at]);
    }
  });
}

test("all three colors get the same difference, so that hues stay", () => {
  const colors = [
    [90, 120, 60],
    [140, 170, 110],
  ] as const;
  const pixels = picture(
    10,
    10,
    3,
    (x, _, channel) => colors[x < 5 ? 0 : 1][channel as 0],
  );
  const before = copy(pixels);
  unsharp(pixels, AMOUNT);
  for (let at = 0; at < pixels.data.length; at += 3) {
    const change = [0, 1, 2].map(
      (channel) => pixels.data[at + channel]! - before.data[at + channel]!,
    );
    assert.deepEqual(change, [change[0], change[0], change[0]]);
  }
});

test("strong edges come within one level of 1.75·δ − 0.75·Gauss", () => {
  const next = random(11);
  const pixels = picture(64, 48, 1, () => next() * 255);
  const wanted = reference(pixels);
  const before = copy(pixels);
  unsharp(pixels, AMOUNT);
  let strong = 0;
  wanted.forEach((value, at) => {
    // Contrast from which the whole amount applies: 3 levels, a change of 2.25.
    if (Math.abs(value - before.data[at]!) < 2.6) return;
    strong++;
    const off = Math.abs(pixels.data[at]! - value);
    assert.ok(off <= 1, `pixel ${at} is off by ${off}`);
  });
  assert.ok(strong > 2000, "premise");
});

test("no pixel is changed by more than the reference would", () => {
  const next = random(12);
  const pixels = picture(64, 48, 1, () => 120 + next() * 12);
  const wanted = reference(pixels);
  const before = copy(pixels);
  unsharp(pixels, AMOUNT);
  wanted.forEach((value, at) => {
    const change = Math.abs(pixels.data[at]! - before.data[at]!);
    assert.ok(change <= Math.abs(value - before.data[at]!) + 1);
  });
});

test("an amount of 0 changes nothing", () => {
  const next = random(13);
  const pixels = picture(20, 20, 3, () => next() * 255);
  const before = copy(pixels);
  unsharp(pixels, 0);
  assert.deepEqual(pixels.data, before.data);
});

for (const channels of CHANNELS) {
  test(`16 bits agree with 8 within one level: ${channels} channels`, () => {
    const next = random(20 + channels);
    const narrow = picture(
      33,
      17,
      channels,
      (x) => (x % 9 < 5 ? 40 : 190) + next() * 20,
    );
    const wide = {
      ...narrow,
      data: Uint16Array.from(narrow.data, (value) => value * 257),
    };
    unsharp(narrow, AMOUNT);
    unsharp(wide, AMOUNT);
    narrow.data.forEach((value, at) => {
      const off = Math.abs(value - wide.data[at]! / 257);
      assert.ok(off <= 1, `sample ${at} is off by ${off}`);
    });
  });
}

test("values stay within black and white, at 8 and at 16 bits", () => {
  // An integer array would wrap around where it ought to clip.
  const narrow = picture(10, 10, 1, (x) => (x < 5 ? 2 : 253));
  const wide = {
    ...narrow,
    data: Uint16Array.from(narrow.data, (value) => value * 257),
  };
  unsharp(narrow, AMOUNT);
  unsharp(wide, AMOUNT);
  assert.deepEqual([narrow.data[54], narrow.data[55]], [0, 255]);
  assert.deepEqual([wide.data[54], wide.data[55]], [0, 65_535]);
});

for (const [width, height] of [
  [1, 1],
  [1, 9],
  [9, 1],
  [2, 2],
  [3, 5],
  [5, 2],
] as const) {
  test(`${width} × ${height} works, its borders replicated`, () => {
    const next = random(width * 10 + height);
    const pixels = picture(width, height, 1, () => 10 + next() * 230);
    const wanted = reference(pixels);
    const before = copy(pixels);
    unsharp(pixels, AMOUNT);
    wanted.forEach((value, at) => {
      const strong = Math.abs(value - before.data[at]!) >= 2.6;
      const off = Math.abs(
        pixels.data[at]! - (strong ? value : before.data[at]!),
      );
      assert.ok(off <= (strong ? 1 : 3.6), `pixel ${at} is off by ${off}`);
    });
  });
}
