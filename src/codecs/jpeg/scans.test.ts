// Claims about how much of a JPEG there is to decode: every scan counts, as often as it goes over the picture.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { judge } from "../../image/budget.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { app, FRAME, sof } from "./jpeg.fixture.ts";
import { segmentBytes } from "./metadata.ts";

/** What a scan costs beyond its pixels, in pixels. */
const OPENING = 32_000;
const LIMITS = { maxPixels: 100_000_000, maxFrames: 1000 };

/** A scan of the components with these ids, and two bytes of data. */
function scan(...ids: readonly number[]): Uint8Array {
  const components = ids.flatMap((id) => [id, 0]);
  const payload = Uint8Array.of(ids.length, ...components, 0, 63, 0);
  return Buffer.concat([segmentBytes(0xda, payload), Uint8Array.of(1, 2)]);
}

function file(...parts: readonly Uint8Array[]): Uint8Array {
  const [start, end] = [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xd9)];
  return Buffer.concat([start, ...parts, end]);
}

const scanned = async (bytes: Uint8Array): Promise<number | undefined> =>
  (await header(readerOfBytes(bytes))).scannedPixels;

const GRAY = sof(0xc2, 800, 600, [0x11]);
const COLOR = sof(0xc2, 32, 16, [0x22, 0x11, 0x11]);
const junk = Uint8Array.of(0xff, 0xff, 0, 7, 0xff, 0, 0xff, 0xd3, 9, 0xff, 1);

const rows: readonly (readonly [string, Uint8Array, number])[] = [
  [
    "each scan of a progressive file",
    file(GRAY, ...Array.from({ length: 50 }, () => scan(1))),
    50 * 480_000 + 49 * OPENING,
  ],
  [
    "each component as it is sampled",
    file(COLOR, scan(1, 2, 3), scan(2), scan(1)),
    512 + 128 + 128 + 128 + 512 + 2 * OPENING,
  ],
  ["sides in whole blocks", file(sof(0xc2, 1, 9, [0x11]), scan(1)), 8 * 16],
  [
    "scans behind tables, restarts, stuffed zeros and fill",
    file(GRAY, scan(1), junk, app(0xc4, "tables"), junk, scan(1)),
    2 * 480_000 + OPENING,
  ],
  [
    "all scans of a baseline file that keeps its components apart",
    file(FRAME, scan(1), scan(2), scan(3), scan(3)),
    512 + 128 * 3 + 3 * OPENING,
  ],
  [
    "no scan behind the one that holds all of a baseline file: engines refuse it",
    file(FRAME, scan(1, 2, 3), scan(1)),
    512 + 128 * 2,
  ],
  [
    "no scan behind the image's end",
    Buffer.concat([file(GRAY, scan(1)), scan(1), scan(1)]),
    480_000,
  ],
];
for (const [claim, bytes, wanted] of rows) {
  test(`counts ${claim}`, async () => {
    assert.equal(await scanned(bytes), wanted);
  });
}

test("883 scans of 64 MP are refused before decoding, of 0.25 MP are not", async () => {
  const scans = Array.from({ length: 883 }, () => scan(1));
  const facts = (side: number) =>
    header(readerOfBytes(file(sof(0xc2, side, side, [0x11]), ...scans)));
  const large = await facts(8000);
  assert.throws(() => judge(large, LIMITS), {
    code: "image_too_large",
    context: { limit: 4_000_000_000 },
  });
  judge(await facts(512), LIMITS);
});

test("twenty scans of 100 MP without subsampling are not too many", async () => {
  const alternating = Array.from({ length: 18 }, (_, at) => scan(1 + (at % 3)));
  const bytes = file(
    sof(0xc2, 10_000, 10_000, [0x11, 0x11, 0x11]),
    ...[scan(1, 2, 3), ...alternating, scan(1, 2, 3)],
  );
  judge(await header(readerOfBytes(bytes)), LIMITS);
});

test("what a real encoder writes is ten scans: eight times the picture at 4:2:0", async () => {
  const create = {
    width: 640,
    height: 480,
    channels: 3,
    background: "#468",
  } as const;
  const bytes = await sharp({ create }).jpeg({ progressive: true }).toBuffer();
  assert.equal(await scanned(bytes), 8 * 640 * 480 + 9 * OPENING);
});

test("scans are found over the edges of what is read at once", async () => {
  for (let length = 65_440; length < 65_560; length += 1) {
    const bytes = file(GRAY, scan(1), new Uint8Array(length), scan(1), scan(1));
    assert.equal(await scanned(bytes), 3 * 480_000 + 2 * OPENING, `${length}`);
  }
});

test("a file that is far away is not read through", async () => {
  const reader = readerOfBytes(file(GRAY, scan(1), scan(1)));
  const facts = await header({ ...reader, distant: true });
  assert.equal(facts.scannedPixels, undefined);
});

test(
  "no honest file comes near the limit",
  { skip: withoutCorpus },
  async () => {
    for (const { file: name } of corpusFiles("jpeg")) {
      const facts = await header(readerOfBytes(readCorpus(name))).catch(
        () => undefined,
      );
      const { scannedPixels = 0, width = 1, height = 1 } = facts ?? {};
      const passes = (scannedPixels - 32 * OPENING) / (width * height);
      assert.ok(passes < 20, `${name}: ${passes}`);
    }
  },
);
