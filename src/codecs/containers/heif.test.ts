// Claims about HEIF files: which format their brands make them, and what their properties make of the picture.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../../errors.ts";
import { headerOfHeif, sniffHeif } from "./heif.ts";
import {
  av1C,
  auxC,
  clap,
  heif,
  imir,
  irot,
  ispe,
  nclx,
  type HeifParts,
} from "./heif.fixture.ts";
import { boxBytes, fullBoxBytes, numbers } from "./isobmff-write.ts";
import { readerOfBytes } from "./reader.ts";

function facts(parts: HeifParts) {
  return headerOfHeif(readerOfBytes(heif(parts)), "avif");
}

const brands: readonly (readonly [
  string,
  string,
  "avif" | "heic" | undefined,
])[] = [
  ["avif\0\0\0\0mif1avifmiaf", "", "avif"],
  ["avis\0\0\0\0avifavismsf1", "", "avif"],
  ["mif1\0\0\0\0mif1avif", "", "avif"],
  ["mif1\0\0\0\0mif1heic", "", "heic"],
  ["heic\0\0\0\0mif1heic", "", "heic"],
  ["hevc\0\0\0\0msf1hevc", "", "heic"],
  ["heix\0\0\0\0", "", "heic"],
  ["mif1\0\0\0\0mif1", "infe....av01", "avif"],
  ["mif1\0\0\0\0mif1", "infe....hvc1", "heic"],
  ["mif1\0\0\0\0miaf", "", "heic"],
  ["msf1\0\0\0\0iso8", "", "heic"],
  ["isom\0\0\0\0mp42", "", undefined],
  ["qt  \0\0\0\0qt  ", "hvc1", undefined],
];

for (const [text, rest, format] of brands) {
  const name = text.replaceAll("\0", "");
  test(`brands ${name} ${rest} make it ${format ?? "neither"}`, () => {
    const head = Buffer.concat([
      boxBytes("ftyp", Buffer.from(text)),
      Buffer.from(rest),
    ]);
    assert.equal(sniffHeif(head), format);
  });
}

test("what does not begin with ftyp is neither", () => {
  for (const head of [
    "",
    "ftyp",
    "\0\0\0\x18moovavif\0\0\0\0",
    "GIF89a........",
  ])
    assert.equal(sniffHeif(Buffer.from(head)), undefined);
});

const turns: readonly (readonly [string, readonly Uint8Array[], number])[] = [
  ["nothing", [], 1],
  ["irot 1, anticlockwise", [irot(1)], 8],
  ["irot 2", [irot(2)], 3],
  ["irot 3", [irot(3)], 6],
  ["imir 0, top and bottom", [imir(0)], 4],
  ["imir 1, left and right", [imir(1)], 2],
  ["irot 1 then imir 0", [irot(1), imir(0)], 5],
  ["irot 1 then imir 1", [irot(1), imir(1)], 7],
  ["irot 3 then imir 1", [irot(3), imir(1)], 5],
  ["imir 1 then irot 1", [imir(1), irot(1)], 5],
  ["irot 2 then imir 0", [irot(2), imir(0)], 2],
];

for (const [name, boxes, orientation] of turns) {
  test(`${name} is orientation ${orientation}`, async () => {
    const found = await facts({ properties: [ispe(64, 48), ...boxes] });
    assert.equal(found.orientation, orientation);
    assert.deepEqual([found.width, found.height], [64, 48]);
  });
}

const apertures: readonly (readonly [
  string,
  readonly Uint8Array[],
  number,
  number,
])[] = [
  ["a clean aperture crops", [clap(40, 30)], 40, 30],
  ["one behind a quarter turn is turned back", [irot(1), clap(30, 40)], 40, 30],
  ["one larger than the picture is ignored", [clap(65, 48)], 64, 48],
  ["one of nothing is ignored", [clap(0, 48)], 64, 48],
];

for (const [name, boxes, width, height] of apertures) {
  test(name, async () => {
    const found = await facts({ properties: [ispe(64, 48), ...boxes] });
    assert.deepEqual([found.width, found.height], [width, height]);
    assert.equal(found.codedPixels, 64 * 48);
  });
}

const codings: readonly (readonly [
  number,
  number,
  string,
  string | undefined,
])[] = [
  [0x0c, 8, "rgb", "420"],
  [0x08, 8, "rgb", "422"],
  [0x00, 8, "rgb", "444"],
  [0x4c, 10, "rgb", "420"],
  [0x60, 12, "rgb", "444"],
  [0x1c, 8, "gray", undefined],
];

for (const [bits, bitDepth, color, chroma] of codings) {
  test(`av1C ${bits.toString(16)} is ${bitDepth} bits ${color} ${chroma}`, async () => {
    const found = await facts({ properties: [ispe(8, 8), av1C(bits)] });
    assert.equal(found.bitDepth, bitDepth);
    assert.equal(found.color, color);
    assert.equal(found.chroma, chroma);
  });
}

test("a grid has its own size, its tiles' coding, and all their pixels", async () => {
  const tile = [ispe(64, 64), av1C(0x4c)];
  const found = await facts({
    type: "grid",
    properties: [ispe(100, 60)],
    items: [
      ["av01", tile],
      ["av01", tile],
    ],
    references: [["dimg", 1, 2]],
  });
  assert.deepEqual([found.width, found.height], [100, 60]);
  assert.equal(found.bitDepth, 10);
  assert.equal(found.codedPixels, 6000);
});

const auxiliaries: readonly (readonly [string, boolean, boolean])[] = [
  ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", true, false],
  ["urn:mpeg:hevc:2015:auxid:1", true, false],
  ["urn:mpeg:hevc:2015:auxid:2", false, false],
  ["urn:com:apple:photo:2020:aux:hdrgainmap", false, true],
];

for (const [urn, hasAlpha, hasGainMap] of auxiliaries) {
  test(`${urn}: alpha ${hasAlpha}, gain map ${hasGainMap}`, async () => {
    const found = await facts({
      items: [["av01", [ispe(64, 48), auxC(urn)]]],
      references: [["auxl", 2, 1]],
    });
    assert.equal(found.hasAlpha, hasAlpha);
    assert.equal(found.hasGainMap, hasGainMap);
  });
}

test("an alpha plane of another item is not the primary's", async () => {
  const alpha = auxC("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha");
  const found = await facts({
    items: [
      ["av01", [ispe(8, 8)]],
      ["av01", [alpha]],
    ],
    references: [["auxl", 3, 2]],
  });
  assert.equal(found.hasAlpha, false);
});

test("a tone map item is a gain map, a thmb reference a thumbnail", async () => {
  const found = await facts({
    items: [
      ["tmap", []],
      ["av01", [ispe(8, 8)]],
    ],
    references: [["thmb", 3, 1]],
  });
  assert.equal(found.hasGainMap, true);
  assert.deepEqual(found.metadata, ["thumbnail"]);
});

test("code points come from nclx", async () => {
  const found = await facts({ properties: [ispe(8, 8), nclx(12, 13)] });
  assert.deepEqual(found.cicp, {
    primaries: 12,
    transfer: 13,
    matrix: 6,
    fullRange: true,
  });
});

/** An iloc whose numbers take no bytes: 300 KB that ask for three billion extents. */
function emptyExtents(): Uint8Array {
  const items = Array.from({ length: 50_000 }, (_, id) =>
    numbers(2, id, 0, 0xffff),
  );
  return fullBoxBytes("iloc", 0, numbers(2, 0, items.length), ...items);
}

/** A file with all bits set in the four bytes behind a box's version and flags. */
function withMaxCount(type: string): Uint8Array {
  const file = Buffer.from(heif());
  return file.fill(0xff, file.indexOf(type) + 8, file.indexOf(type) + 12);
}

const unreadable: readonly (readonly [string, Uint8Array])[] = [
  ["an empty file", new Uint8Array(0)],
  ["ftyp alone", boxBytes("ftyp", Buffer.from("avif\0\0\0\0"))],
  ["no size", heif({ properties: [] })],
  ["a width of zero", heif({ properties: [ispe(0, 48)] })],
  [
    "50,000 times 65,535 extents of no bytes",
    heif({ boxes: [emptyExtents()] }),
  ],
  ["2^32 - 1 items in ipma", withMaxCount("ipma")],
  ["a primary item that is not there", withMaxCount("pitm")],
];

for (const [name, file] of unreadable) {
  test(`${name} is an invalid image`, async () => {
    const isInvalid = (error: unknown) =>
      error instanceof ServiceError && error.code === "invalid_image";
    await assert.rejects(headerOfHeif(readerOfBytes(file), "avif"), isInvalid);
  });
}
