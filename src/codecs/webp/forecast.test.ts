// Claims about what is foretold of a WebP: how near it comes to what is made, and what is known of it to the byte.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { Forecast } from "../codec.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { benchIn, optimizing, runStrategy } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { pictureBytes, readContent } from "./pictures.ts";
import { animation, encoded, picture } from "./webp.fixture.ts";
import type { FrameRecipe } from "./webp.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "webp-forecast-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp"]));

async function foretold(
  strategy: string,
  input: Uint8Array,
  intent = optimizing(60),
  budgetMs = 150,
): Promise<Forecast | string> {
  const facts = await header(readerOfBytes(input));
  const job = { input, inputPath: "", facts, intent } as const;
  const open = back.forecast!.open(
    { ...job, tolerance: "warning" },
    bench,
    budgetMs,
  );
  return open(strategy);
}

async function forecastOf(
  ...[strategy, input, intent, budgetMs]: Parameters<typeof foretold>
): Promise<Forecast> {
  const told = await foretold(strategy, input, intent, budgetMs);
  assert.ok(typeof told === "object", JSON.stringify(told));
  return told;
}

async function madeOf(
  strategy: string,
  input: Uint8Array,
  intent = optimizing(60),
): Promise<Uint8Array> {
  const row = { back, header };
  const made = await runStrategy(row, strategy, input, intent, bench);
  assert.ok(typeof made === "object", JSON.stringify(made));
  return made.bytes;
}

const bytesOf = ({ pixelBytes, besideBytes }: Forecast): number =>
  pixelBytes + besideBytes;

const shape = { width: 640, height: 480, channels: 3 } as const;
const photo = await encoded(picture(shape), { quality: 95, effort: 0 });

/** Grain that no search finds again. */
function grainy(width: number, height: number): Promise<Uint8Array> {
  let seed = 7;
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return 60 + ((at / 3) % width) / 4 + (seed >>> 28);
  });
  const chain = sharp(pixels, { raw: { width, height, channels: 3 } });
  return encoded(chain, { lossless: true, effort: 0 });
}

const lossless = await grainy(320, 200);

const STILLS = [
  { what: "lossy", strategy: "webp-reencode", input: photo, budgetMs: 150 },
  {
    what: "lossless",
    strategy: "webp-lossless",
    input: lossless,
    budgetMs: 60,
  },
] as const;

for (const { what, strategy, input, budgetMs } of STILLS) {
  test(`a ${what} picture is told within a tenth before anything is fitted`, async () => {
    const told = await forecastOf(strategy, input, undefined, budgetMs);
    const { length } = await madeOf(strategy, input);
    assert.equal(told.isWhole, false, "the premise: it was sampled");
    const ratio = bytesOf(told) / length;
    assert.ok(Math.abs(ratio - 1) < 0.1, `${ratio}`);
  });
}

test("what there is time for is told to the byte", async () => {
  const told = await forecastOf("webp-reencode", photo, undefined, 5000);
  const { length } = await madeOf("webp-reencode", photo);
  assert.equal(told.isWhole, true);
  assert.equal(bytesOf(told), length);
});

test("what has to be turned is not known to the byte, however much time there is", async () => {
  const turned = await encoded(
    picture(shape).withMetadata({ orientation: 6 }),
    { quality: 95, effort: 0 },
  );
  const told = await forecastOf("webp-reencode", turned, undefined, 5000);
  const { length } = await madeOf("webp-reencode", turned);
  assert.equal(told.isWhole, false);
  assert.ok(Math.abs(bytesOf(told) / length - 1) < 0.1);
});

test("alpha is coded with the sample", async () => {
  const half = { width: 480, height: 320, channels: 4 } as const;
  const input = await encoded(picture(half), { quality: 95, effort: 0 });
  const told = await forecastOf("webp-reencode", input, undefined, 60);
  const { length } = await madeOf("webp-reencode", input);
  const sample = readContent(told.proof!.after).still!;
  assert.ok(sample.alpha && told.proof!.before.channels === 4);
  assert.ok(
    Math.abs(bytesOf(told) / length - 1) < 0.25,
    `${bytesOf(told)} ${length}`,
  );
});

test("metadata that is kept counts with its bytes", async () => {
  const exif = orientationExif(1);
  const { bytes } = writeMetadata(photo, { exif });
  const kept = optimizing(60, { stripMetadata: false });
  const [without, beside] = [
    await forecastOf("webp-reencode", bytes),
    await forecastOf("webp-reencode", bytes, kept),
  ];
  assert.deepEqual(readMetadata(bytes).exif, exif);
  assert.ok(beside.besideBytes - without.besideBytes > exif.length);
  assert.equal(beside.pixelBytes, without.pixelBytes);
});

test("a sample is not turned, so that it can be scored", async () => {
  const { bytes } = writeMetadata(photo, { exif: orientationExif(6) });
  const { proof } = await forecastOf("webp-reencode", bytes);
  const { width, height } = readContent(proof!.after).still!.bitstream;
  assert.deepEqual(
    [width, height],
    [proof!.before.width, proof!.before.height],
  );
});

const frame = (options: FrameRecipe["options"]): FrameRecipe => ({
  shape: { width: 96, height: 64, channels: 3 },
  ...{ options, left: 0, top: 0, delayMs: 50, flags: 0 },
});

test("frames that look as asked are known, and the others told by some of them", async () => {
  const [fine, poor] = [frame({ quality: 95 }), frame({ quality: 30 })];
  const recipes = Array.from({ length: 24 }, (_, at) =>
    at % 3 === 0 ? poor : fine,
  );
  const input = await animation(recipes, 0);
  const told = await forecastOf("webp-reencode", input, undefined, 20);
  const poorBytes = readContent(input)
    .animation!.frames.filter((_, at) => at % 3 === 0)
    .reduce((sum, one) => sum + pictureBytes(one.picture), 0);
  assert.ok(told.besideBytes > poorBytes);
  const { length } = await madeOf("webp-reencode", input);
  const ratio = bytesOf(told) / length;
  assert.ok(Math.abs(ratio - 1) < 0.05, `${ratio}`);
});

test("an animation of frames that look as asked makes nothing", async () => {
  const input = await animation([frame({ quality: 30 })], 0);
  const told = await foretold("webp-reencode", input);
  assert.equal(told, "frames-as-asked");
});
