// Claims about the facts of BMPs: sizes, alpha, depth, density, profiles, and blame where headers lie.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import type { Facts } from "../../image/facts.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { bmpFile, EMBEDDED } from "./bmp.fixture.ts";
import type { Recipe } from "./bmp.fixture.ts";
import { header } from "./header.ts";

const factsOf = (recipe: Recipe): Promise<Facts> =>
  header(readerOfBytes(bmpFile(recipe)));

const row = { width: 1, height: 1, pixels: [0, 0, 0, 0] };
const p3 = await sharp({
  create: { width: 1, height: 1, channels: 3, background: "red" },
})
  .withIccProfile("p3")
  .png()
  .toBuffer();
const { icc } = await sharp(p3).metadata();
assert.ok(icc);
const v5 = { ...row, bitCount: 24, headerBytes: 124, colorSpace: EMBEDDED };

const cases: readonly (readonly [
  what: string,
  recipe: Recipe,
  facts: Partial<Facts>,
])[] = [
  [
    "24 bits",
    { ...row, bitCount: 24 },
    { color: "rgb", bitDepth: 8, hasAlpha: false, metadata: [] },
  ],
  [
    "palette",
    { ...row, bitCount: 4, palette: [1, 2, 3] },
    { color: "palette", bitDepth: 4 },
  ],
  [
    "5-6-5",
    { ...row, bitCount: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f] },
    { bitDepth: 6 },
  ],
  [
    "10 bits",
    {
      ...row,
      bitCount: 32,
      compression: 3,
      masks: [0x3ff00000, 0xffc00, 0x3ff],
    },
    { bitDepth: 10 },
  ],
  ["fourth byte", { ...row, bitCount: 32 }, { hasAlpha: false }],
  [
    "alpha mask",
    {
      ...row,
      bitCount: 32,
      headerBytes: 56,
      compression: 3,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
    },
    { hasAlpha: true },
  ],
  ["top-down", { ...row, height: -1, bitCount: 24 }, { height: 1 }],
  [
    "density",
    { ...row, bitCount: 24, perMeter: [2835, 5906] },
    { density: { x: 2835 * 0.0254, y: 5906 * 0.0254 } },
  ],
  [
    "padding is no metadata",
    { ...row, bitCount: 24, trailing: new Uint8Array(2) },
    { metadata: [] },
  ],
  [
    "trailing data",
    { ...row, bitCount: 24, trailing: new Uint8Array(40) },
    { metadata: ["trailing"] },
  ],
  [
    "a linked profile is ignored",
    { ...v5, colorSpace: 0x4c494e4b, profile: icc },
    { profile: { kind: "none" } },
  ],
  [
    "a broken profile",
    { ...v5, profile: new Uint8Array(200) },
    { profile: { kind: "broken" } },
  ],
  [
    "int.min height",
    { ...row, height: -(2 ** 31), bitCount: 24 },
    { height: 2 ** 31 },
  ],
];
for (const [what, recipe, expected] of cases) {
  test(`facts: ${what}`, async () => {
    const facts: Partial<Facts> = await factsOf(recipe);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(facts[key as keyof Facts], value, key);
  });
}

test("an embedded profile is read", async () => {
  const { profile, metadata } = await factsOf({ ...v5, profile: icc });
  assert.equal(profile.kind, "other");
  assert.deepEqual(metadata, []);
});

const refusals: readonly (readonly [
  code: "invalid_image" | "unsupported_format",
  message: RegExp,
  recipe: Recipe,
])[] = [
  ["invalid_image", /width or height/, { ...row, width: -1, bitCount: 24 }],
  ["invalid_image", /width or height/, { ...row, height: 0, bitCount: 24 }],
  ["invalid_image", /bits per pixel/, { ...row, bitCount: 0 }],
  ["invalid_image", /bits per pixel/, { ...row, bitCount: 8, compression: 2 }],
  ["invalid_image", /bits per pixel/, { ...row, bitCount: 24, compression: 3 }],
  [
    "invalid_image",
    /masks/,
    { ...row, bitCount: 32, compression: 3, masks: [0, 0, 0] },
  ],
  [
    "invalid_image",
    /masks/,
    { ...row, bitCount: 16, compression: 3, masks: [0xf80000, 0x7e0, 0x1f] },
  ],
  [
    "invalid_image",
    /masks/,
    { ...row, bitCount: 32, compression: 3, masks: [0xf0f, 0xf000, 0xf0000] },
  ],
  ["invalid_image", /size/, { ...row, bitCount: 24, headerBytes: 80 }],
  ["unsupported_format", /JPEG/, { ...row, bitCount: 24, compression: 4 }],
  ["unsupported_format", /PNG/, { ...row, bitCount: 24, compression: 5 }],
  ["unsupported_format", /CMYK/, { ...row, bitCount: 32, compression: 11 }],
  [
    "unsupported_format",
    /run-length/,
    { ...row, bitCount: 24, headerBytes: 64, compression: 4 },
  ],
  [
    "unsupported_format",
    /Huffman/,
    { ...row, bitCount: 1, headerBytes: 64, compression: 3 },
  ],
];
for (const [index, [code, message, recipe]] of refusals.entries()) {
  test(`refusal ${index + 1}: ${code}, naming ${message.source}`, async () => {
    await assert.rejects(factsOf(recipe), { code, message });
  });
}

test(
  "real files have the size and depth that are known of them",
  { skip: withoutCorpus },
  async () => {
    const files = corpusFiles("bmp");
    assert.ok(files.length > 10, "premise");
    for (const { file, width, height } of files) {
      const facts = await header(readerOfBytes(readCorpus(file)));
      assert.deepEqual([facts.width, facts.height], [width, height], file);
    }
  },
);
