// Claims about PNGs that say one thing to the header reader and another to the decoder: both read the same frames, or none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { readerOfBytes } from "../containers/reader.ts";
import { isAnimation, readAnimation } from "./animation.ts";
import { header } from "./header.ts";
import { chunk, ihdr, png } from "./png.fixture.ts";
import { readIccp, readText } from "./text.ts";

const RGB = ihdr(8, 8);
const PIXELS = deflateSync(new Uint8Array(8 * (1 + 24)));
const IDAT = chunk("IDAT", PIXELS);
const IEND = chunk("IEND");

function words(...values: readonly number[]): Uint8Array {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => data.writeUInt32BE(value, 4 * index));
  return data;
}

const acTL = (frames: number, more = 0): Uint8Array =>
  chunk("acTL", Buffer.concat([words(frames, 0), new Uint8Array(more)]));
/** A whole frame, shown for a tenth of a second. */
const fcTL = (sequence: number): Uint8Array =>
  chunk(
    "fcTL",
    Buffer.concat([
      words(sequence, 8, 8, 0, 0),
      Uint8Array.of(0, 1, 0, 10, 0, 0),
    ]),
  );
const fdAT = (sequence: number): Uint8Array =>
  chunk("fdAT", Buffer.concat([words(sequence), PIXELS]));

const framesOf = async (file: Uint8Array): Promise<number> =>
  (await header(readerOfBytes(file))).frames;

test("an animation is counted as it is decoded", async () => {
  const file = png(RGB, acTL(2), fcTL(0), IDAT, fcTL(1), fdAT(2), IEND);
  assert.equal(await framesOf(file), 2);
  assert.equal(readAnimation(file).frames.length, 2);
});

test("fewer frames declared than there are is no animation that is decoded", async () => {
  const file = png(RGB, acTL(1), fcTL(0), IDAT, fcTL(1), fdAT(2), IEND);
  assert.equal(await framesOf(file), 1);
  assert.throws(() => readAnimation(file), { code: "invalid_image" });
});

const stills: readonly (readonly [string, Uint8Array])[] = [
  ["behind the image", png(RGB, IDAT, acTL(2), fcTL(0), fdAT(1), IEND)],
  [
    "behind more image than a header reader lists",
    png(
      RGB,
      // 300 windows of 64 KiB.
      ...Array.from({ length: 300 }, () =>
        chunk("IDAT", new Uint8Array(65_536)),
      ),
      acTL(500),
      IEND,
    ),
  ],
  ["of another length", png(RGB, acTL(500, 4), fcTL(0), IDAT, IEND)],
];
for (const [where, file] of stills) {
  test(`an animation's control ${where} is none to anyone`, async () => {
    assert.equal(await framesOf(file), 1);
    assert.equal(isAnimation(file), false);
    assert.throws(() => readAnimation(file), { code: "invalid_image" });
  });
}

test("what stands behind thousands of comments is seen, the comments past the thousandth are not", async () => {
  const comment = chunk("tEXt", "Comment\0more of the same");
  const xmp = chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>");
  const late = chunk("tEXt", "Raw profile type exif\0");
  const before = Array.from({ length: 1000 }, () => comment);
  const file = png(RGB, ...before, late, xmp, IDAT, IEND);
  const { metadata } = await header(readerOfBytes(file));
  assert.deepEqual(metadata, ["comment", "xmp"]);
});

const MEGABYTE = 1024 * 1024;
const sound = deflateSync(new Uint8Array(4 * MEGABYTE));
const bomb = deflateSync(new Uint8Array(4 * MEGABYTE + 1));
const named = (text: string, data: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(text, "latin1"), data]);

test("profile and texts unpack to four megabytes, and to nothing when they hold more", () => {
  const kinds: readonly (readonly [string, (data: Uint8Array) => unknown])[] = [
    ["iCCP", (data) => readIccp(named("name\0\0", data))],
    ["zTXt", (data) => readText("zTXt", named("Comment\0\0", data))],
    ["iTXt", (data) => readText("iTXt", named("Comment\0\x01\0\0\0", data))],
  ];
  for (const [name, read] of kinds) {
    assert.notEqual(read(sound), undefined, name);
    assert.equal(read(bomb), undefined, name);
  }
});

test("a profile that unpacks to more is broken, and not unpacked where it is packed large", async () => {
  const facts = async (data: Uint8Array) =>
    header(
      readerOfBytes(png(RGB, chunk("iCCP", named("name\0\0", data)), IDAT)),
    );
  assert.deepEqual((await facts(bomb)).profile, { kind: "broken" });
  const large = new Uint8Array(4 * MEGABYTE + 1);
  assert.deepEqual((await facts(large)).profile, { kind: "broken" });
});
