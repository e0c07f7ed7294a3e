// Claims about reducing pictures to a palette: colors are found again, errors are spread and not lost, and hidden colors disturb nothing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { choosePalette } from "./choose.ts";
import { diffused } from "./diffuse.ts";
import { randomBits } from "../noise.fixture.ts";
import { multiplied, nearestIn } from "./nearest.ts";
import { ENTRY, type Picture } from "./picture.ts";

const OPAQUE = Uint8Array.of(
  ...[0, 0, 0, 255],
  ...[255, 0, 0, 255],
  ...[0, 128, 0, 255],
  ...[255, 255, 255, 255],
);
const TRANSLUCENT = Uint8Array.of(
  ...[0, 0, 0, 0],
  ...[255, 0, 0, 119],
  ...[0, 0, 255, 255],
);
const BLACK_AND_WHITE = Uint8Array.of(
  ...[0, 0, 0, 255],
  ...[255, 255, 255, 255],
);

const filled = (
  width: number,
  height: number,
  pixel: readonly number[],
): Picture => ({
  ...{ width, height },
  channels: pixel.length === 4 ? 4 : 3,
  data: Uint8Array.from({ length: width * height * pixel.length }, (_, at) => {
    return pixel[at % pixel.length]!;
  }),
});

for (const [kind, palette] of Object.entries({ OPAQUE, TRANSLUCENT })) {
  test(`each color of the ${kind.toLowerCase()} palette is nearest to itself`, () => {
    const nearest = nearestIn(palette);
    for (let index = 0; index < palette.length / ENTRY; index++) {
      const [r, g, b, a] = palette.subarray(index * ENTRY);
      const share = a! / 255;
      assert.equal(nearest(r! * share, g! * share, b! * share, a!), index);
    }
  });
}

for (const [kind, opacity] of [
  ["opaque", 255],
  ["translucent", 0],
] as const) {
  test(`of 256 ${kind} colors none is nearer than the one that is found`, () => {
    const bits = randomBits();
    const palette = Uint8Array.from({ length: 256 * ENTRY }, (_, at) => {
      return at % ENTRY === 3 ? opacity | (bits() & 255) : bits() & 255;
    });
    const nearest = nearestIn(palette);
    const colors = multiplied(palette);
    const WEIGHTS = [2, 4, 1.5, 5];
    for (let tried = 0; tried < 2000; tried++) {
      // The middles of cells, which are looked up as they are.
      const level = opacity === 255 ? 15 : bits() & 15;
      const middle = () =>
        opacity === 255 ? (bits() & 255) | 1 : (bits() & 252) + 2;
      const [r, g, b, a] = [middle(), middle(), middle(), level * 17];
      const errors = Array.from({ length: 256 }, (_, index) =>
        [r, g, b, a].reduce((sum, value, at) => {
          return (
            sum + WEIGHTS[at]! * (value - colors[index * ENTRY + at]!) ** 2
          );
        }, 0),
      );
      const found = errors[nearest(r, g, b, a)]!;
      assert.equal(found, Math.min(...errors), `${r} ${g} ${b} ${a}`);
    }
  });
}

test("green weighs more than red, and red more than blue", () => {
  const nearest = nearestIn(
    Uint8Array.of(
      ...[100, 60, 60, 255],
      ...[60, 100, 60, 255],
      ...[60, 60, 100, 255],
    ),
  );
  assert.equal(nearest(60, 60, 60, 255), 2);
});

test("without diffusion every pixel has its nearest color", () => {
  const indices = diffused(filled(9, 7, [200, 200, 200]), BLACK_AND_WHITE, 0);
  assert.deepEqual(new Set(indices), new Set([1]));
  assert.equal(indices.length, 63);
});

for (const level of [32, 64, 128, 200]) {
  test(`with diffusion black and white stand for a gray of ${level} in their mean`, () => {
    const gray = filled(64, 64, [level, level, level]);
    const white = diffused(gray, BLACK_AND_WHITE, 1).filter(Boolean).length;
    assert.ok(Math.abs((255 * white) / 64 ** 2 - level) < 4, `${white}`);
  });
}

test("what a fully transparent pixel hides disturbs no neighbor", () => {
  const picture = filled(8, 1, [0, 0, 255, 255]);
  picture.data.set([255, 255, 255, 0], 3 * 4);
  const indices = diffused(picture, TRANSLUCENT, 1);
  assert.deepEqual([...indices], [2, 2, 2, 0, 2, 2, 2, 2]);
});

test("few colors are all kept: translucent ones first, dark before light", async () => {
  const colors = [
    [250, 250, 250, 255],
    [10, 20, 30, 255],
    [0, 90, 0, 100],
  ];
  const data = Uint8Array.from({ length: 30 * 30 * 4 }, (_, at) => {
    return colors[Math.floor(at / 4) % 3]![at % 4]!;
  });
  const palette = await choosePalette({
    width: 30,
    height: 30,
    channels: 4,
    data,
  });
  assert.deepEqual([...palette], [...colors[2]!, ...colors[1]!, ...colors[0]!]);
});

test("a large picture's palette is made of what lies all over it", async () => {
  const [width, height] = [2000, 1500];
  const picture = filled(width, height, [240, 240, 240]);
  const half = (width * height * 3) / 2;
  for (let at = half; at < 2 * half; at += 3) {
    picture.data.set([20, 40, 160], at);
  }
  const palette = await choosePalette(picture);
  assert.deepEqual([...palette], [20, 40, 160, 255, 240, 240, 240, 255]);
});
