// Tests that recipes make what they say: our own writers by independent readers, sharp's by their facts.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp, { type Metadata } from "sharp";

import { readProfile } from "../../src/codecs/containers/icc.ts";
import { readerOfBytes } from "../../src/codecs/containers/reader.ts";
import { sniff } from "../../src/codecs/sniff.ts";
import { encode } from "./encode.ts";
import { GENERATORS } from "./generators/table.ts";
import type { Raster } from "./picture.ts";
import { RECIPES, type RecipeName } from "./recipes.ts";
import { adobeRgbProfile } from "./writers/adobe-rgb.ts";
import { measureBmp } from "./writers/bmp.ts";

const ORDER = { width: 50, height: 40, frames: 5, seed: 3 };
const photo = GENERATORS.photo_perlin(ORDER) as Raster;
const sprite = GENERATORS.alpha_edge_sprite(ORDER) as Raster;
const walk = GENERATORS.animated_sprite_static(ORDER) as Raster;
const deep = GENERATORS.deep_color_thin_gradient(ORDER) as Raster;

const make = (picture: Raster, name: RecipeName) =>
  encode(picture, RECIPES[name]);

test("APNG holds the first frame exactly, and counts and places the others", async () => {
  const bytes = Buffer.from(await make(walk, "apng"));
  const { id } = await sniff(readerOfBytes(bytes));
  assert.equal(id, "png");
  const first = await sharp(bytes).raw().toBuffer();
  assert.deepEqual(first, Buffer.from(walk.samples.subarray(0, first.length)));
  assert.equal(bytes.readUInt32BE(bytes.indexOf("acTL") + 4), 5);
  const text = bytes.toString("latin1");
  assert.equal(text.split("fcTL").length - 1, 5);
  assert.equal(text.split("fdAT").length - 1, 4);
  const second = bytes.indexOf("fcTL", bytes.indexOf("fcTL") + 4);
  assert.ok(bytes.readUInt32BE(second + 8) < ORDER.width);
});

test("BMP rows run upward, blue first, padded to four bytes", async () => {
  const bytes = Buffer.from(await make(photo, "bmp"));
  assert.deepEqual(measureBmp(bytes), { width: 50, height: 40 });
  const lastRow = bytes.subarray(54 + 39 * 152);
  const [red, green, blue] = photo.samples;
  assert.deepEqual([...lastRow.subarray(0, 3)], [blue, green, red]);
});

test("BMP with alpha states its masks and keeps straight samples", async () => {
  const bytes = Buffer.from(await make(sprite, "alpha.bmp"));
  assert.equal(bytes.readUInt32LE(54 + 12), 0xff000000);
  assert.deepEqual([...bytes.subarray(-200, -196)], [255, 0, 255, 0]);
});

test("BMP with a palette refuses more than 256 colors", async () => {
  await assert.rejects(make(photo, "palette.bmp"), RangeError);
});

test("the built Adobe RGB profile is a usable one that is not sRGB", () => {
  assert.deepEqual(readProfile(adobeRgbProfile()), {
    kind: "other",
    space: "rgb",
    name: "Adobe RGB compatible",
  });
});

const FACTS: readonly (readonly [RecipeName, Raster, Partial<Metadata>])[] = [
  ["cmyk.jpeg", photo, { space: "cmyk", hasProfile: true }],
  ["bare-cmyk.jpeg", photo, { space: "cmyk", hasProfile: false }],
  ["gray.jpeg", photo, { channels: 1 }],
  ["adobe-rgb.jpeg", photo, { hasProfile: true }],
  ["p3.png", photo, { hasProfile: true }],
  ["exif6.png", photo, { orientation: 6 }],
  ["exif8.jpeg", photo, { orientation: 8 }],
  ["444.jpeg", photo, { chromaSubsampling: "4:4:4" }],
  ["progressive.jpeg", photo, { isProgressive: true }],
  ["animated.gif", walk, { pages: 5, delay: walk.delaysMs.slice(), loop: 0 }],
  ["animated.webp", walk, { pages: 5, delay: walk.delaysMs.slice(), loop: 0 }],
  ["pages.tiff", walk, { pages: 5, pageHeight: 40 }],
  ["16.tiff", deep, { depth: "ushort" }],
  ["10.avif", deep, { bitsPerSample: 10 }],
];

for (const [name, picture, facts] of FACTS) {
  test(`${name} is what it is called`, async () => {
    const found = await sharp(await make(picture, name), {
      pages: -1,
    }).metadata();
    assert.partialDeepStrictEqual(found, facts);
  });
}

for (const name of ["16.png", "16.tiff"] as const) {
  test(`${name} keeps all 16 bits`, async () => {
    const bytes = await sharp(await make(deep, name))
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer();
    const { buffer, byteOffset, length } = bytes;
    const samples = new Uint16Array(buffer, byteOffset, length / 2);
    assert.deepEqual(samples, deep.samples);
  });
}
