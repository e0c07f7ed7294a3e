// Claims about what a GIF's blocks say of it: size, frames, transparency, timing, what travels with it.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { structureOf } from "./blocks.ts";
import { timingOf } from "./frames.ts";
import {
  application,
  comment,
  gif,
  icc,
  loop,
  plainText,
  still,
  xmp,
  type Animation,
} from "./gif.fixture.ts";
import { header } from "./header.ts";

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

const AREA = { width: 8, height: 6 };
const drawn = (animation: Partial<Animation>): Uint8Array =>
  gif({ ...AREA, frames: [AREA], ...animation });

test("a still is one opaque frame of 8 bits without anything beside it", async () => {
  const { bytes, ...facts } = await factsOf(still(8, 6));
  assert.ok(bytes > 0);
  assert.deepEqual(facts, {
    format: "gif",
    ...AREA,
    codedPixels: 48,
    orientation: 1,
    frames: 1,
    bitDepth: 8,
    color: "palette",
    hasAlpha: false,
    profile: { kind: "none" },
    lossy: false,
    progressive: false,
    hasGainMap: false,
    metadata: [],
  });
});

const half = { width: 4, height: 6 };
const shapes: readonly (readonly [
  claim: string,
  animation: Partial<Animation>,
  facts: Partial<Facts>,
])[] = [
  [
    "the first frame enlarges a smaller screen",
    { frames: [{ left: 2, top: 1, ...AREA }] },
    { width: 10, height: 7 },
  ],
  [
    "later frames are cut at the screen",
    { frames: [AREA, { left: 6, ...AREA }] },
    { ...AREA, frames: 2, hasAlpha: false },
  ],
  [
    "a transparent first frame shows through",
    { frames: [{ ...AREA, transparent: 1 }] },
    { hasAlpha: true },
  ],
  [
    "a first frame that does not cover the screen shows through",
    { frames: [half] },
    { hasAlpha: true },
  ],
  [
    "a transparent index of a later frame shows the frame before",
    { frames: [AREA, { ...AREA, transparent: 1 }] },
    { hasAlpha: false },
  ],
  [
    "a cleared frame that is not covered shows through",
    { frames: [{ ...AREA, disposal: 2 }, half] },
    { hasAlpha: true },
  ],
  [
    "a cleared frame that is covered does not show through",
    { frames: [{ ...AREA, disposal: 2 }, AREA] },
    { hasAlpha: false },
  ],
  [
    "an interlaced frame is progressive",
    { frames: [{ ...AREA, interlaced: true }] },
    { progressive: true },
  ],
];
for (const [claim, animation, expected] of shapes) {
  test(claim, async () => {
    const facts = await factsOf(drawn(animation));
    assert.deepEqual({ ...facts, ...expected }, facts);
  });
}

const companions: readonly (readonly [
  Partial<Animation>,
  Facts["metadata"],
])[] = [
  [{ blocks: [xmp("<x/>")] }, ["xmp"]],
  [{ blocks: [comment("a"), comment("b")] }, ["comment"]],
  [{ blocks: [application("FOREIGN 1.0")] }, ["comment"]],
  [{ blocks: [loop(0), plainText("drawn")] }, []],
  [{ end: Buffer.from("\x3btrailing") }, ["trailing"]],
  [{ end: new Uint8Array(0) }, []],
];
for (const [animation, kinds] of companions) {
  test(`metadata found: ${kinds.join() || "none"}`, async () => {
    assert.deepEqual((await factsOf(drawn(animation))).metadata, kinds);
  });
}

test("a profile is read, and is no metadata", async () => {
  const png = await sharp({
    create: { ...AREA, channels: 3, background: "red" },
  })
    .withIccProfile("p3")
    .png()
    .toBuffer();
  const { icc: p3 = assert.fail() } = await sharp(png).metadata();
  const facts = await factsOf(drawn({ blocks: [icc(p3)] }));
  assert.equal(facts.profile.kind, "other");
  assert.deepEqual(facts.metadata, []);
  const broken = await factsOf(drawn({ blocks: [icc(new Uint8Array(200))] }));
  assert.equal(broken.profile.kind, "broken");
});

const repeats: readonly (readonly [Uint8Array[], number])[] = [
  [[], 1],
  [[loop(0)], 0],
  [[loop(3)], 4],
  [[loop(65_535)], 65_536],
  [[loop(3), loop(5)], 6],
  [[application("ANIMEXTS1.0", Uint8Array.of(3, 1, 7, 0))], 8],
];
for (const [blocks, plays] of repeats) {
  test(`${blocks.length} loop extensions make ${plays} plays`, () => {
    const file = drawn({ blocks, frames: [{ ...AREA, delay: 7 }, AREA] });
    assert.deepEqual(timingOf(structureOf(file)), {
      plays,
      delaysMs: [70, 0],
    });
  });
}

test("a file that is cut within its second frame has one frame", async () => {
  const file = drawn({ frames: [AREA, AREA] });
  const facts = await factsOf(file.subarray(0, file.length - 4));
  assert.equal(facts.frames, 1);
});

const refused: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["another file", Buffer.from("GIF90a and more of it"), /not a GIF/],
  ["no frame", drawn({ frames: [] }), /no whole image/],
  ["a torn frame", still(8, 6).subarray(0, 40), /no whole image/],
  ["a size of zero", still(0, 6), /size is zero/],
];
test("a GIF of 20,001 blocks is too large, by its header", async () => {
  const file = drawn({ blocks: Array<Uint8Array>(20_000).fill(comment("x")) });
  await assert.rejects(header(readerOfBytes(file)), {
    code: "image_too_large",
    context: { limit: 20_000 },
  });
});

for (const [what, file, message] of refused) {
  test(`${what} is an invalid image`, async () => {
    await assert.rejects(factsOf(file), (error) => {
      assert.ok(error instanceof ServiceError);
      assert.equal(error.code, "invalid_image");
      assert.match(error.message, message);
      return true;
    });
  });
}

test(
  "real files have the size and frames that others see",
  { skip: withoutCorpus },
  async () => {
    for (const { file, width, height, frames, expect } of corpusFiles("gif")) {
      if (expect !== "decode") continue;
      const facts = await factsOf(readCorpus(file));
      assert.deepEqual(
        [facts.width, facts.height, facts.frames],
        [width, height, frames ?? 1],
        file,
      );
    }
  },
);
