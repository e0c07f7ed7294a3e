// Claims about the facts of WebP files: what libwebp writes, what it would refuse, and real ones.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { ServiceError } from "../../errors.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";

/** A smooth picture with a little noise, so that the encoder has something to weigh. */
function picture(channels: 3 | 4) {
  const raw = { width: 96, height: 64, channels };
  const pixels = Uint8Array.from({ length: 96 * 64 * channels }, (_, at) =>
    at % channels === 3 ? at >> 4 : (at >> 5) + ((at * 7919) % 23),
  );
  return sharp(pixels, { raw });
}

const rows: readonly (readonly [string, Promise<Buffer>, object])[] = [
  [
    "lossy",
    picture(3).webp().toBuffer(),
    { lossy: true, hasAlpha: false, chroma: "420", frames: 1 },
  ],
  [
    "lossy with alpha",
    picture(4).webp().toBuffer(),
    { lossy: true, hasAlpha: true },
  ],
  [
    "lossless",
    picture(3).webp({ lossless: true }).toBuffer(),
    { lossy: false, hasAlpha: false },
  ],
  [
    "lossless with alpha",
    picture(4).webp({ lossless: true }).toBuffer(),
    { lossy: false, hasAlpha: true },
  ],
  [
    "with EXIF",
    picture(3).webp().withMetadata({ orientation: 6 }).toBuffer(),
    { orientation: 6, metadata: ["exif"], profile: { kind: "srgb" } },
  ],
];

for (const [name, file, wanted] of rows) {
  test(`reads what libwebp writes: ${name}`, async () => {
    const found = await header(readerOfBytes(await file));
    assert.partialDeepStrictEqual(found, {
      width: 96,
      height: 64,
      bitDepth: 8,
      ...wanted,
    });
  });
}

test("counts frames and reads the canvas of an animation", async () => {
  const frames = await Promise.all(
    [0, 100, 200].map((level) =>
      sharp({
        create: {
          width: 32,
          height: 64,
          channels: 4,
          background: { r: level, g: level, b: 255 - level, alpha: 0.5 },
        },
      })
        .png()
        .toBuffer(),
    ),
  );
  const file = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  assert.partialDeepStrictEqual(await header(readerOfBytes(file)), {
    width: 32,
    height: 64,
    frames: 3,
    hasAlpha: true,
    lossy: true,
  });
});

test("tells the quality libwebp was asked for within 3, and never falls as it rises", async () => {
  let last = 0;
  for (const quality of [10, 30, 50, 70, 75, 80, 85, 90, 95, 100]) {
    const file = await picture(3).webp({ quality }).toBuffer();
    const { sourceQuality = 0 } = await header(readerOfBytes(file));
    assert.ok(
      Math.abs(sourceQuality - quality) <= 3,
      `${quality}: ${sourceQuality}`,
    );
    assert.ok(sourceQuality >= last);
    last = sourceQuality;
  }
});

const invalid: readonly (readonly [string, Buffer])[] = [
  ["no data", Buffer.alloc(0)],
  ["a RIFF of another form", Buffer.from("RIFF\x04\0\0\0WAVE")],
  ["no image", Buffer.from("RIFF\x04\0\0\0WEBP")],
  [
    "an image that is none",
    Buffer.from("RIFF\x20\0\0\0WEBPVP8 \x10\0\0\0................"),
  ],
  ["an image of no bytes", Buffer.from("RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0")],
];

for (const [name, file] of invalid) {
  test(`${name} is an invalid image`, async () => {
    const isInvalid = (error: unknown) =>
      error instanceof ServiceError && error.code === "invalid_image";
    await assert.rejects(header(readerOfBytes(file)), isInvalid);
  });
}

test(
  "facts agree with the corpus' manifest",
  { skip: withoutCorpus },
  async () => {
    for (const row of corpusFiles("webp")) {
      const found = await header(readerOfBytes(readCorpus(row.file)));
      assert.deepEqual(
        [found.width, found.height],
        [row.width, row.height],
        row.file,
      );
      assert.equal(found.frames, row.frames ?? 1, row.file);
      assert.equal(found.orientation, row.exif_orientation ?? 1, row.file);
      assert.equal(found.profile.name, row.icc, row.file);
    }
  },
);
