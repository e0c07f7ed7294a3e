// Claims about what TIFF directories may make the service do: chains, mazes and layers of them end, samples and copies are added up.

import assert from "node:assert/strict";
import { test } from "node:test";

import { judge } from "../../image/budget.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { walkBytes } from "../containers/walk.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { leavesOf } from "./keep.ts";
import { walkBook } from "./page.ts";
import { COMPRESSION, TAG } from "./tags.ts";
import { bench, CLASSIC, grayPage, jobOf, treeOf } from "./tiff.fixture.ts";
import { writeTiff } from "./write.ts";

const LIMITS = { maxPixels: 100_000_000, maxFrames: 1000 };
const factsOf = (file: Uint8Array) => header(readerOfBytes(file));

/** Entries that make a page of 1 × 1, uncompressed, its data at 0. */
const PAGE = [
  [256, 1],
  [257, 1],
  [258, 8],
  [259, 1],
  [262, 1],
  [273, 0],
  [279, 1],
] as const;

type Entry = readonly [tag: number, value: number];

/** A little-endian directory at `at` of a file, its entries all LONG. */
function put(
  file: Buffer,
  at: number,
  entries: readonly Entry[],
  next: number,
) {
  let to = file.writeUInt16LE(entries.length, at);
  for (const [tag, value] of entries) {
    to = file.writeUInt16LE(tag, to);
    to = file.writeUInt16LE(4, to);
    to = file.writeUInt32LE(1, to);
    to = file.writeUInt32LE(value, to);
  }
  return file.writeUInt32LE(next, to);
}

function tiff(bytes: number, first = 8): Buffer {
  const file = Buffer.alloc(bytes);
  file.write("II*\0", "latin1");
  file.writeUInt32LE(first, 4);
  return file;
}

test("a chain that comes back to itself ends there, at whatever directory", async () => {
  const each = 2 + 12 * PAGE.length + 4;
  for (const length of [1, 2, 5]) {
    for (let goal = 0; goal < length; goal++) {
      const file = tiff(8 + each * length);
      for (let page = 0; page < length; page++) {
        const next = page + 1 < length ? page + 1 : goal;
        put(file, 8 + each * page, PAGE, 8 + each * next);
      }
      assert.equal((await factsOf(file)).frames, length);
    }
  }
});

test("10,000 directories are listed, and not one more", async () => {
  const each = 2 + 12 * PAGE.length + 4;
  const chain = (length: number): Buffer => {
    const file = tiff(8 + each * length);
    for (let page = 0; page < length; page++) {
      const next = page + 1 < length ? 8 + each * (page + 1) : 0;
      put(file, 8 + each * page, PAGE, next);
    }
    return file;
  };
  assert.equal((await factsOf(chain(10_000))).frames, 10_000);
  await assert.rejects(factsOf(chain(10_001)), {
    code: "image_too_large",
    context: { limit: 10_000 },
  });
});

test("directories that lie over each other are read as far as 200,000 entries go", async () => {
  const entries = 1000;
  const each = 2 + 12 * entries;
  const layered = (length: number): Buffer => {
    const file = tiff(8 + 16 * length + each + 4);
    for (let layer = 0; layer < length; layer++) {
      const at = 8 + 16 * layer;
      file.writeUInt16LE(entries, at);
      file.writeUInt32LE(layer + 1 < length ? at + 16 : 0, at + each);
    }
    return file;
  };
  // They hold nothing, which is found when all are listed.
  await assert.rejects(factsOf(layered(200)), { code: "invalid_image" });
  await assert.rejects(factsOf(layered(201)), {
    code: "image_too_large",
    context: { limit: 200_000 },
  });
});

test("a directory of more entries than any real one is an invalid image", async () => {
  const entries = Array.from(
    { length: 1001 },
    (_, at) => PAGE[at] ?? ([40_000 + at, 0] as const),
  );
  const file = tiff(8 + 2 + 12 * entries.length + 4);
  put(file, 8, entries, 0);
  await assert.rejects(factsOf(file), { code: "invalid_image" });
  put(file, 8, entries.slice(0, 1000), 0);
  assert.equal((await factsOf(file)).frames, 1);
});

test("sub-directories in a maze are too many before they take a second", () => {
  // Sixty-four pointers to a directory that holds the same list of sixty-four.
  const file = tiff(512);
  const list = 256;
  put(file, 8, [...PAGE, [TAG.subDirectories, list]], 0);
  file.writeUInt32LE(64, 8 + 2 + 12 * PAGE.length + 4);
  for (let index = 0; index < 64; index++)
    file.writeUInt32LE(8, list + 4 * index);
  const padded = new Uint8Array(Buffer.concat([file, Buffer.alloc(8_000_000)]));
  const book = walkBytes(padded, walkBook());
  assert.throws(() => leavesOf(padded, book, false), {
    code: "invalid_image",
    message: "The TIFF has too many directories.",
  });
});

const deep = (width: number, samples: number, bits: number) =>
  writeTiff(CLASSIC, [
    treeOf(
      CLASSIC,
      [
        [TAG.imageWidth, width],
        [TAG.imageLength, width],
        [TAG.bitsPerSample, ...Array.from({ length: samples }, () => bits)],
        [TAG.samplesPerPixel, samples],
        [TAG.compression, COMPRESSION.deflate],
        [TAG.photometric, 2],
        [TAG.rowsPerStrip, width],
      ],
      [new Uint8Array(16)],
    ),
  ]);

test("samples are bytes: four floats a pixel at the most pixels, sixty-four doubles at a thirtieth", async () => {
  judge(await factsOf(deep(10_000, 4, 32)), LIMITS);
  judge(await factsOf(deep(1500, 64, 64)), LIMITS);
  for (const file of [deep(10_000, 5, 32), deep(2000, 64, 64)]) {
    const facts = await factsOf(file);
    assert.throws(() => judge(facts, LIMITS), {
      code: "image_too_large",
      context: { limit: 1_600_000_000 },
    });
  }
});

test("reduced copies are added up, though they are no pages", async () => {
  const copy = () =>
    treeOf(
      CLASSIC,
      [
        [TAG.newSubfileType, 1],
        [TAG.imageWidth, 9000],
        [TAG.imageLength, 9000],
        [TAG.bitsPerSample, 8],
        [TAG.compression, COMPRESSION.deflate],
        [TAG.photometric, 1],
        [TAG.rowsPerStrip, 9000],
      ],
      [new Uint8Array(16)],
    );
  const copies = Array.from({ length: 60 }, copy);
  const facts = await factsOf(
    writeTiff(CLASSIC, [grayPage(CLASSIC), ...copies]),
  );
  assert.equal(facts.frames, 1);
  assert.throws(() => judge(facts, LIMITS), { code: "image_too_large" });
});

test("levels under a page that hold more than it are left as they are", async () => {
  const level = treeOf(
    CLASSIC,
    [
      [TAG.imageWidth, 64],
      [TAG.imageLength, 64],
      [TAG.bitsPerSample, 8],
      [TAG.compression, 1],
      [TAG.photometric, 1],
      [TAG.rowsPerStrip, 64],
    ],
    [new Uint8Array(64 * 64)],
  );
  const page = grayPage(CLASSIC, [[TAG.compression, 1]]);
  const file = writeTiff(CLASSIC, [
    { ...page, children: new Map([[TAG.subDirectories, [level]]]) },
  ]);
  const job = await jobOf(file, { stripMetadata: false });
  const made = await back.run["tiff-repack"]!(job, bench);
  assert.ok(typeof made !== "string", "premise: the page itself is repacked");
  assert.ok(made.bytes.length > 64 * 64, "the level's samples stand there");
});

test("what says JPEG and is not is an invalid image", async () => {
  const jpeg = (data: Uint8Array) =>
    writeTiff(CLASSIC, [
      treeOf(
        CLASSIC,
        [
          [TAG.imageWidth, 64],
          [TAG.imageLength, 64],
          [TAG.bitsPerSample, 8],
          [TAG.compression, COMPRESSION.jpeg],
          [TAG.photometric, 1],
          [TAG.rowsPerStrip, 64],
        ],
        [data],
      ),
    ]);
  assert.equal(
    (await factsOf(jpeg(Uint8Array.of(0xff, 0xd8, 0xff)))).frames,
    1,
  );
  for (const data of [Uint8Array.of(0x49, 0x49, 0x2a), new Uint8Array(1)])
    await assert.rejects(factsOf(jpeg(data)), { code: "invalid_image" });
});
