// Claims about making BMPs smaller: pixels, alpha, density and color spaces survive, bytes that say nothing do not.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { noise } from "../noise.fixture.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate, OptimizeJob, WorkBench } from "../codec.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { back } from "./back.ts";
import { bmpFile, EMBEDDED, rows24, SRGB } from "./bmp.fixture.ts";
import type { Recipe } from "./bmp.fixture.ts";
import { decode } from "./decode.ts";
import { header } from "./header.ts";
import { readLayout } from "./layout.ts";
import { readMetadata } from "./metadata.ts";
import { strategies } from "./strategies.ts";

const folder = await mkdtemp(join(tmpdir(), "bmp-test-"));
after(() => rm(folder, { recursive: true }));
let made = 0;
const warnings: string[] = [];
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 10_000,
  warn: (token) => warnings.push(token),
};

const withProfile = async (profile: "p3" | "srgb"): Promise<Uint8Array> => {
  const png = await sharp({
    create: { width: 1, height: 1, channels: 3, background: "red" },
  })
    .withIccProfile(profile)
    .png()
    .toBuffer();
  return (await sharp(png).metadata()).icc ?? assert.fail();
};
const p3 = await withProfile("p3");
const srgb = await withProfile("srgb");
const clouds = await noise(96, 80).blur(1).tint("#c84").raw().toBuffer();
const ASKED: OptimizeIntent = {
  verb: "optimize",
  quality: { scale: "look", value: 80 },
  stripMetadata: true,
  progressive: false,
  paletteLoss: "allowed",
  maxReductionPercent: null,
};

async function jobOf(
  input: Uint8Array,
  intent: Partial<OptimizeIntent> = {},
): Promise<OptimizeJob> {
  const facts = await header(readerOfBytes(input));
  const asked = { ...ASKED, ...intent };
  return { input, inputPath: "", facts, intent: asked, tolerance: "warning" };
}

/** What the named strategy makes of a file, or why it makes nothing. */
async function run(
  name: string,
  file: Uint8Array,
  intent: Partial<OptimizeIntent> = {},
): Promise<Candidate | string> {
  const job = await jobOf(file, intent);
  const strategy = strategies.find((row) => row.name === name);
  assert.ok(strategy);
  const applies = strategy.applies(job.facts, job.intent);
  if (applies !== true) return applies;
  return (await back.run[name]?.(job, bench)) ?? assert.fail(name);
}

async function bytesOf(...given: Parameters<typeof run>): Promise<Uint8Array> {
  const result = await run(...given);
  if (typeof result === "string") assert.fail(`${given[0]}: ${result}`);
  return result.bytes;
}

const layoutOf = (file: Uint8Array) => readLayout(file, file.length);
const rasterOf = (file: Uint8Array) => decode(file, layoutOf(file)).raster;

/** Red, green and blue of every pixel. */
function colorsOf(file: Uint8Array): number[] {
  const { channels, data } = rasterOf(file);
  return [...data].filter((_, at) => at % channels < 3);
}

/** A picture of `colors` colors in 24 bits, in stripes that runs can use. */
function striped(colors: number, extra: Partial<Recipe> = {}): Uint8Array {
  const [width, height] = [60, 50];
  const rgb = Array.from({ length: width * height }, (_, pixel) => {
    const color = Math.floor(pixel / 7) % colors;
    return [color, (color * 5) % 256, color > 200 ? 1 : 0];
  }).flat();
  return bmpFile({
    width,
    height,
    bitCount: 24,
    pixels: rows24(width, rgb),
    ...extra,
  });
}

for (const [colors, exact, tooMany] of [
  [2, ["bmp-palette", "bmp-rle4", "bmp-rle8"], []],
  [3, ["bmp-palette", "bmp-rle4", "bmp-rle8"], []],
  [16, ["bmp-palette", "bmp-rle4", "bmp-rle8"], []],
  [17, ["bmp-palette", "bmp-rle8"], ["bmp-rle4"]],
  [256, ["bmp-palette", "bmp-rle8"], ["bmp-rle4"]],
  [257, [], ["bmp-palette", "bmp-rle4", "bmp-rle8"]],
] as const) {
  test(`${colors} colors: every coding that can hold them has the same pixels`, async () => {
    const file = striped(colors);
    for (const name of exact) {
      const bytes = await bytesOf(name, file);
      assert.ok(bytes.length < file.length, name);
      assert.deepEqual(colorsOf(bytes), colorsOf(file), name);
      const { bitCount, palette } = layoutOf(bytes);
      assert.equal(palette?.count, colors);
      const view = Buffer.from(bytes);
      assert.equal(view.readUInt32LE(2), bytes.length, "file size");
      assert.equal(
        view.readUInt32LE(34),
        bytes.length - view.readUInt32LE(10),
        "image size",
      );
      if (name === "bmp-palette")
        assert.equal(bitCount, colors <= 2 ? 1 : colors <= 16 ? 4 : 8);
    }
    for (const name of tooMany)
      assert.equal(await run(name, file), "too-many-colors");
  });
}

const QUAD = {
  width: 2,
  height: 1,
  bitCount: 32,
  headerBytes: 124,
  colorSpace: SRGB,
} as const;
const BGRA = [0xff0000, 0xff00, 0xff, 0xff000000];

test("32 bits become 24 where the fourth byte says nothing", async () => {
  for (const extra of [
    { compression: 0, pixels: [1, 2, 3, 77, 4, 5, 6, 0] },
    { compression: 3, masks: BGRA, pixels: [1, 2, 3, 255, 4, 5, 6, 255] },
  ]) {
    const file = bmpFile({ ...QUAD, ...extra });
    const bytes = await bytesOf("bmp-minimal", file);
    assert.deepEqual(colorsOf(bytes), [3, 2, 1, 6, 5, 4]);
    const { hasAlpha } = await header(readerOfBytes(bytes));
    assert.equal(hasAlpha, false);
    assert.equal(bytes.length, 14 + 40 + 8);
  }
});

test("alpha that says something is kept, and no palette is offered", async () => {
  for (const alphas of [
    [128, 255],
    [0, 0],
  ] as const) {
    const file = bmpFile({
      ...QUAD,
      compression: 3,
      masks: BGRA,
      pixels: [1, 2, 3, alphas[0], 4, 5, 6, alphas[1]],
    });
    for (const name of ["metadata-strip", "bmp-minimal"]) {
      const bytes = await bytesOf(name, file);
      assert.deepEqual(rasterOf(bytes), rasterOf(file));
      assert.equal(bytes.length, 14 + 108 + 8);
    }
    assert.equal(await run("bmp-rle8", file), "too-many-colors");
  }
});

test("16 bits lose their alpha mask, not their bits, where alpha is opaque", async () => {
  const masks = [0x7c00, 0x3e0, 0x1f, 0x8000];
  const file = bmpFile({
    ...QUAD,
    bitCount: 16,
    compression: 3,
    masks,
    pixels: [3, 0x80, 0xff, 0xff],
  });
  const bytes = await bytesOf("bmp-minimal", file);
  assert.deepEqual(colorsOf(bytes), colorsOf(file));
  assert.equal(bytes.length, 14 + 40 + 12 + 4);
});

test("density and the direction of rows survive", async () => {
  const file = striped(9, { perMeter: [2835, 5906], gap: 30 });
  for (const { name } of strategies.slice(0, 5)) {
    assert.deepEqual(layoutOf(await bytesOf(name, file)).perMeter, {
      x: 2835,
      y: 5906,
    });
  }
  const down = bmpFile({
    width: 1,
    height: -2,
    bitCount: 24,
    gap: 9,
    pixels: [1, 2, 3, 0, 4, 5, 6, 0],
  });
  const bytes = await bytesOf("metadata-strip", down);
  assert.deepEqual(rasterOf(bytes), rasterOf(down));
  assert.equal(bytes.length, down.length - 9);
});

const v5 = { headerBytes: 124, colorSpace: EMBEDDED };

test("a profile that changes what is seen survives; sRGB's goes with the metadata", async () => {
  for (const [profile, stripMetadata, stays] of [
    [p3, true, true],
    [p3, false, true],
    [srgb, true, false],
    [srgb, false, true],
  ] as const) {
    const file = striped(9, { ...v5, profile });
    for (const name of ["bmp-minimal", "bmp-rle4"]) {
      const { icc } = readMetadata(
        await bytesOf(name, file, { stripMetadata }),
      );
      assert.deepEqual(
        icc && Buffer.from(icc),
        stays ? Buffer.from(profile) : undefined,
      );
    }
  }
});

test("a calibrated color space survives", async () => {
  const calibration = Array.from({ length: 48 }, (_, at) => at + 1);
  const file = striped(9, { headerBytes: 124, colorSpace: 0, calibration });
  for (const name of ["metadata-strip", "bmp-rle4"]) {
    const bytes = await bytesOf(name, file);
    const at = layoutOf(bytes).calibration ?? assert.fail();
    assert.deepEqual(
      [...bytes.subarray(at.offset, at.offset + at.length)],
      calibration,
    );
  }
});

test("trailing data go with the metadata, and stay with them", async () => {
  const trailing = Buffer.from("left by somebody's editor");
  const file = striped(9, { trailing });
  for (const { name } of strategies.slice(0, 5)) {
    assert.equal(Buffer.from(await bytesOf(name, file)).indexOf(trailing), -1);
    const kept = await run(name, file, { stripMetadata: false });
    if (name === "metadata-strip") assert.equal(kept, "metadata-kept");
    else
      assert.ok(
        typeof kept !== "string" &&
          Buffer.from(kept.bytes).indexOf(trailing) > 0,
      );
  }
});

test("pixels that run-length codes skip are left to the viewer", async () => {
  const file = bmpFile({
    width: 9,
    height: 1,
    bitCount: 8,
    compression: 1,
    palette: [1, 2, 3],
    pixels: [2, 0, 0, 1, 9, 9, 9, 9],
  });
  for (const name of ["bmp-palette", "bmp-rle4", "bmp-rle8"])
    assert.equal(await run(name, file), "skipped-pixels");
  const bytes = await bytesOf("metadata-strip", file);
  // Codes after the end of the bitmap are nobody's.
  assert.equal(bytes.length, file.length - 4);
});

test("samples deeper than 8 bits are not touched", async () => {
  const masks = [0x3ff00000, 0xffc00, 0x3ff];
  const pixels = Array.from({ length: 64 }, (_, at) => at);
  const file = bmpFile({
    width: 4,
    height: 4,
    bitCount: 32,
    compression: 3,
    masks,
    pixels,
    gap: 8,
  });
  for (const name of ["bmp-palette", "bmp-rle8"])
    assert.equal(await run(name, file), "deep");
  const bytes = await bytesOf("bmp-minimal", file);
  assert.deepEqual(bytes.subarray(-64), Uint8Array.from(pixels));
});

test("a file that lacks a row is made whole, and said to be truncated", async () => {
  const whole = bmpFile({
    width: 1,
    height: 300,
    bitCount: 24,
    pixels: Array<number>(1200).fill(9),
    gap: 50,
  });
  warnings.length = 0;
  const bytes = await bytesOf("bmp-minimal", whole.subarray(0, -8));
  assert.deepEqual(warnings, ["truncated"]);
  assert.equal(decode(bytes, layoutOf(bytes)).truncated, false);
});

const photo = bmpFile({
  width: 96,
  height: 80,
  bitCount: 24,
  pixels: rows24(
    96,
    clouds.map((value, at) => (value + at / 300) % 256),
  ),
});

const QUANTIZE = "bmp-quantize";
const lossy = (value: number) => ({
  quality: { scale: "look", value } as const,
});

test("below quality 70 only, and where it may, a picture gets 256 colors", async () => {
  assert.equal(await run(QUANTIZE, photo), "source-lossless");
  assert.equal(await run(QUANTIZE, striped(20), lossy(60)), "few-colors");
  assert.equal(
    await run(QUANTIZE, photo, { ...lossy(60), paletteLoss: "refused" }),
    "palette-refused",
  );
  const bytes = await bytesOf(QUANTIZE, photo, lossy(30));
  assert.ok(bytes.length < photo.length / 2);
  assert.ok(layoutOf(bytes).palette);
  assert.equal(await run(QUANTIZE, bytes, lossy(30)), "palette-source");
});

test("256 colors that miss their score are not sent", async () => {
  // Every eighth color there is, in smooth tiles: 256 of them leave steps all over.
  const [width, height] = [256, 256];
  const pixels = Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const tile = Math.floor(x / 64) + 4 * Math.floor(y / 64);
    return [(x % 64) * 4, (y % 64) * 4, tile * 16];
  });
  const smooth = bmpFile({
    width,
    height,
    bitCount: 24,
    pixels: pixels.flat(),
  });
  const result = await run(QUANTIZE, smooth, lossy(69));
  assert.equal(typeof result === "string" ? result : "made", "score-too-low");
});

/** The smallest file that loses nothing, or the file itself. */
async function smallest(file: Uint8Array): Promise<Uint8Array> {
  let best = file;
  for (const { name, loses } of strategies) {
    const result = loses === "nothing" ? await run(name, file) : "lossy";
    if (typeof result === "string") continue;
    assert.deepEqual(colorsOf(result.bytes), colorsOf(file), name);
    if (result.bytes.length < best.length) best = result.bytes;
  }
  return best;
}

test(
  "real files: every exact way keeps the pixels, and a second pass gains nothing",
  { skip: withoutCorpus },
  async () => {
    for (const { file, expect } of corpusFiles("bmp")) {
      if (!expect.startsWith("decode")) continue;
      const once = await smallest(readCorpus(file));
      assert.equal((await smallest(once)).length, once.length, file);
    }
  },
);

test("sharp opens what is decoded: pixels, alpha, and the profile to convert from", async () => {
  for (const recipe of [
    {
      ...QUAD,
      compression: 3,
      masks: BGRA,
      pixels: [1, 2, 3, 128, 4, 5, 6, 255],
    },
    {
      width: 2,
      height: 1,
      bitCount: 24,
      pixels: [0, 0, 255, 0, 255, 0, 0, 0],
      profile: p3,
      ...v5,
    },
  ]) {
    const file = bmpFile(recipe);
    const path = bench.scratch("source.bmp");
    await writeFile(path, file);
    const { facts } = await jobOf(file);
    const decoded = await back.decode(path, facts, bench);
    const { data, info } = await sharp(decoded.path, { ignoreIcc: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [2, 1]);
    assert.deepEqual([...data], [...rasterOf(file).data]);
    assert.equal(decoded.convertProfile, "profile" in recipe);
    const { icc } = await sharp(decoded.path).metadata();
    assert.equal(icc?.length, "profile" in recipe ? p3.length : undefined);
  }
});

test("alpha that is 0 throughout is taken for none, as in Chrome", async () => {
  const file = bmpFile({
    ...QUAD,
    compression: 3,
    masks: BGRA,
    pixels: [1, 2, 3, 0, 4, 5, 6, 0],
  });
  const path = bench.scratch("source.bmp");
  await writeFile(path, file);
  const { facts } = await jobOf(file);
  const decoded = await back.decode(path, facts, bench);
  const data = await sharp(decoded.path).raw().toBuffer();
  assert.deepEqual([data[3], data[7]], [255, 255]);
});
