// Claims about sizes and places: nothing is enlarged, everything ends upright, and no logo leaves the frame.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import type { Orientation } from "./facts.ts";
import {
  orientedSize,
  overlayPlace,
  overlaySize,
  planResize,
  UPRIGHT,
} from "./geometry.ts";
import type { Size } from "./geometry.ts";

function random(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  };
}

const resizes: readonly (readonly [
  claim: string,
  source: readonly [number, number],
  asked: { longEdge?: number; square: boolean },
  size: readonly [number, number],
  reduction: number,
])[] = [
  ["nothing asked", [400, 300], { square: false }, [400, 300], 1],
  [
    "a long edge, landscape",
    [400, 300],
    { longEdge: 200, square: false },
    [200, 150],
    2,
  ],
  [
    "a long edge, portrait",
    [300, 400],
    { longEdge: 100, square: false },
    [75, 100],
    4,
  ],
  [
    "the long edge there is",
    [400, 300],
    { longEdge: 400, square: false },
    [400, 300],
    1,
  ],
  [
    "a longer edge than there is",
    [400, 300],
    { longEdge: 9000, square: false },
    [400, 300],
    1,
  ],
  [
    "a strip keeps a pixel",
    [4000, 3],
    { longEdge: 10, square: false },
    [10, 1],
    400,
  ],
  ["a square", [400, 300], { square: true }, [300, 300], 1],
  [
    "a square of a size",
    [400, 300],
    { longEdge: 100, square: true },
    [100, 100],
    3,
  ],
  [
    "a square larger than the short edge",
    [400, 300],
    { longEdge: 350, square: true },
    [300, 300],
    1,
  ],
  ["one pixel", [1, 1], { longEdge: 1, square: true }, [1, 1], 1],
];
for (const [claim, [width, height], asked, size, reduction] of resizes) {
  test(`resize: ${claim}`, () => {
    const plan = planResize({ width, height }, asked);
    assert.deepEqual([plan.width, plan.height], size);
    assert.equal(plan.fit, asked.square ? "cover" : "fill");
    assert.ok(Math.abs(plan.reduction - reduction) < 1e-9, `${plan.reduction}`);
  });
}

test("no plan ever enlarges, goes past the long edge, or bends the aspect by a pixel", () => {
  const next = random(1);
  for (let round = 0; round < 5000; round++) {
    const source = { width: next(1, 5000), height: next(1, 5000) };
    const longEdge = next(1, 6000);
    for (const square of [true, false]) {
      const { width, height, reduction } = planResize(source, {
        longEdge,
        square,
      });
      const what = JSON.stringify({ source, longEdge, square, width, height });
      assert.ok(width >= 1 && height >= 1, what);
      assert.ok(width <= source.width && height <= source.height, what);
      assert.ok(Math.max(width, height) <= longEdge, what);
      assert.ok(reduction >= 1, what);
      if (square) assert.equal(width, height, what);
      else
        assert.ok(
          Math.abs(width * reduction - source.width) <= reduction,
          what,
        );
    }
  }
});

/** Where the stored raster's first row and first column lie for a viewer (TIFF 6.0, tag 274). */
const MEANINGS: Readonly<
  Record<Orientation, readonly [row: string, column: string]>
> = {
  1: ["top", "left"],
  2: ["top", "right"],
  3: ["bottom", "right"],
  4: ["bottom", "left"],
  5: ["left", "top"],
  6: ["right", "top"],
  7: ["right", "bottom"],
  8: ["left", "bottom"],
};
const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The stored raster of an upright picture whose pixels count from 0, row by row. */
function stored(
  upright: Size,
  orientation: Orientation,
): { size: Size; data: Uint8Array } {
  const size = orientedSize(upright, orientation);
  const [first, second] = MEANINGS[orientation];
  const data = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      let [x, y] = [0, 0];
      for (const [edge, distance] of [
        [first, row],
        [second, column],
      ] as const) {
        if (edge === "left") x = distance;
        if (edge === "right") x = upright.width - 1 - distance;
        if (edge === "top") y = distance;
        if (edge === "bottom") y = upright.height - 1 - distance;
      }
      data[row * size.width + column] = y * upright.width + x;
    }
  }
  return { size, data };
}

for (const orientation of ORIENTATIONS) {
  test(`sharp, told what stands in UPRIGHT, brings orientation ${orientation} upright`, async () => {
    const upright = { width: 2, height: 3 };
    const { size, data } = stored(upright, orientation);
    const { degrees, mirror } = UPRIGHT[orientation];
    const chain = sharp(data, { raw: { ...size, channels: 1 } });
    if (mirror) chain.flop();
    if (degrees !== 0) chain.rotate(degrees);
    const found = await chain
      .toColourspace("b-w")
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([found.info.width, found.info.height], [2, 3]);
    assert.deepEqual([...found.data], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(orientedSize(size, orientation), upright);
  });
}

const FULL = { width: 1080, height: 1920 };

test("a logo in the safe zone stands 250 px up and centred on a 1920 px tall frame", () => {
  const logo = overlaySize(
    FULL,
    { width: 300, height: 100 },
    { scalePercent: 15, safeZone: true },
  );
  assert.deepEqual(logo, { width: 162, height: 54 });
  const { left, top } = overlayPlace(FULL, logo, true);
  assert.equal(FULL.height - (top + logo.height), 250);
  assert.equal(left, (1080 - 162) / 2);
});

for (const [claim, frame] of [
  ["portrait", FULL],
  ["landscape", { width: 1920, height: 1080 }],
] as const) {
  test(`a logo in the corner stands 50 px from right and bottom of a long edge of 1920: ${claim}`, () => {
    const logo = overlaySize(
      frame,
      { width: 300, height: 100 },
      { scalePercent: 15, safeZone: false },
    );
    const { left, top } = overlayPlace(frame, logo, false);
    assert.equal(frame.width - (left + logo.width), 50);
    assert.equal(frame.height - (top + logo.height), 50);
  });
}

test("lift and margin scale with the frame", () => {
  const half = { width: 540, height: 960 };
  const logo = { width: 50, height: 20 };
  assert.equal(960 - 20 - overlayPlace(half, logo, true).top, 125);
  assert.equal(960 - 20 - overlayPlace(half, logo, false).top, 25);
});

test("a small logo is enlarged to the share that was asked for, its aspect kept", () => {
  const logo = overlaySize(
    { width: 1000, height: 1000 },
    { width: 10, height: 20 },
    { scalePercent: 30, safeZone: true },
  );
  assert.deepEqual(logo, { width: 300, height: 600 });
});

test("a logo too tall for the room above the safe zone is made smaller", () => {
  const frame = { width: 1000, height: 192 };
  const logo = overlaySize(
    frame,
    { width: 100, height: 100 },
    { scalePercent: 50, safeZone: true },
  );
  assert.deepEqual(logo, { width: 167, height: 167 });
  assert.equal(overlayPlace(frame, logo, true).top, 0);
});

test("a logo never leaves the frame and never vanishes, whatever the sizes", () => {
  const next = random(2);
  for (let round = 0; round < 20_000; round++) {
    // Every other frame is a strip, where margins are longer than the short edge.
    const strip = round % 2 === 0;
    const frame = { width: next(1, 4000), height: next(1, strip ? 60 : 4000) };
    const source = { width: next(1, 2000), height: next(1, 2000) };
    const asked = { scalePercent: next(1, 100), safeZone: next(0, 1) === 1 };
    const logo = overlaySize(frame, source, asked);
    const { left, top } = overlayPlace(frame, logo, asked.safeZone);
    const what = JSON.stringify({ frame, source, asked, logo, left, top });
    assert.ok(left >= 0 && top >= 0, what);
    assert.ok(left + logo.width <= frame.width, what);
    assert.ok(top + logo.height <= frame.height, what);
    assert.ok(logo.width >= 1 && logo.height >= 1, what);
    assert.ok(Number.isInteger(left) && Number.isInteger(top), what);
    assert.ok(
      logo.width <=
        Math.max(1, Math.ceil((frame.width * asked.scalePercent) / 100)),
      what,
    );
  }
});

for (const safeZone of [true, false]) {
  test(`a logo on a panorama is still to be seen, ${safeZone ? "in the safe zone" : "in the corner"}`, () => {
    const frame = { width: 4000, height: 100 };
    const logo = overlaySize(
      frame,
      { width: 200, height: 100 },
      { scalePercent: 15, safeZone },
    );
    assert.ok(logo.height >= 50, JSON.stringify(logo));
  });
}
