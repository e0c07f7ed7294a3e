// Claims about pixels set side by side: when they are equal, when opaque, and what a score is taken of.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import { readerOfBytes } from "../codecs/containers/reader.ts";
import { CODECS } from "../codecs/table.ts";
import type { FormatId } from "../image/format.ts";
import type { Orientation } from "../image/facts.ts";
import { differs, isOpaque, pixelsOf, scoreBetween } from "./compare.ts";
import type { RgbaPixels } from "./compare.ts";
import type { VerbBench } from "./bench.ts";

const folder = await mkdtemp(join(tmpdir(), "compare-test-"));
after(() => rm(folder, { recursive: true }));
let made = 0;
const bench: VerbBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: () => undefined,
  warnings: [],
};

async function decoded(
  file: Uint8Array,
  format: FormatId,
  turn?: Orientation,
): Promise<RgbaPixels> {
  const path = bench.scratch("input");
  await writeFile(path, file);
  const codec = CODECS[format];
  const back = await codec.back();
  const facts = await codec.header(readerOfBytes(file));
  return pixelsOf(path, facts, { back, bench, maxPixels: 1e6 }, turn);
}

const corner = sharp({
  create: { width: 3, height: 2, channels: 3, background: "black" },
}).composite([
  {
    input: Buffer.from([255, 0, 0]),
    raw: { width: 1, height: 1, channels: 3 },
    left: 0,
    top: 0,
  },
]);
const cornered = await corner.png().toBuffer();

const eight = (...data: number[]): RgbaPixels => ({
  data: Uint8Array.from(data),
  width: data.length / 4,
  height: 1,
  channels: 4,
});
const sixteen = (...data: number[]): RgbaPixels => ({
  ...eight(...data),
  data: Uint16Array.from(data),
});

const pairs: readonly (readonly [
  claim: string,
  a: RgbaPixels,
  b: RgbaPixels,
  differ: boolean,
])[] = [
  ["equal samples", eight(1, 2, 3, 4), eight(1, 2, 3, 4), false],
  ["red by one level", eight(1, 2, 3, 4), eight(2, 2, 3, 4), true],
  [
    "blue of the last pixel",
    eight(1, 2, 3, 4, 5, 6, 7, 8),
    eight(1, 2, 3, 4, 5, 6, 9, 8),
    true,
  ],
  ["alpha by one level", eight(1, 2, 3, 4), eight(1, 2, 3, 5), true],
  ["colors that cannot be seen", eight(1, 2, 3, 0), eight(9, 9, 9, 0), false],
  ["what was seen and is not", eight(1, 2, 3, 1), eight(1, 2, 3, 0), true],
  ["more pixels", eight(1, 2, 3, 4), eight(1, 2, 3, 4, 1, 2, 3, 4), true],
  [
    "16 bits that 8 tell",
    sixteen(257, 514, 0, 65_535),
    eight(1, 2, 0, 255),
    false,
  ],
  [
    "8 bits that 16 tell",
    eight(1, 2, 0, 255),
    sixteen(257, 514, 0, 65_535),
    false,
  ],
  [
    "16 bits that 8 do not tell",
    sixteen(258, 514, 0, 65_535),
    eight(1, 2, 0, 255),
    true,
  ],
  [
    "alpha that 8 bits do not tell",
    sixteen(257, 514, 0, 65_534),
    eight(1, 2, 0, 255),
    true,
  ],
];
for (const [claim, a, b, differ] of pairs) {
  test(`${differ ? "differs" : "is the same"}: ${claim}`, () => {
    assert.equal(differs(a, b), differ);
    assert.equal(differs(b, a), differ);
  });
}

for (const [claim, pixels, opaque] of [
  ["8 bits at 255", eight(0, 0, 0, 255, 9, 9, 9, 255), true],
  ["8 bits, the last at 254", eight(0, 0, 0, 255, 9, 9, 9, 254), false],
  ["16 bits at 65535", sixteen(0, 0, 0, 65_535), true],
  ["16 bits at 255", sixteen(0, 0, 0, 255), false],
] as const) {
  test(`${opaque ? "opaque" : "not opaque"}: ${claim}`, () => {
    assert.equal(isOpaque(pixels), opaque);
  });
}

for (const [turn, size, x, y] of [
  [1, [3, 2], 0, 0],
  [2, [3, 2], 2, 0],
  [3, [3, 2], 2, 1],
  [4, [3, 2], 0, 1],
  [5, [2, 3], 0, 0],
  [6, [2, 3], 1, 0],
  [7, [2, 3], 1, 2],
  [8, [2, 3], 0, 2],
] as const) {
  test(`brought upright from ${turn}, the corner is at ${x},${y}`, async () => {
    const { data, width, height } = await decoded(cornered, "png", turn);
    assert.deepEqual([width, height], size);
    const red = data.findIndex((value, at) => at % 4 === 0 && value === 255);
    assert.deepEqual([(red / 4) % width, Math.floor(red / 4 / width)], [x, y]);
  });
}

const gradient = (channels: 1 | 3): Sharp =>
  sharp(
    Uint8Array.from({ length: 64 * channels }, (_, at) => at * 1.3),
    { raw: { width: 8, height: 8, channels } },
  );

test("gray, palette and color decode to RGBA, with an alpha that is full", async () => {
  for (const file of [
    await gradient(1).toColourspace("b-w").png().toBuffer(),
    await gradient(3).png().toBuffer(),
    await gradient(3).png({ palette: true }).toBuffer(),
  ]) {
    const found = await decoded(file, "png");
    assert.equal(found.data.length, 8 * 8 * 4);
    assert.ok(isOpaque(found));
  }
});

test("samples of 16 bits stay 16 bits, to the last one", async () => {
  const deep = Uint16Array.from({ length: 8 * 8 * 3 }, (_, at) => at * 331);
  const file = await sharp(deep, { raw: { width: 8, height: 8, channels: 3 } })
    .toColourspace("rgb16")
    .png()
    .toBuffer();
  const { data } = await decoded(file, "png");
  assert.ok(data instanceof Uint16Array);
  assert.deepEqual(
    data.filter((_, at) => at % 4 < 3),
    deep,
  );
});

test("a profile is not applied: samples are compared as they are stored", async () => {
  const red = sharp({
    create: { width: 8, height: 8, channels: 3, background: "#f00" },
  });
  const file = await red.withIccProfile("p3").png().toBuffer();
  const { data } = await decoded(file, "png");
  // Pure red of sRGB is (234, 51, 35) in Display P3.
  assert.ok(data[0]! < 240 && data[1]! > 40, data.subarray(0, 4).join());
});

test("a file that breaks off rejects", async () => {
  const noise = Uint8Array.from(
    { length: 64 * 64 * 3 },
    (_, at) => (at * 7919) % 251,
  );
  const file = await sharp(noise, {
    raw: { width: 64, height: 64, channels: 3 },
  })
    .png()
    .toBuffer();
  const path = bench.scratch("input");
  await writeFile(path, file.subarray(0, file.length / 2));
  const facts = await CODECS.png.header(readerOfBytes(file));
  const back = await CODECS.png.back();
  await assert.rejects(pixelsOf(path, facts, { back, bench, maxPixels: 1e6 }));
});

/** Frames of 32 × 32 below each other, some of them flat. */
function frames(flat: readonly boolean[]): RgbaPixels {
  const samples = 32 * 32 * 4;
  const data = new Uint8Array(samples * flat.length).map((_, at) => {
    if (at % 4 === 3) return 255;
    const isFlat = flat[Math.floor(at / samples)];
    return isFlat ? 128 : Math.imul(at >> 2, 40_503) & 0xff;
  });
  return { data, width: 32, height: 32 * flat.length, channels: 4 };
}

test("a score is of up to five frames, evenly spread, and their mean", () => {
  const ten = Array<boolean>(10).fill(false);
  const whole = frames(ten);
  assert.equal(scoreBetween(whole, whole, 10), 100);
  const spoilt = (at: number): number =>
    scoreBetween(whole, frames(ten.with(at, true)), 10);
  // Every second one counts.
  assert.deepEqual(
    ten.map((_, at) => spoilt(at) < 90),
    ten.map((_, at) => at % 2 === 0),
  );
  const one = scoreBetween(frames([false]), frames([true]), 1);
  assert.ok(Math.abs(spoilt(4) - (400 + one) / 5) < 1e-6);
});

test("16-bit pixels are scored as their 8-bit likes", () => {
  const narrow = frames([false]);
  const wide = {
    ...narrow,
    data: Uint16Array.from(narrow.data, (value) => value * 257),
  };
  assert.equal(scoreBetween(wide, narrow, 1), 100);
});
