// Claims about AVIFs whose coded data are larger than their index says: decoders believe the data, and so do the limits.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { judge } from "../../image/budget.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";

async function encoded(width: number, height: number, channels: 3 | 4) {
  const background = { r: 40, g: 90, b: 60, alpha: 0.5 };
  const create = { width, height, channels, background } as const;
  return new Uint8Array(await sharp({ create }).avif({ effort: 0 }).toBuffer());
}

/** The file with every size in its index made 8 × 8. */
function belittled(file: Uint8Array): Uint8Array {
  const copy = Buffer.from(file);
  for (
    let at = copy.indexOf("ispe");
    at >= 0;
    at = copy.indexOf("ispe", at + 4)
  ) {
    copy.writeUInt32BE(8, at + 8);
    copy.writeUInt32BE(8, at + 12);
  }
  return new Uint8Array(copy);
}

test("an honest file's coded size is its size", async () => {
  const facts = await header(readerOfBytes(await encoded(201, 133, 3)));
  assert.deepEqual([facts.width, facts.height], [201, 133]);
  assert.equal(facts.codedPixels, 201 * 133);
  assert.equal(facts.scannedPixels, 201 * 133);
});

test("coded data larger than the index says are judged by what they are", async () => {
  const facts = await header(
    readerOfBytes(belittled(await encoded(640, 480, 3))),
  );
  assert.deepEqual([facts.width, facts.height], [8, 8]);
  assert.equal(facts.codedPixels, 640 * 480);
  assert.throws(
    () => judge(facts, { maxPixels: 640 * 480 - 1, maxFrames: 1 }),
    {
      code: "image_too_large",
    },
  );
});

test("alpha's coded data count too", async () => {
  const facts = await header(
    readerOfBytes(belittled(await encoded(640, 480, 4))),
  );
  assert.equal(facts.hasAlpha, true);
  assert.equal(facts.scannedPixels, 2 * 640 * 480);
});

test("of a file that is far away only the first picture's data are asked for", async () => {
  const reader = readerOfBytes(belittled(await encoded(640, 480, 4)));
  const facts = await header({ ...reader, distant: true });
  assert.equal(facts.scannedPixels, 640 * 480);
});
