// Claims about what is foretold of an AVIF: how near it comes to what is made, and what is known of it to the byte.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { AvifOptions } from "sharp";

import type { Forecast } from "../codec.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { benchIn, optimizing, runStrategy } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { writeMetadata } from "./metadata.ts";

const folder = await mkdtemp(join(tmpdir(), "avif-forecast-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp"]));

async function forecastOf(
  input: Uint8Array,
  budgetMs = 150,
  intent = optimizing(60),
): Promise<Forecast> {
  const facts = await header(readerOfBytes(input));
  const inputPath = bench.scratch("input.avif");
  await writeFile(inputPath, input);
  const told = await back.forecast!.open(
    { input, inputPath, facts, intent, tolerance: "warning" },
    bench,
    budgetMs,
  )("avif-reencode");
  assert.ok(typeof told === "object", JSON.stringify(told));
  return told;
}

async function madeOf(input: Uint8Array): Promise<Uint8Array> {
  const row = { back, header };
  const intent = optimizing(60);
  const made = await runStrategy(row, "avif-reencode", input, intent, bench);
  assert.ok(typeof made === "object", JSON.stringify(made));
  return made.bytes;
}

/** Waves with a little grain; translucent towards the right where there is alpha. */
async function photo(
  channels: 3 | 4,
  options: AvifOptions = {},
): Promise<Uint8Array> {
  const [width, height] = [480, 320];
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, at) => {
      const channel = at % channels;
      const index = Math.floor(at / channels);
      const [x, y] = [index % width, Math.floor(index / width)];
      if (channel === 3) return 255 - (x * 200) / width;
      const grain = (Math.imul(at + 1, 2_654_435_761) >>> 24) / 8;
      return 110 + 70 * Math.sin(x / 11 + channel + y / 17) + grain;
    },
  );
  const chain = sharp(data, { raw: { width, height, channels } });
  const settings = { quality: 92, effort: 0, ...options };
  return new Uint8Array(await chain.avif(settings).toBuffer());
}

const CASES = [
  { what: "8-bit", input: await photo(3) },
  { what: "10-bit", input: await photo(3, { bitdepth: 10 }) },
  { what: "translucent", input: await photo(4) },
];

for (const { what, input } of CASES) {
  test(`a ${what} picture is told within an eighth before anything is fitted`, async () => {
    const told = await forecastOf(input, 60);
    const { length } = await madeOf(input);
    assert.equal(told.isWhole, false, "the premise: it was sampled");
    const ratio = (told.pixelBytes + told.besideBytes) / length;
    assert.ok(Math.abs(ratio - 1) < 0.125, `${ratio}`);
    assert.equal(told.proof!.before.channels, what === "translucent" ? 4 : 3);
  });
}

test("what there is time for is told to the byte", async () => {
  const input = await photo(3);
  const told = await forecastOf(input, 5000);
  const { length } = await madeOf(input);
  assert.equal(told.isWhole, true);
  assert.equal(told.pixelBytes + told.besideBytes, length);
});

test("metadata that is kept counts with its bytes", async () => {
  const exif = orientationExif(1);
  const { bytes } = writeMetadata(await photo(3), { exif });
  const kept = optimizing(60, { stripMetadata: false });
  const without = await forecastOf(bytes, 60);
  const beside = await forecastOf(bytes, 60, kept);
  assert.ok(beside.besideBytes - without.besideBytes > exif.length);
  assert.equal(beside.pixelBytes, without.pixelBytes);
});
