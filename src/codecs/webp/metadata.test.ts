// Claims about taking metadata out of WebPs and putting it in.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { profileFromCicp } from "../containers/cicp-profile.ts";
import { orientationExif } from "../containers/exif.ts";
import { walkRiff } from "../containers/riff.ts";
import { walkBytes } from "../containers/walk.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";

const EXIF = orientationExif(6);
const XMP = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/" />');
const ICC =
  profileFromCicp({
    primaries: 12,
    transfer: 13,
    matrix: 0,
    fullRange: true,
  }) ?? new Uint8Array(0);
const ALL = { exif: EXIF, xmp: XMP, icc: ICC };

function made(channels: 3 | 4, lossless: boolean): Promise<Buffer> {
  const raw = { width: 17, height: 9, channels };
  const pixels = Uint8Array.from({ length: 17 * 9 * channels }, (_, at) => at);
  return sharp(pixels, { raw }).webp({ lossless }).toBuffer();
}

function names(file: Uint8Array): string[] {
  return walkBytes(file, walkRiff("WEBP")).map(({ name }) => name);
}

for (const channels of [3, 4] as const) {
  for (const lossless of [true, false]) {
    test(`what is written comes back: ${channels} channels, ${lossless ? "lossless" : "lossy"}`, async () => {
      const file = await made(channels, lossless);
      const { bytes, dropped } = writeMetadata(file, ALL);
      assert.deepEqual(dropped, []);
      const seen = await sharp(bytes).metadata();
      assert.equal(seen.orientation, 6);
      assert.equal(seen.hasAlpha, channels === 4);
      assert.deepEqual(seen.xmp, XMP);
      assert.deepEqual(seen.icc, Buffer.from(ICC));
      const again = await sharp(bytes).keepIccProfile().raw().toBuffer();
      assert.deepEqual(again, await sharp(file).raw().toBuffer());
      assert.deepEqual(writeMetadata(bytes, ALL).bytes, bytes);
    });
  }
}

test("chunks stand in the order that RFC 9649 asks for", async () => {
  const file = await made(3, true);
  assert.deepEqual(names(writeMetadata(file, ALL).bytes), [
    "VP8X",
    "ICCP",
    "VP8L",
    "EXIF",
    "XMP ",
  ]);
});

test("kinds without a home are named", async () => {
  const metadata = { iptc: XMP, extendedXmp: [XMP], comments: [XMP] };
  const { dropped } = writeMetadata(await made(3, true), metadata);
  assert.deepEqual(dropped, ["iptc", "extendedXmp", "comments"]);
});

test(
  "every WebP of the corpus keeps frames, alpha and pixels",
  { skip: withoutCorpus },
  async () => {
    for (const { file } of corpusFiles("webp")) {
      const before = readCorpus(file);
      const { bytes } = writeMetadata(before, { exif: EXIF, xmp: XMP });
      const [old, now] = await Promise.all(
        [before, bytes].map((data) =>
          sharp(data, { animated: true }).metadata(),
        ),
      );
      assert.deepEqual(
        [now?.pages, now?.hasAlpha, now?.delay, now?.loop],
        [old?.pages, old?.hasAlpha, old?.delay, old?.loop],
        file,
      );
      const [left, right] = await Promise.all(
        [before, bytes].map((data) => sharp(data).raw().toBuffer()),
      );
      assert.ok(left && right?.equals(left), file);
      assert.deepEqual(readMetadata(bytes).icc, readMetadata(before).icc, file);
    }
  },
);
