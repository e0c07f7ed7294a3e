// Claims about a canvas on pixels: what it says of them, what a pass makes of them, and animations that it writes.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { RawPixels, Timing } from "../codecs/codec.ts";
import { Canvas } from "./canvas.ts";
import { stacked } from "./frames.ts";

// In the pool's children too: files of one name are never one image.
sharp.cache(false);
const folder = await mkdtemp(join(tmpdir(), "canvas-test-"));
after(() => rm(folder, { recursive: true }));

const MAX_PIXELS = 1000;

/** 20 × 10 pixels of one color. */
function plain(
  color: readonly number[],
  deep = false,
): RawPixels & { readonly channels: 3 | 4 } {
  const samples = Array.from({ length: 20 * 10 }, () => color).flat();
  return {
    data: deep ? Uint16Array.from(samples) : Uint8Array.from(samples),
    width: 20,
    height: 10,
    channels: color.length === 4 ? 4 : 3,
  };
}

for (const [claim, pixels, hasAlpha] of [
  ["three channels", plain([1, 2, 3]), false],
  ["four channels", plain([1, 2, 3, 200]), true],
  ["16 bits", plain([300, 2000, 65_535], true), false],
  ["16 bits with alpha", plain([300, 2000, 65_535, 40_000], true), true],
] as const) {
  test(`${claim} are what they were, told of and settled`, async () => {
    const canvas = Canvas.on(pixels, MAX_PIXELS);
    assert.deepEqual(canvas.size, { width: 20, height: 10 });
    assert.equal(canvas.hasAlpha, hasAlpha);
    assert.equal(canvas.isSettled, true);
    for (const round of ["as it began", "settled again"]) {
      const found = await canvas.pixels();
      assert.deepEqual([...found.data], [...pixels.data], round);
      assert.equal(found.channels, pixels.channels);
      await canvas.settle();
    }
  });
}

test("what a pass puts in the place of its pixels is what the next begins from", async () => {
  const canvas = Canvas.on(plain([1, 2, 3]), MAX_PIXELS);
  const other = { ...plain([9, 8, 7, 6]), width: 10, height: 20 };
  await canvas.settle(() => other);
  assert.deepEqual(canvas.size, { width: 10, height: 20 });
  assert.equal(canvas.hasAlpha, true);
  assert.deepEqual([...(await canvas.pixels()).data], [...other.data]);
});

test("a still made taller stays a still in a format that could hold frames", async () => {
  const canvas = Canvas.on(plain([200, 0, 0]), MAX_PIXELS);
  await canvas.settle();
  canvas.queue((chain) => chain.extend({ bottom: 20, background: "#00f" }));
  const path = join(folder, "taller.webp");
  await canvas.encode(path, { engine: "sharp", output: "webp", options: {} });
  const { width, height, pages } = await sharp(path, { pages: -1 }).metadata();
  assert.deepEqual([width, height, pages], [20, 30, undefined]);
});

const COLORS = [
  [230, 20, 20],
  [20, 200, 20],
  [20, 20, 230],
];

async function animated(
  timing: Timing,
  colors: readonly (readonly number[])[] = COLORS,
) {
  const canvas = Canvas.on(
    stacked(colors.map((color) => plain(color))),
    // The limit is of one frame.
    200,
    colors.length,
  );
  assert.deepEqual(canvas.size, { width: 20, height: 10 });
  const path = join(folder, "animated.webp");
  const encoding = {
    engine: "sharp",
    output: "webp",
    options: { lossless: true },
  } as const;
  await canvas.encode(path, encoding, timing);
  return { path, found: await sharp(path, { pages: -1 }).metadata() };
}

for (const timing of [
  { delaysMs: [100, 200, 300], plays: 0 },
  { delaysMs: [11, 33, 65_535], plays: 1 },
  { delaysMs: [40, 40, 40], plays: 65_535 },
]) {
  test(`frames are written with delays of ${timing.delaysMs.join()} and ${timing.plays} plays`, async () => {
    const { path, found } = await animated(timing);
    assert.deepEqual([found.pages, found.pageHeight], [3, 10]);
    assert.deepEqual(found.delay, timing.delaysMs);
    assert.equal(found.loop, timing.plays);
    for (const [page, color] of COLORS.entries()) {
      const frame = await sharp(path, { page }).raw().toBuffer();
      assert.deepEqual([...frame.subarray(0, 3)], color);
    }
  });
}

test("frames that repeat the one before become one, standing as long", async () => {
  const [red, green] = COLORS as [number[], number[]];
  const timing = { delaysMs: [100, 50, 70, 30], plays: 0 };
  const { found } = await animated(timing, [red, red, green, green]);
  assert.deepEqual([found.pages, found.delay], [2, [150, 100]]);
});
