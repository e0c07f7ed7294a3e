// Claims about what is foretold of a BMP: exact where counting tells, near where bands of rows stand for all.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { comparing, near, scene } from "../forecast.fixture.ts";
import {
  benchIn,
  foretellStrategy,
  optimizing,
  runStrategy,
} from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { bmpFile } from "./bmp.fixture.ts";
import { header } from "./header.ts";

const folder = await mkdtemp(join(tmpdir(), "forecast-test-"));
after(() => rm(folder, { recursive: true }));
const bench = benchIn(folder, new Set(["sharp", "jpegtran"]));
const row = { back, header };

const compared = comparing(row, bench);

const WIDTH = 1200;
const HEIGHT = 1000;
const rgb = scene(WIDTH, HEIGHT);
const photo = bmpFile({
  width: WIDTH,
  height: HEIGHT,
  bitCount: 24,
  pixels: rgb,
});
const alpha = new Uint8Array(WIDTH * HEIGHT * 4).map((_, at) =>
  at % 4 === 3 ? 255 : rgb[Math.floor(at / 4) * 3 + (at % 4)]!,
);
const opaque = bmpFile({
  width: WIDTH,
  height: HEIGHT,
  bitCount: 32,
  pixels: alpha,
});
/** Bars of two hundred colors, each a row narrower than the last. */
const bars = new Uint8Array(WIDTH * HEIGHT * 3).map((_, at) => {
  const pixel = Math.floor(at / 3);
  const y = Math.floor(pixel / WIDTH);
  return Math.floor((pixel % WIDTH) / (6 + (y % 50))) % 200;
});
const few = bmpFile({
  width: WIDTH,
  height: HEIGHT,
  bitCount: 24,
  pixels: bars,
});

test("bytes that say nothing are counted", async () => {
  const { ratio } = await compared("bmp-minimal", opaque, 80);
  assert.equal(ratio, 1);
});

test("a palette's rows are all of one length", async () => {
  near((await compared("bmp-palette", few, 80)).ratio, 0.001);
});

test("run-length codes are told from some of the rows", async () => {
  near((await compared("bmp-rle8", few, 80, 20)).ratio, 0.06);
});

test("a picture of too many colors has no palette, and is not said to", async () => {
  for (const name of ["bmp-palette", "bmp-rle8"]) {
    const told = await foretellStrategy(
      row,
      name,
      photo,
      optimizing(80),
      bench,
    );
    assert.equal(
      told,
      await runStrategy(row, name, photo, optimizing(80), bench),
    );
  }
});

test("colors given up are told from bands", async () => {
  const { ratio, told } = await compared("bmp-quantize", photo, 40);
  assert.ok(told.pixelBytes > 0, "the premise: the palette is good enough");
  near(ratio, 0.08);
});
