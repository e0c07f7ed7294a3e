// Claims about what is foretold of a PNG: how near it comes to what is made before anything is fitted, and what is known exactly.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import { readCorpus, withoutCorpus } from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { NotForetold } from "../forecast.ts";
import type { Forecast } from "../codec.ts";
import {
  benchIn,
  foretellStrategy,
  optimizing,
  runStrategy,
} from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { readSourceRows, takeBands } from "./source-rows.ts";
import { readCoded } from "./assemble.ts";
import { readRows } from "./scanlines.ts";

const folder = await mkdtemp(join(tmpdir(), "png-forecast-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp", "oxipng", "imagequant"]));
const row = { back, header };

/** A gradient with grain that no search finds again, more of it to the right and below. */
function grainy(width: number, height: number, levels: number): Sharp {
  let seed = 7;
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at++) {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const grain = ((seed >>> 16) % levels) * (x / width + y / height);
    pixels[at] = 40 + (x * 80) / width + (at % 3) * 20 + grain;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const photo = await grainy(500, 400, 24)
  .png({ compressionLevel: 6, adaptiveFiltering: true })
  .toBuffer();
const plain = await grainy(500, 400, 24)
  .png({ compressionLevel: 1 })
  .toBuffer();

async function foretold(
  strategy: string,
  input: Uint8Array,
  intent = optimizing(60),
  budgetMs = 150,
): Promise<Forecast> {
  const told = await foretellStrategy(
    ...[row, strategy, input, intent, bench, budgetMs],
  );
  assert.ok(typeof told === "object", JSON.stringify(told));
  return told;
}

async function ratio(
  strategy: string,
  input: Uint8Array,
  intent = optimizing(60),
  budgetMs = 150,
): Promise<number> {
  const told = await foretold(strategy, input, intent, budgetMs);
  const made = await runStrategy(row, strategy, input, intent, bench);
  assert.ok(typeof made === "object", JSON.stringify(made));
  assert.equal(told.method, made.method);
  return (told.pixelBytes + told.besideBytes) / made.bytes.length;
}

function near(value: number, share: number): void {
  assert.ok(Math.abs(value - 1) < share, `${value}`);
}

for (const [source, input] of [
  ["well filtered", photo],
  ["hardly packed", plain],
] as const) {
  test(`packing a picture that was ${source} is told within a tenth`, async () => {
    const intent = optimizing(75, { paletteLoss: "refused" });
    near(await ratio("oxipng", input, intent, 60), 0.1);
  });
}

test("a palette is told within an eighth from squares", async () => {
  const told = await foretold("imagequant", photo);
  assert.equal(told.isWhole, false, "the premise: it was sampled");
  near(await ratio("imagequant", photo), 0.125);
});

test("a palette is told to the byte where there is time for all of the picture", async () => {
  const told = await foretold("imagequant", photo, optimizing(60), 60_000);
  assert.equal(told.isWhole, true);
  assert.equal(await ratio("imagequant", photo, optimizing(60), 60_000), 1);
});

test("few colors are known to be few, wherever they stand", async () => {
  const flat = {
    create: { width: 400, height: 300, channels: 3, background: "#123" },
  } as const;
  const input = await sharp(flat)
    .composite([
      {
        input: {
          create: { ...flat.create, width: 9, height: 9, background: "#fa0" },
        },
        left: 380,
        top: 290,
      },
    ])
    .png({ compressionLevel: 0 })
    .toBuffer();
  const told = await foretellStrategy(
    ...[row, "imagequant", input, optimizing(60), bench],
  );
  assert.equal(told, "few-colors");
  const { features } = await foretold("oxipng", input);
  assert.equal(features["indexed"], 1);
});

test("what takes few bytes is optimized instead", async () => {
  const input = await sharp({
    create: { width: 400, height: 300, channels: 3, background: "#123" },
  })
    .png()
    .toBuffer();
  await assert.rejects(foretold("oxipng", input), NotForetold);
});

test("what is kept beside the pixels is known to the byte", async () => {
  const icc = readMetadata(
    await sharp(photo).withIccProfile("p3").png().toBuffer(),
  ).icc!;
  const input = writeMetadata(photo, { icc }).bytes;
  const kept = optimizing(60, { stripMetadata: false });
  const [bare, whole] = [
    await foretold("oxipng", photo, kept),
    await foretold("oxipng", input, kept),
  ];
  assert.equal(
    whole.besideBytes - bare.besideBytes,
    input.length - photo.length,
  );
});

test("a large picture that misses its score is told as deflated", async () => {
  const input = await grainy(2100, 2000, 120)
    .png({ compressionLevel: 1 })
    .toBuffer();
  const told = await foretold("imagequant", input, optimizing(100));
  assert.equal(told.method, "deflate");
});

test("damaged image data are not foretold", async () => {
  const input = Uint8Array.from(photo);
  input.fill(0, input.length / 2, input.length - 12);
  await assert.rejects(foretold("oxipng", input), /CRC/);
  await assert.rejects(readSourceRows(input), NotForetold);
});

for (const progressive of [false, true]) {
  test(`bands hold the picture's own rows${progressive ? " where it is interlaced" : ""}`, async () => {
    const input = await sharp(photo).png({ progressive }).toBuffer();
    const source = await readSourceRows(input);
    const { data, header: coded } = readCoded(input);
    const rows = readRows(data, coded);
    assert.deepEqual(source.rows, rows);
    const bands = takeBands(source, 500 * 3 * 64);
    assert.equal(bands.image.header.height, 64);
    const first = Buffer.from(bands.rows.subarray(0, 1500));
    assert.equal(Buffer.from(rows).indexOf(first) % 1500, 0);
    const whole = source.codedBytes(0, 400);
    assert.ok(Math.abs(whole - data.length) <= 8, `${whole} ${data.length}`);
    const share = bands.codedBytes / whole;
    assert.ok(Math.abs(share - 64 / 400) < 0.05, `${share}`);
  });
}

test(
  "an animation is told from its frames",
  { skip: withoutCorpus },
  async () => {
    const input = readCorpus("png/apng-beach-ball.png");
    const facts = await header(readerOfBytes(input));
    assert.ok(facts.frames > 4);
    near(await ratio("oxipng", input, optimizing(60), 60), 0.25);
  },
);
