// Claims about the facts of PNG files, built ones and real ones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { ServiceError } from "../../errors.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { profileFromCicp } from "../containers/cicp-profile.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { chunk, ihdr, png } from "./png.fixture.ts";

const IDAT = chunk("IDAT", "not an image");
const IEND = chunk("IEND");
const RGB = ihdr(30, 20);

function facts(...chunks: readonly Uint8Array[]) {
  return header(readerOfBytes(png(...chunks)));
}

function iccp(data: Uint8Array): Uint8Array {
  const name = Buffer.from("name\0\0", "latin1");
  return chunk("iCCP", Buffer.concat([name, deflateSync(data)]));
}

const P3 =
  profileFromCicp({
    primaries: 12,
    transfer: 13,
    matrix: 0,
    fullRange: true,
  }) ?? new Uint8Array(0);

const rows: readonly (readonly [string, readonly Uint8Array[], object])[] = [
  [
    "RGB",
    [RGB],
    {
      width: 30,
      height: 20,
      color: "rgb",
      hasAlpha: false,
      lossy: false,
      frames: 1,
    },
  ],
  [
    "RGBA of 16 bits",
    [ihdr(1, 1, 16, 6)],
    { color: "rgb", hasAlpha: true, bitDepth: 16 },
  ],
  [
    "gray of 1 bit",
    [ihdr(1, 1, 1, 0)],
    { color: "gray", hasAlpha: false, bitDepth: 1 },
  ],
  ["gray with alpha", [ihdr(1, 1, 8, 4)], { color: "gray", hasAlpha: true }],
  [
    "a palette",
    [ihdr(1, 1, 4, 3), chunk("PLTE", "rgb")],
    { color: "palette", bitDepth: 4 },
  ],
  ["a transparent color", [RGB, chunk("tRNS", "123456")], { hasAlpha: true }],
  ["Adam7", [ihdr(1, 1, 8, 2, [0, 0, 1])], { progressive: true }],
  ["an animation", [RGB, chunk("acTL", "\0\0\0\x07\0\0\0\0")], { frames: 7 }],
  [
    "an animation of no frames",
    [RGB, chunk("acTL", "\0\0\0\0\0\0\0\0")],
    { frames: 1 },
  ],
  ["sRGB", [RGB, chunk("sRGB", "\0")], { profile: { kind: "srgb" } }],
  ["no profile", [RGB], { profile: { kind: "none" } }],
  [
    "a profile before sRGB",
    [RGB, chunk("sRGB", "\0"), iccp(P3)],
    { profile: { kind: "other" } },
  ],
  [
    "a profile that is none",
    [RGB, iccp(Buffer.from("none"))],
    { profile: { kind: "broken" } },
  ],
  [
    "a profile of 5 MB of zeros",
    [RGB, iccp(new Uint8Array(5e6))],
    { profile: { kind: "broken" } },
  ],
  [
    "code points",
    [RGB, chunk("cICP", "\x0c\x0d\0\x01")],
    { cicp: { primaries: 12, transfer: 13, matrix: 0, fullRange: true } },
  ],
  [
    "a density",
    [RGB, chunk("pHYs", "\0\0\x0b\x13\0\0\x16\x26\x01")],
    { density: { x: 72.009, y: 144.018 } },
  ],
  [
    "EXIF",
    [RGB, chunk("eXIf", orientationExif(8))],
    { orientation: 8, metadata: ["exif"] },
  ],
  [
    "EXIF behind the image",
    [RGB, IDAT, chunk("eXIf", orientationExif(8))],
    { orientation: 8 },
  ],
  [
    "XMP",
    [RGB, chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>")],
    { metadata: ["xmp"] },
  ],
  [
    "comments",
    [RGB, chunk("tEXt", "Comment\0hello")],
    { metadata: ["comment"] },
  ],
  [
    "ImageMagick's raw profiles",
    [
      RGB,
      chunk("zTXt", "Raw profile type iptc\0\0"),
      chunk("zTXt", "Raw profile type exif\0\0"),
    ],
    { metadata: ["iptc", "exif"] },
  ],
];

for (const [name, chunks, wanted] of rows) {
  test(`reads ${name}`, async () => {
    const { density, ...found } = await facts(...chunks, IDAT, IEND);
    const rounded = density && {
      x: Number(density.x.toFixed(4)),
      y: Number(density.y.toFixed(4)),
    };
    assert.partialDeepStrictEqual({ ...found, density: rounded }, wanted);
  });
}

test("an aspect ratio is no density", async () => {
  const ratio = chunk("pHYs", "\0\0\0\x01\0\0\0\x01\0");
  assert.equal((await facts(RGB, ratio, IDAT)).density, undefined);
});

const invalid: readonly (readonly [string, Uint8Array])[] = [
  ["no data", new Uint8Array(0)],
  ["another file's start", Buffer.from("GIF89a")],
  ["a signature alone", png()],
  ["another first chunk", png(IDAT, RGB)],
  ["a width of zero", png(ihdr(0, 1), IDAT)],
  ["a height of 2^31", png(ihdr(1, 2 ** 31), IDAT)],
  ["3 bits", png(ihdr(1, 1, 3, 0), IDAT)],
  ["a palette of 16 bits", png(ihdr(1, 1, 16, 3), chunk("PLTE", "rgb"), IDAT)],
  ["color type 5", png(ihdr(1, 1, 8, 5), IDAT)],
  ["an unknown compression", png(ihdr(1, 1, 8, 2, [1, 0, 0]), IDAT)],
  ["an unknown filter", png(ihdr(1, 1, 8, 2, [0, 1, 0]), IDAT)],
  ["an unknown interlace", png(ihdr(1, 1, 8, 2, [0, 0, 2]), IDAT)],
  ["no palette", png(ihdr(1, 1, 8, 3), IDAT)],
  ["no image data", png(RGB, IEND)],
  ["image data behind the end", png(RGB, IEND, IDAT)],
];

for (const [name, file] of invalid) {
  test(`${name} is an invalid image`, async () => {
    const isInvalid = (error: unknown) =>
      error instanceof ServiceError && error.code === "invalid_image";
    await assert.rejects(header(readerOfBytes(file)), isInvalid);
  });
}

test("looks past 64 MB of image data for no more than the reader allows", async () => {
  const large = chunk("IDAT", new Uint8Array(1 << 20));
  const many = Array.from({ length: 64 }, () => large);
  assert.equal((await facts(RGB, ...many, IEND)).width, 30);
  const small = chunk("IDAT", new Uint8Array(8192));
  const more = Array.from({ length: 8192 }, () => small);
  assert.equal((await facts(RGB, ...more, IEND)).width, 30);
});

test(
  "facts agree with the corpus' manifest",
  { skip: withoutCorpus },
  async () => {
    for (const row of corpusFiles("png")) {
      const found = await header(readerOfBytes(readCorpus(row.file)));
      assert.deepEqual(
        [found.width, found.height],
        [row.width, row.height],
        row.file,
      );
      assert.equal(found.bitDepth, row.bit_depth ?? found.bitDepth, row.file);
      assert.equal(found.orientation, row.exif_orientation ?? 1, row.file);
      assert.equal(found.profile.name, row.icc, row.file);
      // The manifest counts a default image that is not part of the animation.
      const frames = row.frames ?? 1;
      assert.ok(
        found.frames === frames || found.frames === frames - 1,
        row.file,
      );
    }
  },
);
