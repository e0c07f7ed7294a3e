// Claims about taking metadata out of PNGs and putting it in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import sharp from "sharp";

import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { profileFromCicp } from "../containers/cicp-profile.ts";
import { orientationExif } from "../containers/exif.ts";
import { chunksIn } from "./chunks.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { chunk, ihdr, png } from "./png.fixture.ts";

const EXIF = orientationExif(6);
const XMP = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
const ICC =
  profileFromCicp({
    primaries: 12,
    transfer: 13,
    matrix: 0,
    fullRange: true,
  }) ?? new Uint8Array(0);
const ALL = { exif: EXIF, xmp: XMP, icc: ICC };

function made(): Promise<Buffer> {
  const raw = { width: 5, height: 4, channels: 3 } as const;
  const pixels = Uint8Array.from({ length: 60 }, (_, at) => at * 4);
  return sharp(pixels, { raw }).png().toBuffer();
}

test("what is written comes back, to us and to libvips, and the picture stays", async () => {
  const file = await made();
  const { bytes, dropped } = writeMetadata(file, ALL);
  assert.deepEqual(dropped, []);
  const found = readMetadata(bytes);
  assert.deepEqual(Buffer.from(found.exif ?? []), Buffer.from(EXIF));
  assert.deepEqual(Buffer.from(found.xmp ?? []), XMP);
  assert.deepEqual(Buffer.from(found.icc ?? []), Buffer.from(ICC));
  const seen = await sharp(bytes).metadata();
  assert.equal(seen.orientation, 6);
  assert.deepEqual(seen.xmp, XMP);
  assert.deepEqual(seen.icc, Buffer.from(ICC));
  const again = await sharp(bytes).keepIccProfile().raw().toBuffer();
  assert.deepEqual(again, await sharp(file).raw().toBuffer());
});

test("writing twice is writing once", async () => {
  const once = writeMetadata(await made(), ALL).bytes;
  assert.deepEqual(writeMetadata(once, ALL).bytes, once);
});

test("a profile takes the place of an sRGB chunk, everything else stays", () => {
  const file = png(
    ihdr(1, 1),
    chunk("sRGB", "\0"),
    chunk("tEXt", "Comment\0hi"),
    chunk("IDAT"),
    chunk("IEND"),
  );
  const types = chunksIn(writeMetadata(file, { icc: ICC }).bytes).map(
    ({ type }) => type,
  );
  assert.deepEqual(types, ["IHDR", "iCCP", "tEXt", "IDAT", "IEND"]);
});

test("kinds without a home are named", async () => {
  const metadata = { iptc: XMP, extendedXmp: [XMP], comments: [XMP] };
  const file = await made();
  const written = writeMetadata(file, metadata);
  assert.deepEqual(written.dropped, ["iptc", "extendedXmp", "comments"]);
  assert.deepEqual(Buffer.from(written.bytes), file);
});

test("reads comments of every textual chunk as UTF-8, and compressed XMP", () => {
  const file = png(
    ihdr(1, 1),
    chunk("tEXt", "Comment\0gr\xfcn"),
    chunk(
      "zTXt",
      Buffer.concat([
        Buffer.from("Description\0\0"),
        deflateSync(Buffer.from("two")),
      ]),
    ),
    chunk("iTXt", Buffer.from("Comment\0\0\0en\0\0\u65e5")),
    chunk(
      "iTXt",
      Buffer.concat([
        Buffer.from("XML:com.adobe.xmp\0\x01\0\0\0"),
        deflateSync(XMP),
      ]),
    ),
    chunk("tEXt", "Software\0ours"),
    chunk("zTXt", "Comment\0\0broken"),
    chunk("IDAT"),
  );
  const { comments, xmp } = readMetadata(file);
  const texts = comments?.map((comment) => Buffer.from(comment).toString());
  assert.deepEqual(texts, ["gr\u00fcn", "two", "\u65e5"]);
  assert.deepEqual(Buffer.from(xmp ?? []), XMP);
});

test("text that inflates beyond 4 MB is not read", () => {
  const bomb = deflateSync(new Uint8Array(5e6));
  const file = png(
    ihdr(1, 1),
    chunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), bomb])),
  );
  assert.deepEqual(readMetadata(file), {});
});

test(
  "every PNG of the corpus keeps its metadata when they are written back",
  { skip: withoutCorpus },
  () => {
    for (const { file } of corpusFiles("png")) {
      const before = readMetadata(readCorpus(file));
      const { comments: _, ...metadata } = before;
      const written = writeMetadata(readCorpus(file), metadata);
      assert.deepEqual(readMetadata(written.bytes), before, file);
    }
  },
);
