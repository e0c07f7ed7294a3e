// Claims about the ways an AVIF is made smaller: what each keeps, and that a second pass finds nothing.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate } from "../codec.ts";
import { readCorpus, withoutCorpus } from "../containers/corpus.fixture.ts";
import { orientationExif } from "../containers/exif.ts";
import { stripHeif } from "../containers/heif-strip.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { benchIn, optimizing, runStrategy } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { encoderFor, svtQuality } from "./plan.ts";
import { strategies } from "./strategies.ts";

const folder = await mkdtemp(join(tmpdir(), "avif-back-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp"]));

const at = (value: number, stripMetadata = true): OptimizeIntent =>
  optimizing(value, { stripMetadata });

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

const run = (
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
): Promise<Candidate | string> =>
  runStrategy({ back, header }, name, input, intent, bench);

async function reencoded(
  input: Uint8Array,
  intent: OptimizeIntent,
): Promise<Candidate> {
  const made = await run("avif-reencode", input, intent);
  assert.ok(typeof made === "object");
  return made;
}

const verdict = async (
  name: string,
  file: Uint8Array,
  intent: OptimizeIntent,
) =>
  strategies
    .find((one) => one.name === name)
    ?.applies(await factsOf(file), intent);

/** A smooth picture with some detail in it. */
async function photo(
  {
    width,
    height,
    channels,
  }: { width: number; height: number; channels: 3 | 4 },
  options: object = {},
): Promise<Uint8Array> {
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    (_, index) => 128 + 100 * Math.sin(index / 37) + ((index * 7) % 19),
  );
  const raw = { width, height, channels };
  const chain = sharp(pixels, { raw });
  return chain.avif({ quality: 95, effort: 0, ...options }).toBuffer();
}

for (const [width, height] of [
  [1, 1],
  [3, 5],
  [65, 31],
] as const) {
  test(`${width} × ${height} with alpha keeps size and alpha`, async () => {
    const file = await photo({ width, height, channels: 4 });
    const facts = await factsOf((await reencoded(file, at(60))).bytes);
    assert.deepEqual(
      [facts.width, facts.height, facts.hasAlpha],
      [width, height, true],
    );
  });
}

for (const bitdepth of [8, 10, 12] as const) {
  test(`${bitdepth} bits stay ${bitdepth}`, async () => {
    const file = await photo(
      { width: 60, height: 40, channels: 3 },
      { bitdepth },
    );
    const made = await reencoded(file, at(60));
    assert.equal((await factsOf(made.bytes)).bitDepth, bitdepth);
  });
}

for (const [quality, chroma] of [
  [79, "420"],
  [80, "444"],
] as const) {
  test(`full chroma is ${chroma} at ${quality}`, async () => {
    const file = await photo({ width: 60, height: 40, channels: 3 });
    const made = await reencoded(file, at(quality));
    assert.equal((await factsOf(made.bytes)).chroma, chroma);
  });
}

test("what was made is never made again", async () => {
  const file = await photo({ width: 120, height: 80, channels: 3 });
  for (const quality of [1, 40, 60, 75, 80, 90, 99]) {
    const { bytes } = await reencoded(file, at(quality));
    const again = await verdict("avif-reencode", bytes, at(quality));
    assert.notEqual(again, true, String(quality));
    const bare = await run("metadata-strip", bytes, at(quality));
    assert.ok(typeof bare === "object" && bare.bytes.length === bytes.length);
  }
});

test("P3 by code points stays P3 by code points", async () => {
  const plain = await photo({ width: 60, height: 40, channels: 3 });
  const colr = Buffer.from("nclx\0\x0c\0\x0d\0\x06\x80", "latin1");
  const file = stripHeif(plain, {
    adds: { item: 1, type: "colr", content: colr },
  });
  const { cicp } = await factsOf((await reencoded(file, at(60))).bytes);
  assert.deepEqual([cicp?.primaries, cicp?.transfer], [12, 13]);
});

test("kept metadata is told of upright pixels", async () => {
  const plain = await photo({ width: 60, height: 40, channels: 3 });
  const xmp = Buffer.from("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  const file = writeMetadata(plain, { exif: orientationExif(6), xmp }).bytes;
  const found = readMetadata((await reencoded(file, at(60, false))).bytes);
  assert.deepEqual(found.exif, orientationExif(1));
  assert.deepEqual(Buffer.from(found.xmp ?? []), xmp);
});

for (const [name, quality, reason] of [
  ["sequence-star.avifs", 40, "sequence"],
  ["hdr-mos-10bpc.avif", 20, "hdr"],
  ["icc.avif", 70, "source-lossless"],
  ["icc.avif", 69, true],
  ["rot3mir1.avif", 60, "source-quality"],
  ["irvine.avif", 60, true],
] as const) {
  test(
    `${name} at ${quality}: ${reason}`,
    { skip: withoutCorpus },
    async () => {
      const file = readCorpus(`avif/${name}`);
      assert.equal(await verdict("avif-reencode", file, at(quality)), reason);
    },
  );
}

test(
  "a turned picture is coded upright, its profile with it",
  { skip: withoutCorpus },
  async () => {
    const turned = await factsOf(
      (await reencoded(readCorpus("avif/rot3mir1.avif"), at(30))).bytes,
    );
    assert.deepEqual(
      [turned.width, turned.height, turned.orientation],
      [640, 427, 1],
    );
    const made = await reencoded(
      readCorpus("avif/xmp-orientation.avif"),
      at(40),
    );
    const { profile } = await factsOf(made.bytes);
    assert.equal(profile.name, "ColorMatch RGB");
  },
);

const SIZE = { width: 640, height: 480, hasAlpha: false, frames: 1 };
const ASKED = { speed: 6, depth: 8, chroma: "420", lossless: false } as const;
const OLD = ["sharp", "avifenc", "avifenc:svt"];
const NEW = [...OLD, "avifenc:svt-iq"];

for (const [claim, engines, choice, asked, picture, wanted] of [
  ["auto with an old SVT is libaom", OLD, undefined, ASKED, SIZE, "aom"],
  ["auto with tune IQ is SVT", NEW, undefined, ASKED, SIZE, "svt"],
  ["svt asked for is SVT, however old", OLD, "svt", ASKED, SIZE, "svt"],
  ["svt asked for and missing is libaom", ["sharp"], "svt", ASKED, SIZE, "aom"],
  ["aom asked for is libaom", NEW, "aom", ASKED, SIZE, "aom"],
  ["4:4:4 is libaom", NEW, "svt", { ...ASKED, chroma: "444" }, SIZE, "aom"],
  ["alpha is libaom", NEW, "svt", ASKED, { ...SIZE, hasAlpha: true }, "aom"],
  ["an odd size is libaom", NEW, "svt", ASKED, { ...SIZE, width: 641 }, "aom"],
  ["lossless is libaom", NEW, "svt", { ...ASKED, lossless: true }, SIZE, "aom"],
  [
    "a tiny picture is libaom",
    NEW,
    "svt",
    ASKED,
    { ...SIZE, width: 63 },
    "aom",
  ],
] as const) {
  test(claim, () => {
    const encoders = choice ? { avif: choice } : {};
    const found = encoderFor(asked, picture, {
      encoders,
      engines: new Set(engines),
    });
    assert.equal(found, wanted);
  });
}

test("a quality means one look in SVT and libaom", () => {
  const asked = { scale: "encoder", value: 67 } as const;
  assert.equal(svtQuality(asked, true).value, 60);
  assert.equal(svtQuality(asked, false).value, 34);
});
