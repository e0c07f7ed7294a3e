// Claims about what is believed of an encoder's result: nothing that its header or its data deny.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import type { Candidate, OptimizeJob } from "../codecs/codec.ts";
import { orientationExif } from "../codecs/containers/exif.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { writeMetadata } from "../codecs/jpeg/metadata.ts";
import { CODECS } from "../codecs/table.ts";
import type { FormatId } from "../image/format.ts";
import { whyUnfaithful } from "./verify.ts";

const MAX_PIXELS = 1e6;

/** A picture with detail in every row, so that a cut shows. */
function scene(width = 40, height = 30): Sharp {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  return sharp({
    create: { width, height, channels: 3, noise, background: "#000" },
  });
}

const jpeg = (chain: Sharp): Promise<Uint8Array> => chain.jpeg().toBuffer();
const source = await jpeg(scene());

async function faultOf(
  made: Uint8Array,
  more: Partial<Candidate> = {},
  original: Uint8Array = source,
  format: FormatId = "jpeg",
): Promise<string | undefined> {
  const facts = await CODECS[format].header(readerOfBytes(original));
  return whyUnfaithful(
    { bytes: made, method: "", byTool: true, upright: false, ...more },
    { facts } as unknown as OptimizeJob,
    MAX_PIXELS,
  );
}

const turned = (file: Uint8Array): Uint8Array =>
  writeMetadata(file, { exif: orientationExif(6) }).bytes;

test("a faithful result may be sent", async () => {
  assert.equal(await faultOf(await jpeg(scene())), undefined);
});

test("an upright result of a turned source has its sides swapped and no tag", async () => {
  const upright = { upright: true };
  const original = turned(source);
  assert.equal(
    await faultOf(await jpeg(scene(30, 40)), upright, original),
    undefined,
  );
  assert.equal(
    await faultOf(await jpeg(scene(40, 30)), upright, original),
    "result-size-differs",
  );
  assert.equal(
    await faultOf(turned(await jpeg(scene(30, 40))), upright, original),
    "result-orientation-differs",
  );
});

const differing: readonly (readonly [string, Uint8Array, string])[] = [
  ["another width", await jpeg(scene(41, 30)), "result-size-differs"],
  ["another height", await jpeg(scene(40, 29)), "result-size-differs"],
  ["swapped sides", await jpeg(scene(30, 40)), "result-size-differs"],
  ["another orientation", turned(source), "result-orientation-differs"],
  [
    "another color",
    await jpeg(scene().toColourspace("b-w")),
    "result-color-differs",
  ],
  [
    "inks for colors",
    await jpeg(scene().toColourspace("cmyk")),
    "result-color-differs",
  ],
  ["no header", source.subarray(0, 20), "result-broken"],
  ["no data", new Uint8Array(0), "result-broken"],
  ["another format", await scene().png().toBuffer(), "result-broken"],
];
for (const [claim, made, reason] of differing) {
  for (const byTool of [true, false]) {
    test(`${claim} is declined, ${byTool ? "a tool's" : "a library's"} work or not`, async () => {
      assert.equal(await faultOf(made, { byTool }), reason);
    });
  }
}

test("lost alpha is declined", async () => {
  const original = await scene().ensureAlpha(0.5).png().toBuffer();
  const made = await scene().png().toBuffer();
  assert.equal(
    await faultOf(made, {}, original, "png"),
    "result-alpha-differs",
  );
});

test("lost frames are declined", async () => {
  const page = (height: number): Sharp => scene(20, height);
  const strip = await page(20).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = strip.info;
  const original = await sharp(strip.data, {
    raw: { width, height, channels, pageHeight: 10 },
  })
    .webp()
    .toBuffer();
  const made = await page(10).webp().toBuffer();
  assert.equal(
    await faultOf(made, {}, original, "webp"),
    "result-frames-differs",
  );
});

test("a tool's result that breaks off is declined", async () => {
  const cut = source.subarray(0, Math.floor(source.length * 0.7));
  assert.equal(await faultOf(cut), "result-broken");
});

test("a tool's result with damage inside is declined", async () => {
  const damaged = source.slice();
  // Markers that stand alone, where coded data should be.
  damaged.fill(0xff, damaged.length - 200, damaged.length - 2);
  assert.equal(await faultOf(damaged), "result-broken");
});
