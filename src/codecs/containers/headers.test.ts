// Claims about all header readers at once: whatever they are given, they answer soon, with facts or with blame on the image.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import sharp, { type Sharp } from "sharp";

import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import { FORMAT_IDS, type FormatId } from "../../image/format.ts";
import { hostilePaths, withoutCorpus } from "./corpus.fixture.ts";
import { bmpFile, EMBEDDED, rows24 } from "../bmp/bmp.fixture.ts";
import { writeMetadata as writeGif } from "../gif/metadata.ts";
import { tinyJxl } from "../jxl/jxl.fixture.ts";
import { writeMetadata as writeJxl } from "../jxl/metadata.ts";
import { readGainMap } from "../jpeg/gain-map.ts";
import type { Embedded, Metadata } from "../metadata.ts";
import { writeMetadata as writeTiff } from "../tiff/metadata.ts";
import { orientationExif, settleExif } from "./exif.ts";
import { writeMetadata as writeHeif } from "./heif-metadata.ts";
import { readerOfBytes, withFileReader, type ByteReader } from "./reader.ts";

interface MetadataRoom {
  readonly readMetadata: (file: Uint8Array) => Metadata;
  readonly writeMetadata?: (file: Uint8Array, metadata: Metadata) => Embedded;
}

type Header = (reader: ByteReader) => Promise<Facts>;

/** The slowest hostile file, 100,000 frames of APNG, takes 0.25 s alone. */
const MAX_MS = 1000;
const MUTATIONS = 2000;

/** Formats that have no home for EXIF. */
const WITHOUT_EXIF: readonly FormatId[] = ["bmp", "gif", "svg", "svgz"];

/** What a header reader may throw. */
const BLAMED = ["invalid_image", "unsupported_format", "image_too_large"];

/** Formats share a folder where one is the other, packed. */
const folderOf = (format: FormatId): string =>
  format === "svgz" ? "svg" : format;

async function headerOf(format: FormatId): Promise<Header> {
  const room = (await import(`../${folderOf(format)}/header.ts`)) as {
    header: Header;
  };
  return room.header;
}

/** Facts, or undefined where the reader blames the image; any other failure is the test's. */
async function judge<T>(facts: Promise<T>): Promise<T | undefined> {
  try {
    return await facts;
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error));
    assert.ok(BLAMED.includes(error.code), error.code);
    return undefined;
  }
}

const folder = await mkdtemp(join(tmpdir(), "hostile-"));
after(() => rm(folder, { recursive: true }));
const hostile = withoutCorpus ? [] : hostilePaths(folder);

for (const format of FORMAT_IDS) {
  test(
    `${format}: every hostile file gets an answer for under a second of CPU`,
    { skip: withoutCorpus },
    async () => {
      const header = await headerOf(format);
      for (const path of hostile) {
        const before = process.cpuUsage();
        await judge(withFileReader(path, header));
        const { user, system } = process.cpuUsage(before);
        const ms = (user + system) / 1000;
        assert.ok(ms < MAX_MS, `${path}: ${ms.toFixed(0)} ms`);
      }
    },
  );
}

const SMALL_SVG = new TextEncoder().encode(
  `<?xml version="1.0" encoding="UTF-8"?><!-- by hand --><!DOCTYPE svg [<!ENTITY red "#f00">]>
<svg xmlns="http://www.w3.org/2000/svg" width="24px" height="16" viewBox="0 0 24 16"><rect fill="&red;" width="9" height="9"/></svg>`,
);

/** A small file with all the metadata its format takes. */
async function small(format: FormatId): Promise<Uint8Array> {
  const raw = { width: 24, height: 16, channels: 4 } as const;
  const pixels = Uint8Array.from({ length: 1536 }, (_, at) => at * 5);
  const image = sharp(pixels, { raw }).withMetadata({
    orientation: 6,
    density: 300,
  });
  const xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
  const full = image.withXmp(xmp);
  if (format === "jpeg") return full.jpeg().toBuffer();
  if (format === "png") return full.png().toBuffer();
  if (format === "webp") return full.webp().toBuffer();
  if (format === "tiff") return smallTiff(full);
  if (format === "bmp") return smallBmp(pixels.subarray(0, 24 * 16 * 3));
  if (format === "svg") return SMALL_SVG;
  if (format === "svgz") return new Uint8Array(gzipSync(SMALL_SVG));
  if (format === "gif") return smallGif(await image.gif().toBuffer(), xmp);
  if (format === "jxl") {
    const exif = orientationExif(6);
    return writeJxl(tinyJxl(), { exif, xmp: Buffer.from(xmp) }).bytes;
  }
  const avif = await image.avif({ effort: 0 }).toBuffer();
  return writeHeif(avif, { exif: orientationExif(6), xmp: Buffer.from(xmp) })
    .bytes;
}

/** A TIFF with EXIF, which libvips writes into JPEG alone of the two. */
async function smallTiff(image: Sharp): Promise<Uint8Array> {
  const jpeg = await image.clone().jpeg().toBuffer();
  const { exif } = await sharp(jpeg).metadata();
  const file = await image.tiff().toBuffer();
  return writeTiff(file, { ...(exif && { exif }) }).bytes;
}

/** A BMP with the most that its header can say: density and a profile. */
function smallBmp(rgb: Uint8Array): Uint8Array {
  return bmpFile({
    width: 24,
    height: 16,
    bitCount: 24,
    headerBytes: 124,
    colorSpace: EMBEDDED,
    perMeter: [11811, 11811],
    pixels: rows24(24, rgb),
    profile: new Uint8Array(200),
  });
}

/** A GIF with every kind of extension that is metadata. */
function smallGif(file: Uint8Array, xmp: string): Uint8Array {
  return writeGif(file, {
    xmp: Buffer.from(xmp),
    icc: new Uint8Array(200),
    comments: [Buffer.from("a comment")],
  }).bytes;
}

/** A pseudo-random sequence that is the same in every run (mulberry32, by its seed). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` copies of a file with one to four bytes damaged in each, the same in every run. */
function* damagedCopies(file: Uint8Array, seed: number, count: number) {
  const roll = dice(seed);
  for (let round = 0; round < count; round++) {
    const damaged = file.slice();
    const hits = 1 + Math.floor(roll() * 4);
    for (let hit = 0; hit < hits; hit++) {
      const at = Math.floor(roll() * damaged.length);
      damaged[at] = roll() < 0.3 ? 0xff : Math.floor(roll() * 256);
    }
    yield damaged;
  }
}

for (const format of FORMAT_IDS) {
  test(`${format}: every truncation is facts or an invalid image`, async () => {
    const header = await headerOf(format);
    const file = await small(format);
    const whole = await judge(header(readerOfBytes(file)));
    assert.ok(
      whole &&
        (WITHOUT_EXIF.includes(format) || whole.metadata.includes("exif")),
    );
    for (let length = 0; length < file.length; length++)
      await judge(header(readerOfBytes(file.subarray(0, length))));
  });

  test(`${format}: ${MUTATIONS} damaged copies are facts or an invalid image`, async () => {
    const header = await headerOf(format);
    const file = await small(format);
    const seed = FORMAT_IDS.indexOf(format) + 1;
    for (const damaged of damagedCopies(file, seed, MUTATIONS)) {
      const before = performance.now();
      const facts = await judge(header(readerOfBytes(damaged)));
      assert.ok(performance.now() - before < MAX_MS);
      if (facts)
        assert.ok(facts.width > 0 && facts.height > 0 && facts.frames > 0);
    }
  });

  test(`${format}: metadata of damaged copies are read and written, or an invalid image`, async () => {
    const { readMetadata, writeMetadata } = (await import(
      `../${folderOf(format)}/metadata.ts`
    )) as MetadataRoom;
    const file = await small(format);
    const rewrite = async (damaged: Uint8Array) => {
      const { exif } = readMetadata(damaged);
      settleExif(exif ?? damaged, { width: 1, height: 1 });
      writeMetadata?.(damaged, { exif: orientationExif(1) });
      if (format === "jpeg") readGainMap(damaged);
      return await Promise.resolve(undefined);
    };
    for (const damaged of damagedCopies(file, 99, MUTATIONS / 4))
      await judge(rewrite(damaged));
    for (let length = 0; length < file.length; length += 3)
      await judge(rewrite(file.subarray(0, length)));
  });
}
