// Claims about the ways a WebP is made smaller: what each keeps, what each takes away, and that a second pass finds nothing.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { WebpOptions } from "sharp";

import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate } from "../codec.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { benchIn, optimizing, runStrategy } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { essentialExif } from "../containers/essential-exif.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { readContent, readOthers } from "./pictures.ts";
import { strategies } from "./strategies.ts";
import {
  animation,
  encoded,
  picture,
  withChunk,
  type FrameRecipe,
} from "./webp.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "webp-back-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp"]));
const INTENT = optimizing(60);

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

const at = optimizing;

async function run(
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent = INTENT,
): Promise<Candidate> {
  const result = await runStrategy(
    { back, header },
    name,
    input,
    intent,
    bench,
  );
  assert.ok(typeof result === "object", name);
  return result;
}

/** The smallest that the strategies make of a file, as the race would have it. */
async function smallest(
  input: Uint8Array,
  intent: OptimizeIntent,
): Promise<Uint8Array> {
  const facts = await factsOf(input);
  let best = input;
  for (const { name, applies } of strategies) {
    if (applies(facts, intent) !== true) continue;
    const { bytes } = await run(name, input, intent);
    if (bytes.length < best.length) best = bytes;
  }
  return best;
}

/** All frames as drawn, upright, in RGBA with nothing under full transparency. */
async function drawn(file: Uint8Array): Promise<Buffer> {
  const isStill = (await factsOf(file)).frames === 1;
  const source = sharp(file, { animated: !isStill });
  const pixels = await (isStill ? source.autoOrient() : source)
    .ensureAlpha()
    .raw()
    .toBuffer();
  for (let index = 0; index < pixels.length; index += 4) {
    if (pixels[index + 3] === 0) pixels.fill(0, index, index + 3);
  }
  return pixels;
}

const WHOLE = { width: 96, height: 64, channels: 4 } as const;
const PART = { width: 40, height: 30, channels: 3 } as const;
const FAST_LOSSLESS = { lossless: true, effort: 0, quality: 1 };
const MIXED: readonly FrameRecipe[] = [
  {
    shape: WHOLE,
    options: FAST_LOSSLESS,
    left: 0,
    top: 0,
    delayMs: 0,
    flags: 2,
  },
  {
    shape: PART,
    options: { quality: 98 },
    left: 20,
    top: 8,
    delayMs: 10,
    flags: 1,
  },
  {
    shape: { ...PART, channels: 4 },
    options: { quality: 95 },
    left: 4,
    top: 2,
    delayMs: 250,
    flags: 0,
  },
  {
    shape: PART,
    options: FAST_LOSSLESS,
    left: 56,
    top: 34,
    delayMs: 70_000,
    flags: 3,
  },
];

const STILLS = [
  ["lossless", 3, FAST_LOSSLESS],
  ["lossless with alpha", 4, FAST_LOSSLESS],
  ["lossy", 3, { quality: 95 }],
  ["lossy with alpha", 4, { quality: 95 }],
] as const;
const still = (channels: 3 | 4, options: WebpOptions) =>
  encoded(picture({ ...WHOLE, channels }), options);

for (const [name, channels, options] of STILLS) {
  for (const way of ["metadata-strip", "webp-lossless"]) {
    if (way === "webp-lossless" && !name.startsWith("lossless")) continue;
    test(`${way} keeps every pixel: ${name}`, async () => {
      const file = await still(channels, options);
      const { bytes } = await run(way, file);
      assert.deepEqual(await drawn(bytes), await drawn(file));
      assert.ok(bytes.length <= file.length);
      const [was, is] = [await factsOf(file), await factsOf(bytes)];
      assert.deepEqual([is.hasAlpha, is.lossy], [was.hasAlpha, was.lossy]);
    });
  }
}

const EXIF = { exif: orientationExif(6) };
const XMP = { xmp: Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/" />') };

for (const way of ["metadata-strip", "webp-lossless", "webp-reencode"]) {
  test(`${way} strips everything but the orientation`, async () => {
    const plain = await still(3, FAST_LOSSLESS);
    const foreign = withChunk(plain, "JUNK", Buffer.from("secret"));
    const tagged = writeMetadata(foreign, { ...EXIF, ...XMP }).bytes;
    const file = Buffer.concat([tagged, Buffer.from("trailing secret")]);
    assert.deepEqual((await factsOf(file)).metadata, [
      "exif",
      "xmp",
      "trailing",
    ]);
    const { bytes, upright } = await run(way, file);
    assert.equal(upright, way !== "metadata-strip");
    assert.ok(!Buffer.from(bytes).includes("secret"));
    assert.ok(!Buffer.from(bytes).includes("xmpmeta"));
    const { orientation, width, metadata } = await factsOf(bytes);
    assert.deepEqual(
      [orientation, width, metadata],
      upright ? [1, 64, []] : [6, 96, ["exif"]],
    );
    if (way !== "webp-reencode")
      assert.deepEqual(await drawn(bytes), await drawn(file));
  });
}

test("strip_metadata=false keeps chunks, foreign ones and what trails, with the orientation settled", async () => {
  const plain = await still(3, FAST_LOSSLESS);
  const foreign = withChunk(plain, "JUNK", Buffer.from("kept"));
  const tagged = writeMetadata(foreign, { ...EXIF, ...XMP }).bytes;
  const file = Buffer.concat([tagged, Buffer.from("behind")]);
  const intent = { ...INTENT, stripMetadata: false };
  const { bytes } = await run("webp-reencode", file, intent);
  const { orientation, width, height, metadata } = await factsOf(bytes);
  assert.deepEqual([orientation, width, height], [1, 64, 96]);
  assert.deepEqual(metadata, ["exif", "xmp", "trailing"]);
  assert.deepEqual(readOthers(bytes), readOthers(file));
  assert.ok(Buffer.from(bytes).subarray(-6).equals(Buffer.from("behind")));
});

test("a density survives stripping, and turns with the picture", async () => {
  const exif = essentialExif(6, { x: 300, y: 150 });
  assert.ok(exif);
  const plain = await still(3, FAST_LOSSLESS);
  const file = writeMetadata(plain, { exif }).bytes;
  const stripped = await run("metadata-strip", file);
  assert.deepEqual((await factsOf(stripped.bytes)).density, { x: 300, y: 150 });
  const turned = await run("webp-lossless", file);
  assert.deepEqual((await factsOf(turned.bytes)).density, { x: 150, y: 300 });
});

test("what was not turned keeps its EXIF to the byte", async () => {
  const exif = orientationExif(1);
  const file = writeMetadata(await still(3, { quality: 95 }), { exif }).bytes;
  const intent = { ...INTENT, stripMetadata: false };
  const { bytes } = await run("webp-reencode", file, intent);
  assert.deepEqual(readMetadata(bytes).exif, exif);
});

for (const way of ["metadata-strip", "webp-lossless", "webp-reencode"]) {
  test(`${way} keeps an animation's places, times, kinds of drawing, background and plays`, async () => {
    const file = await animation(MIXED, 3);
    const tagged = writeMetadata(file, EXIF).bytes;
    const { bytes } = await run(way, tagged, at(80));
    const [was, is] = [readContent(file), readContent(bytes)];
    assert.deepEqual(is.animation?.anim, was.animation?.anim);
    assert.deepEqual(
      is.animation?.frames.map(({ place }) => Buffer.from(place)),
      was.animation?.frames.map(({ place }) => Buffer.from(place)),
    );
    assert.deepEqual(back.timing?.(bytes), {
      delaysMs: [0, 10, 250, 70_000],
      plays: 3,
    });
    assert.equal((await factsOf(bytes)).orientation, 6);
    assert.equal((await factsOf(bytes)).hasAlpha, true);
    assert.ok(bytes.length < tagged.length || way === "metadata-strip");
    if (way !== "webp-reencode")
      assert.deepEqual(await drawn(bytes), await drawn(file));
  });
}

for (const [quality, kinds] of [
  [70, ["VP8L", "VP8 ", "VP8 ", "VP8L"]],
  [69, ["VP8 ", "VP8 ", "VP8 ", "VP8 "]],
] as const) {
  test(`frames without loss ${quality < 70 ? "may lose" : "stay so"} at quality ${quality}`, async () => {
    const file = await animation(MIXED, 0);
    const { bytes } = await run("webp-reencode", file, at(quality));
    const { animation: made } = readContent(bytes);
    assert.deepEqual(
      made?.frames.map((frame) => frame.picture.kind),
      kinds,
    );
  });
}

const SOURCES = [
  ["a lossless still", () => still(3, FAST_LOSSLESS)],
  ["a lossy still with alpha", () => still(4, { quality: 97 })],
  ["a mixed animation", () => animation(MIXED, 0)],
] as const;

for (const [name, source] of SOURCES) {
  test(`results fall with quality, and a second pass finds less than 1 %: ${name}`, async () => {
    const file = await source();
    let last = Infinity;
    for (const quality of [90, 70, 69, 20]) {
      const once = await smallest(file, at(quality));
      assert.ok(once.length <= last, `${quality} grows`);
      last = once.length;
      const twice = await smallest(once, at(quality));
      assert.ok(
        twice.length > once.length * 0.99,
        `${quality}: ${once.length} → ${twice.length}`,
      );
    }
  });
}

test(
  "of every WebP of the corpus, lossless ways keep the pixels and presets pass twice for nothing",
  { skip: withoutCorpus },
  async () => {
    for (const { file, width = 0, height = 0 } of corpusFiles("webp")) {
      if (width * height > 50_000) continue;
      const source = readCorpus(file);
      const stripped = await run("metadata-strip", source);
      assert.deepEqual(await drawn(stripped.bytes), await drawn(source), file);
      for (const quality of [75, 40]) {
        const once = await smallest(source, at(quality));
        const twice = await smallest(once, at(quality));
        assert.ok(twice.length > once.length * 0.99, `${file} at ${quality}`);
      }
    }
  },
);
