// Claims about sizes told by a fast coder and a slow one: what each is given, and how near the outcome comes. The coders are deflate's levels.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import type { RawPixels } from "../codec.ts";
import { bandsOf } from "./bands.ts";
import { featuresOf, tell } from "./two-phase.ts";
import type { Coder } from "./two-phase.ts";

/** Noise that grows from left to right, so that rows are alike. */
function noisy(width: number, height: number): RawPixels {
  let seed = 1;
  const data = Uint8Array.from({ length: width * height }, (_, at) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return ((seed >>> 24) * (at % width)) / (8 * width);
  });
  return { data, width, height, channels: 1 };
}

/** Deflate at a level, which notes the rows that it is given. */
function coder(level: number, msPerMegapixel: number, given: number[]): Coder {
  return {
    msPerMegapixel,
    code: ({ data, height }) => {
      given.push(height);
      const file = new Uint8Array(deflateSync(data, { level }));
      return Promise.resolve({ file, bytes: file.length });
    },
  };
}

const take = (picture: RawPixels, pixels: number) =>
  bandsOf(picture, { pixels, bands: 4 });

const picture = noisy(500, 400);
const whole = deflateSync(picture.data, { level: 9 }).length;

test("what the slow coder has time for is told to the byte", async () => {
  const given: number[] = [];
  const told = await tell(picture, {
    slow: coder(9, 500, given),
    fast: coder(1, 100, given),
    ...{ budgetMs: 101, take },
  });
  assert.deepEqual(given, [400]);
  assert.deepEqual([told.by, told.bytes], ["whole", whole]);
});

test("a fast coder that sees all is corrected by what both make of a part", async () => {
  const [slow, fast]: [number[], number[]] = [[], []];
  const told = await tell(picture, {
    slow: coder(9, 1000, slow),
    fast: coder(1, 100, fast),
    ...{ budgetMs: 60, take },
  });
  assert.equal(told.by, "large");
  assert.equal(fast.at(-1), 400);
  assert.ok(slow.length === 1 && slow[0]! < 60, slow.join());
  assert.ok(Math.abs(told.bytes / whole - 1) < 0.03, `${told.bytes / whole}`);
});

test("no coder is given more than the budget holds", async () => {
  const [slow, fast]: [number[], number[]] = [[], []];
  const told = await tell(picture, {
    slow: coder(9, 1000, slow),
    fast: coder(1, 100, fast),
    ...{ budgetMs: 18, take },
  });
  assert.equal(told.by, "sample");
  const ms = (rows: readonly number[], rate: number) =>
    rows.reduce((sum, one) => sum + (one * 500 * rate) / 1e6, 0);
  const spent = ms(slow, 1000) + ms(fast, 100);
  assert.ok(spent > 12 && spent <= 18.5, `${spent} ms`);
  assert.ok(Math.abs(told.bytes / whole - 1) < 0.05, `${told.bytes / whole}`);
});

test("without a fast coder a part stands for all", async () => {
  const told = await tell(picture, {
    slow: coder(9, 1000, []),
    ...{ budgetMs: 50, take },
  });
  assert.equal(told.by, "sample");
  assert.ok(told.pixels.height < 110);
  assert.ok(Math.abs(told.bytes / whole - 1) < 0.05, `${told.bytes / whole}`);
});

test("features tell the ways apart, and how many bits a pixel takes", () => {
  assert.deepEqual(featuresOf({ bytes: 1000, by: "sample" }, 8000), {
    ...{ whole: 0, sampled: 1, sampledDensity: 0 },
    ...{ large: 0, largeDensity: 0 },
  });
  const { largeDensity } = featuresOf({ bytes: 1000, by: "large" }, 1000);
  assert.equal(largeDensity, Math.log(8));
});

test("bands are rows of the picture as they are, evenly spread", () => {
  const { pixels, scale } = bandsOf(picture, { pixels: 32_000, bands: 4 });
  assert.deepEqual([pixels.width, pixels.height], [500, 64]);
  assert.equal(scale, 400 / 64);
  const tops = [48, 144, 240, 336];
  for (const [band, top] of tops.entries()) {
    assert.deepEqual(
      pixels.data.subarray(band * 16 * 500, (band + 1) * 16 * 500),
      picture.data.subarray(top * 500, (top + 16) * 500),
    );
  }
});

test("a picture that is hardly larger than its bands stands for itself", () => {
  const { pixels, scale } = bandsOf(picture, { pixels: 150_000, bands: 4 });
  assert.deepEqual([pixels, scale], [picture, 1]);
});
