// Claims about decoding BMPs: every way to store samples gives the pixels that browsers show.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../../errors.ts";
import { bmpFile } from "./bmp.fixture.ts";
import type { Recipe } from "./bmp.fixture.ts";
import { decode } from "./decode.ts";
import { readLayout } from "./layout.ts";

function decoded(recipe: Recipe, cut = 0): ReturnType<typeof decode> {
  const whole = bmpFile(recipe);
  const file = whole.subarray(0, whole.length - cut);
  return decode(file, readLayout(file, file.length));
}

const R = [255, 0, 0];
const G = [0, 255, 0];
const B = [0, 0, 255];
const K = [0, 0, 0];
const two = { width: 2, height: 1 };
const RGB = [...R, ...G, ...B];

const cases: readonly (readonly [
  what: string,
  recipe: Recipe,
  pixels: readonly number[],
])[] = [
  [
    "24 bits, bottom row first",
    { width: 1, height: 2, bitCount: 24, pixels: [255, 0, 0, 0, 0, 0, 255, 0] },
    [...R, ...B],
  ],
  [
    "24 bits, top row first",
    {
      width: 1,
      height: -2,
      bitCount: 24,
      pixels: [255, 0, 0, 0, 0, 0, 255, 0],
    },
    [...B, ...R],
  ],
  [
    "OS/2 1.x with three bytes a color",
    {
      ...two,
      bitCount: 1,
      headerBytes: 12,
      palette: [...R, ...G],
      pixels: [0x40, 0, 0, 0],
    },
    [...R, ...G],
  ],
  [
    "OS/2 2.x, cut after 16 bytes",
    {
      ...two,
      bitCount: 24,
      headerBytes: 16,
      pixels: [0, 0, 255, 0, 255, 0, 0, 0],
    },
    [...R, ...G],
  ],
  [
    "1 bit",
    { ...two, bitCount: 1, palette: [...G, ...B], pixels: [0x40, 0, 0, 0] },
    [...G, ...B],
  ],
  [
    "2 bits",
    { ...two, bitCount: 2, palette: RGB, pixels: [0b10010000, 0, 0, 0] },
    [...B, ...G],
  ],
  [
    "4 bits",
    { ...two, bitCount: 4, palette: RGB, pixels: [0x21, 0, 0, 0] },
    [...B, ...G],
  ],
  [
    "8 bits, and black beyond the palette's end",
    { ...two, bitCount: 8, palette: RGB, pixels: [2, 77, 0, 0] },
    [...B, ...K],
  ],
  [
    "more colors claimed than 8 bits can name",
    {
      ...two,
      bitCount: 8,
      palette: RGB,
      colorsUsed: 0xffffffff,
      pixels: [2, 1, 0, 0],
    },
    [...B, ...G],
  ],
  [
    "16 bits are 5-5-5, widened by rounding",
    { ...two, bitCount: 16, pixels: [3, 0, 0x00, 0x7c] },
    [0, 0, 25, ...R],
  ],
  [
    "16 bits by declared masks, 5-6-5",
    {
      ...two,
      bitCount: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      pixels: [0xe0, 7, 1, 0],
    },
    [...G, 0, 0, 8],
  ],
  [
    "32 bits: the fourth byte is no alpha",
    { ...two, bitCount: 32, pixels: [0, 0, 255, 9, 0, 255, 0, 0] },
    [...R, ...G],
  ],
  [
    "32 bits by masks in another order",
    {
      ...two,
      bitCount: 32,
      compression: 3,
      masks: [0xff, 0xff00, 0xff0000],
      pixels: [255, 0, 0, 7, 0, 255, 0, 0],
    },
    [...R, ...G],
  ],
  [
    "32 bits with an alpha mask in a V4 header",
    {
      ...two,
      bitCount: 32,
      headerBytes: 108,
      compression: 3,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
      pixels: [0, 0, 255, 128, 0, 255, 0, 0],
    },
    [...R, 128, ...G, 0],
  ],
  [
    "alpha masks behind a 40-byte header (BI_ALPHABITFIELDS)",
    {
      ...two,
      bitCount: 16,
      compression: 6,
      masks: [0x7c00, 0x3e0, 0x1f, 0x8000],
      pixels: [0, 0x7c, 0, 0xfc],
    },
    [...R, 0, ...R, 255],
  ],
  [
    "10 bits a channel",
    {
      ...two,
      bitCount: 32,
      compression: 3,
      masks: [0x3ff00000, 0xffc00, 0x3ff],
      pixels: [0xff, 3, 0, 0, 0, 2, 0, 0],
    },
    [...B, 0, 0, 128],
  ],
  [
    "an impossible pixel offset is replaced",
    {
      ...two,
      bitCount: 24,
      dataOffset: 0xfffffff0,
      pixels: [0, 0, 255, 0, 255, 0, 0, 0],
    },
    [...R, ...G],
  ],
  [
    "a gap before the pixels is passed over",
    { ...two, bitCount: 24, gap: 99, pixels: [0, 0, 255, 0, 255, 0, 0, 0] },
    [...R, ...G],
  ],
];
for (const [what, recipe, pixels] of cases) {
  test(what, () => {
    assert.deepEqual([...decoded(recipe).raster.data], pixels);
  });
}

const rle = { width: 4, height: 2, palette: [...K, ...R, ...G, ...B] };
const codes: readonly (readonly [
  what: string,
  bits: 4 | 8,
  codes: readonly number[],
  top: readonly number[],
  bottom: readonly number[],
  skips: boolean,
])[] = [
  [
    "runs",
    8,
    [4, 1, 0, 0, 3, 2, 1, 3, 0, 1],
    [2, 2, 2, 3],
    [1, 1, 1, 1],
    false,
  ],
  [
    "literals, padded",
    8,
    [0, 3, 1, 2, 3, 0, 1, 1, 0, 0, 4, 1, 0, 1],
    [1, 1, 1, 1],
    [1, 2, 3, 1],
    false,
  ],
  [
    "alternating runs",
    4,
    [4, 0x12, 0, 0, 4, 0x33, 0, 1],
    [3, 3, 3, 3],
    [1, 2, 1, 2],
    false,
  ],
  [
    "literals of 4 bits",
    4,
    [0, 4, 0x12, 0x31, 0, 0, 4, 0x22, 0, 1],
    [2, 2, 2, 2],
    [1, 2, 3, 1],
    false,
  ],
  [
    "runs beyond the row are clipped",
    8,
    [9, 1, 0, 0, 4, 2, 0, 1],
    [2, 2, 2, 2],
    [1, 1, 1, 1],
    false,
  ],
  [
    "a delta skips pixels",
    8,
    [1, 1, 0, 2, 1, 1, 1, 2, 0, 1],
    [0, 0, 2, 0],
    [1, 0, 0, 0],
    true,
  ],
  [
    "lines and bitmap may end early",
    8,
    [1, 1, 0, 0, 0, 1],
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    true,
  ],
  [
    "codes beyond the last row are ignored",
    8,
    [4, 1, 0, 0, 4, 2, 0, 0, 4, 3],
    [2, 2, 2, 2],
    [1, 1, 1, 1],
    false,
  ],
];
for (const [what, bits, pixels, top, bottom, skips] of codes) {
  test(`RLE${bits}: ${what}`, () => {
    const compression = bits === 8 ? 1 : 2;
    const { raster, skipsPixels } = decoded({
      ...rle,
      bitCount: bits,
      compression,
      pixels,
    });
    const colors = [...top, ...bottom].flatMap(
      (index) => [K, R, G, B][index] ?? [],
    );
    assert.deepEqual([...raster.data], colors);
    assert.equal(skipsPixels, skips);
  });
}

test("up to 1 % of the rows may be missing, and are said to be", () => {
  const tall = {
    width: 1,
    height: 200,
    bitCount: 24,
    pixels: Array<number>(800).fill(9),
  };
  assert.equal(decoded(tall).truncated, false);
  const { raster, truncated } = decoded(tall, 8);
  assert.equal(truncated, true);
  // Rows are stored from the bottom: the topmost two are gone.
  assert.deepEqual(
    [...raster.data.subarray(0, 9)],
    [0, 0, 0, 0, 0, 0, 9, 9, 9],
  );
  assert.throws(() => decoded(tall, 12), { code: "invalid_image" });
});

test("run-length codes that break off too soon are an invalid image", () => {
  const recipe = {
    ...rle,
    bitCount: 8,
    compression: 1,
    pixels: [4, 1, 0, 0, 2, 1],
  };
  assert.throws(
    () => decoded(recipe),
    (error) => error instanceof ServiceError && error.code === "invalid_image",
  );
});

test("rows that are not there are refused before memory is taken", () => {
  const recipe = { width: 90_000, height: 90_000, bitCount: 32, pixels: [] };
  assert.throws(() => decoded(recipe), { code: "invalid_image" });
});
