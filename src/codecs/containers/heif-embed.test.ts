// Claims about putting EXIF and XMP into HEIF files: what comes back, and that the picture stays.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { corpusFiles, readCorpus, withoutCorpus } from "./corpus.fixture.ts";
import { orientationExif } from "./exif.ts";
import { embedItems } from "./heif-embed.ts";
import { readMetadata, writeMetadata } from "./heif-metadata.ts";
import { headerOfHeif } from "./heif.ts";
import { readerOfBytes } from "./reader.ts";

const EXIF = orientationExif(6);
const XMP = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');

async function madeBySharp(alpha: boolean): Promise<Uint8Array> {
  const channels = alpha ? 4 : 3;
  const raw = { width: 40, height: 24, channels } as const;
  const pixels = Uint8Array.from(
    { length: 40 * 24 * channels },
    (_, at) => at * 7,
  );
  const avif = await sharp(pixels, { raw }).avif({ effort: 0 }).toBuffer();
  return new Uint8Array(avif);
}

for (const alpha of [false, true]) {
  test(`what sharp writes ${alpha ? "with" : "without"} alpha takes both and keeps its pixels`, async () => {
    const file = await madeBySharp(alpha);
    const written = embedItems(file, { exif: EXIF, xmp: XMP });
    assert.ok(written);
    const { exif, xmp } = readMetadata(written);
    assert.deepEqual(Buffer.from(exif ?? []), Buffer.from(EXIF));
    assert.deepEqual(Buffer.from(xmp ?? []), XMP);
    const seen = await sharp(written).metadata();
    assert.deepEqual(seen.xmp, XMP);
    assert.ok(seen.exif?.includes(Buffer.from(EXIF)));
    const [before, after] = [file, written].map((bytes) =>
      sharp(bytes).raw().toBuffer(),
    );
    assert.deepEqual(await after, await before);
  });
}

test("a second EXIF replaces the first, whose bytes are gone", async () => {
  const first = Buffer.concat([EXIF, Buffer.from("where I live")]);
  const once = embedItems(await madeBySharp(false), { exif: first, xmp: XMP });
  assert.ok(once && Buffer.from(once).includes("where I live"));
  const twice = embedItems(once, { exif: EXIF });
  assert.ok(twice && !Buffer.from(twice).includes("where I live"));
  assert.deepEqual(
    Buffer.from(readMetadata(twice).exif ?? []),
    Buffer.from(EXIF),
  );
  assert.deepEqual(Buffer.from(readMetadata(twice).xmp ?? []), XMP);
});

test("kinds without a home are named", async () => {
  const file = await madeBySharp(false);
  const written = writeMetadata(file, { icc: EXIF, iptc: EXIF, comments: [] });
  assert.deepEqual(written.dropped, ["iptc", "comments", "icc"]);
  assert.equal(written.bytes, file);
});

for (const folder of ["avif", "heic"] as const) {
  test(
    `every ${folder} of the corpus takes both, or says what it dropped`,
    { skip: withoutCorpus },
    async () => {
      for (const { file } of corpusFiles(folder)) {
        const before = readCorpus(file);
        const { bytes, dropped } = writeMetadata(before, {
          exif: EXIF,
          xmp: XMP,
        });
        const isSequence = /sequence|12bit-plum/.test(file);
        assert.deepEqual(dropped, isSequence ? ["exif", "xmp"] : [], file);
        if (isSequence) continue;
        const back = readMetadata(bytes);
        assert.deepEqual(Buffer.from(back.exif ?? []), Buffer.from(EXIF), file);
        assert.deepEqual(Buffer.from(back.xmp ?? []), XMP, file);
        const [old, now] = [before, bytes].map((data) =>
          headerOfHeif(readerOfBytes(data), folder),
        );
        const {
          bytes: _,
          metadata: __,
          density: ___,
          ...picture
        } = (await now) ?? {};
        assert.partialDeepStrictEqual(await old, picture, file);
      }
    },
  );
}

test(
  "every AVIF that sharp decodes has equal pixels afterwards",
  { skip: withoutCorpus },
  async () => {
    for (const { file } of corpusFiles("avif")) {
      if (/sequence|12bit-plum|irvine|mexico|monochrome/.test(file)) continue;
      const before = readCorpus(file);
      const { bytes } = writeMetadata(before, { exif: EXIF, xmp: XMP });
      const [left, right] = [before, bytes].map((data) =>
        sharp(data).raw().toBuffer(),
      );
      assert.deepEqual(await right, await left, file);
    }
  },
);
