// Claims about what a JPEG XL header may make the service do: sizes are believed first, and nothing is unpacked over and over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { judge } from "../../image/budget.ts";
import { boxBytes } from "../containers/isobmff-write.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { CONTAINER_MAGIC } from "./boxes.ts";
import { header } from "./header.ts";
import { tinyJxl } from "./jxl.fixture.ts";

const factsOf = (file: Uint8Array) => header(readerOfBytes(file));

/** A codestream of these bits, each field least significant bit first, and zeros behind. */
function coded(...fields: readonly (readonly [value: number, bits: number])[]) {
  const bits = fields.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, at) => Math.floor(value / 2 ** at) % 2),
  );
  const file = new Uint8Array(64 + bits.length / 8);
  file.set([0xff, 0x0a]);
  for (const [at, bit] of bits.entries())
    file[2 + (at >> 3)]! |= bit << (at & 7);
  return file;
}

/** A size of its own for each side, up to 2^30. */
const sized = (width: number, height: number) =>
  [
    [0, 1],
    [3, 2],
    [height - 1, 30],
    [0, 3],
    [3, 2],
    [width - 1, 30],
  ] as const;

test("a header of 43 bytes that claims 2⁶⁰ pixels is told by that, not by what it lacks", async () => {
  for (const side of [2 ** 30, 30_000]) {
    const bare = coded(...sized(side, side), [1, 1]);
    const boxed = Buffer.concat([CONTAINER_MAGIC, boxBytes("jxlc", bare)]);
    for (const file of [bare, new Uint8Array(boxed)]) {
      await assert.rejects(factsOf(file), {
        code: "image_too_large",
        context: { limit: 2 ** 28 },
      });
    }
  }
});

/** All that stands before a frame: a small picture, in 8 bits, not in XYB, usual transforms. */
const SMALL = [
  ...sized(64, 48),
  ...[
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 2],
    [1, 1],
    [0, 2],
    [0, 1],
    [1, 1],
    [0, 2],
  ],
  [1, 1],
] as readonly (readonly [number, number])[];
const toByte = (fields: readonly (readonly [number, number])[]) => {
  const bits = fields.reduce((sum, [, count]) => sum + count, 0);
  return [0, (8 - (bits % 8)) % 8] as const;
};

test("a frame larger than its picture counts as large as it is", async () => {
  const before = [...SMALL, toByte(SMALL)];
  const file = coded(
    ...before,
    // Not the usual; regular; modular; no flags; no YCbCr; no upsampling; groups of 256; one pass.
    ...([
      [0, 1],
      [0, 2],
      [1, 1],
      [0, 2],
      [0, 1],
      [0, 2],
      [1, 2],
      [0, 2],
    ] as const),
    // A place of its own: 0, 0, then 20,000 × 20,000 of 30 bits each.
    ...([
      [1, 1],
      [0, 2],
      [0, 8],
      [0, 2],
      [0, 8],
    ] as const),
    ...([
      [3, 2],
      [20_000 - 18_688, 30],
      [3, 2],
      [20_000 - 18_688, 30],
    ] as const),
    // Replaces; the last; no name; usual filters; no extensions; the table in order.
    ...([
      [0, 2],
      [1, 1],
      [0, 2],
      [1, 1],
      [0, 2],
      [0, 1],
    ] as const),
  );
  const table =
    Math.ceil(20_000 / 256) ** 2 + Math.ceil(20_000 / 2048) ** 2 + 2;
  const whole = Buffer.concat([file, new Uint8Array(2 * table)]);
  const facts = await factsOf(new Uint8Array(whole));
  assert.deepEqual([facts.width, facts.height], [64, 48]);
  assert.equal(facts.codedPixels, 20_000 * 20_000);
  assert.equal(facts.scannedPixels, 20_000 * 20_000);
  assert.throws(() => judge(facts, { maxPixels: 100_000_000, maxFrames: 10 }), {
    code: "image_too_large",
  });
});

test("more channels than any layered print has are refused by name", async () => {
  const fields = [
    ...sized(64, 48),
    ...([
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 2],
      [1, 1],
    ] as const),
    // 4,096 extra channels, all of them alpha as usual.
    ...([
      [3, 2],
      [4095, 12],
    ] as const),
    ...Array.from({ length: 4096 }, () => [1, 1] as const),
    ...([
      [0, 1],
      [1, 1],
      [0, 2],
      [1, 1],
    ] as const),
  ];
  const file = coded(...fields, toByte(fields), [1, 1]);
  await assert.rejects(
    factsOf(new Uint8Array(Buffer.concat([file, new Uint8Array(4096)]))),
    {
      code: "unsupported_format",
    },
  );
});

const packed = (type: string, content: Uint8Array): Uint8Array =>
  boxBytes("brob", Buffer.from(type, "latin1"), brotliCompressSync(content));
const boxed = (...boxes: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat([CONTAINER_MAGIC, boxBytes("jxlc", tinyJxl()), ...boxes]),
  );
const EXIF = Buffer.concat([new Uint8Array(4), orientationExif(3)]);

test("one packed block of a kind is unpacked, within bounds, and no other", async () => {
  const bomb = packed("Exif", new Uint8Array(64 * 1024 * 1024));
  assert.ok(bomb.length < 1024, "premise");
  const bombs = await factsOf(boxed(bomb, packed("Exif", EXIF)));
  assert.deepEqual(bombs.metadata, []);
  const sound = await factsOf(boxed(packed("Exif", EXIF), bomb, bomb));
  assert.deepEqual(sound.metadata, ["exif"]);
  // XMP is told by its presence.
  const xmp = await factsOf(
    boxed(packed("xml ", new Uint8Array(64 * 1024 * 1024))),
  );
  assert.deepEqual(xmp.metadata, ["xmp"]);
});
