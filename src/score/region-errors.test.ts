// Claims about tiles: that what they count is what the whole image counts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorTotals, SCALES } from "./error-weights.ts";
import type { Pixels } from "./pixels.ts";
import { addRegionErrors, wholeImage } from "./region-errors.ts";

const SIZE = 200;

function texture(spot: number): Pixels {
  const data = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % SIZE;
    const y = Math.floor(i / 3 / SIZE);
    const isInSpot = Math.abs(x - 100) < 8 && Math.abs(y - 90) < 8;
    return ((x * 31 + y * 17) % 97) + 60 + (isInSpot ? spot * (i % 5) : 0);
  });
  return { data, width: SIZE, height: SIZE, channels: 3 };
}

test("a tile counts an error as the whole image does", () => {
  const pair = {
    reference: texture(0),
    distorted: texture(12),
    background: 0,
  };
  const whole = new ErrorTotals();
  addRegionErrors(pair, wholeImage(pair.reference, 0, 2), whole);
  const tile = new ErrorTotals();
  addRegionErrors(
    pair,
    {
      left: 60,
      top: 58,
      width: 80,
      height: 72,
      fromScale: 0,
      toScale: 2,
    },
    tile,
  );
  // Four pixels less on each side, then as many pixels as the whole has.
  tile.addPixels(0, SIZE * SIZE - 72 * 64);
  tile.addPixels(1, 100 * 100 - 32 * 28);
  for (let scale = 2; scale < SCALES; scale++) {
    tile.addPixels(scale, 1);
    whole.addPixels(scale, 1);
  }
  assert.ok(whole.score() < 90, `${whole.score()}`);
  assert.ok(
    Math.abs(tile.score() - whole.score()) < 1e-3,
    `${tile.score()}, not ${whole.score()}`,
  );
});

test("fine and coarse scales apart add up to all scales", () => {
  const pair = {
    reference: texture(0),
    distorted: texture(20),
    background: 0,
  };
  const together = new ErrorTotals();
  addRegionErrors(pair, wholeImage(pair.reference, 0, SCALES), together);
  const apart = new ErrorTotals();
  addRegionErrors(pair, wholeImage(pair.reference, 2, SCALES), apart);
  addRegionErrors(pair, wholeImage(pair.reference, 0, 2), apart);
  assert.equal(apart.score(), together.score());
});
