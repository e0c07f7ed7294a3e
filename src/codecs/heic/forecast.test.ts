// Claims about what is foretold of a HEIC: how near it comes to what is made, and what is known of it to the byte.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { heifEnc } from "../../engines/heif-enc.ts";
import { probeEngines } from "../../engines/probe.ts";
import { abilitiesOf } from "../../image/engine-report.ts";
import { orientationExif } from "../containers/exif.ts";
import type { Forecast } from "../codec.ts";
import {
  benchIn,
  foretellStrategy,
  optimizing,
  runStrategy,
} from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { writeMetadata } from "./metadata.ts";

const folder = await mkdtemp(join(tmpdir(), "heic-forecast-test-"));
after(() => rm(folder, { recursive: true }));

const engines = abilitiesOf(await probeEngines());
const skip = engines.has("heif-enc:x265") ? false : "no heif-enc";
const bench = benchIn(folder, engines);
const row = { back, header };

/** Too little for the whole of a picture, whatever the machine. */
const LITTLE_MS = 90;

async function forecastOf(
  input: Uint8Array,
  budgetMs: number,
  intent = optimizing(60),
): Promise<Forecast> {
  const name = "heic-reencode";
  const told = await foretellStrategy(
    row,
    name,
    input,
    intent,
    bench,
    budgetMs,
  );
  assert.ok(typeof told === "object", JSON.stringify(told));
  return told;
}

async function madeOf(input: Uint8Array): Promise<Uint8Array> {
  const intent = optimizing(60);
  const made = await runStrategy(row, "heic-reencode", input, intent, bench);
  assert.ok(typeof made === "object", JSON.stringify(made));
  return made.bytes;
}

/** Waves with a little grain; translucent towards the right where there is alpha. */
async function photo(channels: 3 | 4, depth: 8 | 10 = 8): Promise<Uint8Array> {
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
  const [png, heic] = [bench.scratch("in.png"), bench.scratch("in.heic")];
  const chain = sharp(data, { raw: { width, height, channels } });
  const space = depth > 8 ? "rgb16" : "srgb";
  await chain.toColourspace(space).png().toFile(png);
  await heifEnc(png, heic, {
    ...{ quality: 90, preset: "ultrafast", chroma: "420" },
    ...{ depth, timeoutMs: 20_000 },
  });
  return new Uint8Array(await readFile(heic));
}

const CASES = [
  { what: "8-bit", channels: 3, depth: 8 },
  { what: "10-bit", channels: 3, depth: 10 },
  { what: "translucent", channels: 4, depth: 8 },
] as const;

for (const { what, channels, depth } of CASES) {
  test(`a ${what} picture is told within an eighth`, { skip }, async () => {
    const input = await photo(channels, depth);
    const told = await forecastOf(input, LITTLE_MS);
    const { length } = await madeOf(input);
    assert.equal(told.isWhole, false, "the premise: it was sampled");
    const ratio = (told.pixelBytes + told.besideBytes) / length;
    assert.ok(Math.abs(ratio - 1) < 0.125, `${ratio}`);
    assert.equal(told.proof!.before.channels, channels);
  });
}

test("what there is time for is told to the byte", { skip }, async () => {
  const input = await photo(3);
  const told = await forecastOf(input, 5000);
  const { length } = await madeOf(input);
  assert.equal(told.isWhole, true);
  assert.equal(told.pixelBytes + told.besideBytes, length);
});

test("metadata that is kept counts with its bytes", { skip }, async () => {
  const exif = orientationExif(1);
  const { bytes } = writeMetadata(await photo(3), { exif });
  const kept = optimizing(60, { stripMetadata: false });
  const without = await forecastOf(bytes, LITTLE_MS);
  const beside = await forecastOf(bytes, LITTLE_MS, kept);
  assert.ok(beside.besideBytes - without.besideBytes > exif.length);
  assert.equal(beside.pixelBytes, without.pixelBytes);
});
