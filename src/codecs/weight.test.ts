// Claims about what a job weighs: pixels times factors, all frames where they are held at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Facts } from "../image/facts.ts";
import type { ConvertIntent, OptimizeIntent } from "../image/intent.ts";
import { CODECS } from "./table.ts";
import { weightOf } from "./weight.ts";

const { jpeg, gif, webp, png } = CODECS;
const facts = (more: Partial<Facts> = {}): Facts =>
  ({
    width: 100,
    height: 50,
    codedPixels: 5000,
    orientation: 1,
    frames: 1,
    ...more,
  }) as Facts;
const optimize = { verb: "optimize" } as OptimizeIntent;
const convert = (box?: ConvertIntent["box"]) =>
  ({ verb: "convert", ...(box && { box }) }) as ConvertIntent;

test("a still weighs what decoding and encoding its pixels hold", () => {
  const { decode, encode } = jpeg.memory;
  const weight = weightOf(optimize, jpeg, { facts: facts(), codec: jpeg });
  assert.equal(weight, 5000 * (decode + encode));
});

test("what is coded beyond the edges counts", () => {
  const wide = { facts: facts({ codedPixels: 8000 }), codec: jpeg };
  const { decode, encode } = jpeg.memory;
  assert.equal(weightOf(optimize, jpeg, wide), 8000 * (decode + encode));
});

test("a result that is made smaller is held as small as that, and upright", () => {
  const box = { width: 25, fit: "inside", enlarge: false } as const;
  const turned = { facts: facts({ orientation: 6 }), codec: jpeg };
  assert.equal(
    weightOf(convert(box), png, turned),
    5000 * jpeg.memory.decode + 25 * 50 * png.memory.encode,
  );
});

test("samples of more than 8 bits weigh half as much again, and many bytes by their number", () => {
  const weigh = (more: Partial<Facts>) =>
    weightOf(optimize, png, { facts: facts(more), codec: png });
  assert.equal(weigh({ bitDepth: 16 }), 1.5 * weigh({ bitDepth: 8 }));
  assert.equal(weigh({ bitDepth: 16, pixelBytes: 8 }), 1.5 * weigh({}));
  assert.equal(weigh({ bitDepth: 16, pixelBytes: 512 }), 64 * weigh({}));
});

test("frames count where the result holds them, else the first alone", () => {
  const source = { facts: facts({ frames: 7 }), codec: gif };
  const one = 5000 * gif.memory.decode;
  assert.equal(
    weightOf(convert(), webp, source),
    7 * (one + 5000 * webp.memory.encode),
  );
  assert.equal(
    weightOf(convert(), jpeg, source),
    one + 5000 * jpeg.memory.encode,
  );
  assert.equal(
    weightOf(optimize, gif, source),
    7 * (one + 5000 * gif.memory.encode),
  );
});

test("a logo weighs its first frame", () => {
  const input = { facts: facts(), codec: jpeg };
  const logo = { facts: facts({ frames: 3 }), codec: gif };
  assert.equal(
    weightOf(convert(), jpeg, input, logo) - weightOf(convert(), jpeg, input),
    5000 * gif.memory.decode,
  );
});
