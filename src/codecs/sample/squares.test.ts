// Claims about squares that stand for a picture as they are.

import assert from "node:assert/strict";
import { test } from "node:test";

import { squaresOf } from "./squares.ts";

const [WIDTH, HEIGHT, CHANNELS] = [200, 160, 3] as const;
/** No two places of a row, and no two rows, are alike. */
const data = new Uint8Array(WIDTH * HEIGHT * CHANNELS).map((_, at) => {
  const pixel = Math.floor(at / CHANNELS);
  return [pixel % WIDTH, Math.floor(pixel / WIDTH), 7][at % CHANNELS]!;
});
const picture = { width: WIDTH, height: HEIGHT, channels: CHANNELS, data };

test("squares hold the picture's own pixels, in its channels", () => {
  const edge = 20;
  const { picture: squares, scale } = squaresOf(picture, {
    edge,
    pixels: 3600,
  });
  assert.equal(squares.channels, CHANNELS);
  assert.equal(squares.width * squares.height, 3600);
  assert.equal(scale, (WIDTH * HEIGHT) / 3600);
  for (let y = 0; y < squares.height; y++) {
    for (let x = 0; x < squares.width; x++) {
      const at = (y * squares.width + x) * CHANNELS;
      const corner =
        ((y - (y % edge)) * squares.width + x - (x % edge)) * CHANNELS;
      assert.equal(squares.data[at], squares.data[corner]! + (x % edge));
      assert.equal(
        squares.data[at + 1],
        squares.data[corner + 1]! + (y % edge),
      );
      assert.equal(squares.data[at + 2], 7);
    }
  }
});

test("where squares would be most of a picture, it stands for itself", () => {
  const { picture: all, scale } = squaresOf(picture, {
    edge: 20,
    pixels: 30_000,
  });
  assert.equal(all, picture);
  assert.equal(scale, 1);
});

test("a picture smaller than a square stands for itself", () => {
  const { scale } = squaresOf(picture, { edge: 192, pixels: 400_000 });
  assert.equal(scale, 1);
});
