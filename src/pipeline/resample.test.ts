// Claims about resampled pixels: within one level of the same arithmetic written plainly in double precision.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RawPixels } from "../codecs/codec.ts";
import type { Size } from "../image/geometry.ts";
import { resample } from "./resample.ts";
import type { Window } from "./resample.ts";

type Channels = RawPixels["channels"];

/** Hard edges, noise and gradients, the same each time; alpha from nothing to all. */
function scene(
  { width, height }: Size,
  channels: Channels,
  isDeep = false,
): RawPixels {
  const samples = width * height * channels;
  const data = isDeep ? new Uint16Array(samples) : new Uint8Array(samples);
  const full = isDeep ? 65_535 : 255;
  let state = width * 31 + height;
  for (let at = 0; at < samples; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = state / 2 ** 32;
    const x = Math.floor(at / channels) % width;
    const edge = x % 13 < 6 ? 0 : 1;
    const mix = [noise, edge, x / width][at % 3]!;
    data[at] = Math.round(mix * full);
  }
  return { width, height, channels, data };
}

const decoded = (v: number): number =>
  v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const encoded = (v: number): number =>
  v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055;
const clip = (v: number): number => Math.min(1, Math.max(0, v));

function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const sinc = (v: number): number => Math.sin(Math.PI * v) / (Math.PI * v);
  return sinc(x) * sinc(x / 3);
}

/** Source sample and weight of what target sample `at` is made of. */
function* tapsOf(
  at: number,
  length: number,
  target: number,
  from: number,
  span: number,
): Generator<readonly [index: number, weight: number]> {
  const scale = span / target;
  const center = from + (at + 0.5) * scale - 0.5;
  const widening = Math.max(1, scale);
  const low = Math.ceil(center - 3 * widening);
  const high = Math.floor(center + 3 * widening);
  let sum = 0;
  for (let i = low; i <= high; i++) sum += lanczos3((i - center) / widening);
  for (let i = low; i <= high; i++) {
    const weight = lanczos3((i - center) / widening) / sum;
    yield [Math.min(length - 1, Math.max(0, i)), weight];
  }
}

interface Exact {
  /** Samples before they are rounded, in levels. */
  readonly levels: Float64Array;
  /** Alpha of each sample's pixel, 0 to 1: what a color that weighs little may be off by. */
  readonly alphas: Float64Array;
}

function reference(
  { data, width, height, channels }: RawPixels,
  target: Size,
  window: Window,
): Exact {
  const full = data instanceof Uint16Array ? 65_535 : 255;
  const colors = channels % 2 === 0 ? channels - 1 : channels;
  const levels = new Float64Array(target.width * target.height * channels);
  const alphas = new Float64Array(levels.length);
  const { left, top } = window;
  for (let y = 0; y < target.height; y++) {
    const rows = [...tapsOf(y, height, target.height, top, window.height)];
    for (let x = 0; x < target.width; x++) {
      const columns = tapsOf(x, width, target.width, left, window.width);
      const sums = [0, 0, 0, 0];
      for (const [column, across] of columns) {
        for (const [row, down] of rows) {
          const at = (row * width + column) * channels;
          const alpha = colors < channels ? data[at + colors]! / full : 1;
          const weight = across * down * alpha;
          for (let c = 0; c < colors; c++) {
            sums[c]! += decoded(data[at + c]! / full) * weight;
          }
          sums[3]! += weight;
        }
      }
      const to = (y * target.width + x) * channels;
      const alpha = colors < channels ? sums[3]! : 1;
      for (let c = 0; c < colors; c++) {
        const light = alpha > 0 ? sums[c]! / alpha : 0;
        levels[to + c] = encoded(clip(light)) * full;
      }
      if (colors < channels) levels[to + colors] = clip(alpha) * full;
      alphas.fill(clip(alpha), to, to + channels);
    }
  }
  return { levels, alphas };
}

/** The most levels that any sample is off, as far as it shows. */
function mostOff(found: RawPixels, { levels, alphas }: Exact): number {
  const { data, channels } = found;
  assert.equal(data.length, levels.length);
  let most = 0;
  for (let at = 0; at < levels.length; at++) {
    const isAlpha = channels % 2 === 0 && at % channels === channels - 1;
    const shows = isAlpha || channels % 2 === 1 ? 1 : alphas[at]!;
    most = Math.max(most, Math.abs(data[at]! - levels[at]!) * shows);
  }
  return most;
}

const sizes: readonly (readonly [from: Size, to: Size])[] = [
  [
    { width: 1, height: 1 },
    { width: 1, height: 1 },
  ],
  [
    { width: 1, height: 1 },
    { width: 5, height: 3 },
  ],
  [
    { width: 37, height: 23 },
    { width: 1, height: 1 },
  ],
  [
    { width: 2, height: 90 },
    { width: 1, height: 45 },
  ],
  [
    { width: 64, height: 48 },
    { width: 32, height: 24 },
  ],
  [
    { width: 61, height: 47 },
    { width: 23, height: 18 },
  ],
  [
    { width: 80, height: 60 },
    { width: 7, height: 5 },
  ],
  [
    { width: 90, height: 8 },
    { width: 89, height: 8 },
  ],
  [
    { width: 13, height: 11 },
    { width: 40, height: 33 },
  ],
  [
    { width: 40, height: 20 },
    { width: 20, height: 40 },
  ],
];
for (const [from, to] of sizes) {
  for (const channels of [1, 2, 3, 4] as const) {
    for (const isDeep of [false, true]) {
      const what = `${from.width} × ${from.height} to ${to.width} × ${to.height}, ${channels} channels, ${isDeep ? 16 : 8} bits`;
      test(`within one level of double precision: ${what}`, () => {
        const pixels = scene(from, channels, isDeep);
        const found = resample(pixels, to);
        assert.deepEqual([found.width, found.height], [to.width, to.height]);
        assert.equal(found.channels, channels);
        assert.equal(found.data.constructor, pixels.data.constructor);
        const whole = { left: 0, top: 0, ...from };
        const off = mostOff(found, reference(pixels, to, whole));
        assert.ok(off <= 1, `off by ${off} levels`);
      });
    }
  }
}

for (const window of [
  { left: 10, top: 5, width: 40, height: 30 },
  { left: 0.25, top: 3.5, width: 59.5, height: 40.25 },
  { left: 50, top: 40, width: 11, height: 7 },
]) {
  test(`a part alone, with what lies beside it: ${Object.values(window).join()}`, () => {
    const pixels = scene({ width: 61, height: 47 }, 3);
    const target = { width: 20, height: 15 };
    const found = resample(pixels, target, window);
    const off = mostOff(found, reference(pixels, target, window));
    assert.ok(off <= 1, `off by ${off} levels`);
  });
}

for (const channels of [1, 2, 3, 4] as const) {
  for (const isDeep of [false, true]) {
    test(`the same size is the same picture: ${channels} channels, ${isDeep ? 16 : 8} bits`, () => {
      const pixels = scene({ width: 33, height: 21 }, channels, isDeep);
      if (channels % 2 === 0) {
        // A color that cannot be seen is nobody's.
        for (let at = channels - 1; at < pixels.data.length; at += channels) {
          pixels.data[at] = Math.max(pixels.data[at]!, isDeep ? 25_700 : 100);
        }
      }
      const { data } = resample(pixels, { width: 33, height: 21 });
      assert.deepEqual(data, pixels.data);
    });

    test(`one color stays that color at every size: ${channels} channels, ${isDeep ? 16 : 8} bits`, () => {
      const color = [200, 3, 90, 128].slice(0, channels);
      const level = isDeep ? 257 : 1;
      for (const [from, to] of sizes) {
        const pixels = scene(from, channels, isDeep);
        for (let at = 0; at < pixels.data.length; at++) {
          pixels.data[at] = color[at % channels]! * level;
        }
        const { data } = resample(pixels, to);
        for (let at = 0; at < data.length; at++) {
          // 16-bit samples carry more than a float's last bit.
          const off = Math.abs(data[at]! - color[at % channels]! * level);
          assert.ok(off <= (isDeep ? 1 : 0), `off by ${off} at ${at}`);
        }
      }
    });
  }
}

test("colors under full transparency do not bleed into what shows", () => {
  const size = { width: 40, height: 40 };
  const data = new Uint8Array(40 * 40 * 4);
  for (let at = 0; at < data.length; at += 4) {
    const isClear = (at / 4) % 40 < 20;
    data.set(isClear ? [0, 255, 0, 0] : [255, 0, 0, 255], at);
  }
  const found = resample(
    { ...size, channels: 4, data },
    { width: 10, height: 10 },
  );
  for (let at = 0; at < found.data.length; at += 4) {
    if (found.data[at + 3] === 0) continue;
    assert.deepEqual([...found.data.subarray(at, at + 3)], [255, 0, 0]);
  }
});

test("a large run leaves nothing behind for a small one", () => {
  const small = scene({ width: 9, height: 7 }, 3);
  const target = { width: 4, height: 3 };
  const before = resample(small, target);
  resample(scene({ width: 900, height: 300 }, 4), { width: 300, height: 100 });
  assert.deepEqual(resample(small, target), before);
});
