// Claims about the cap on a reduction: the floor it means in bytes, and the search for settings that stay above it.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Strategy } from "../codecs/codec.ts";
import { floorBytes, gentler } from "./cap.ts";
import type { Runner } from "./race.ts";

const floors: readonly (readonly [
  bytes: number,
  percent: number | null,
  floor: number,
])[] = [
  [1000, null, 0],
  [1000, 0, 1000],
  [1000, 30, 700],
  [1000, 100, 0],
  [999, 50, 500],
  [1, 99, 1],
  [1000, 12.5, 875],
];
for (const [bytes, percent, floor] of floors) {
  test(`${bytes} bytes reduced by at most ${percent} % are at least ${floor}`, () => {
    assert.equal(floorBytes(bytes, percent), floor);
  });
}

/** An encoder whose sizes follow `bytesAt`, and that writes down the qualities it was asked for. */
function encoderOf(bytesAt: (quality: number) => number) {
  const asked: number[] = [];
  return {
    asked,
    encode: (quality: number): Promise<Runner> => {
      asked.push(quality);
      return Promise.resolve({
        strategy: {} as Strategy,
        candidate: {
          bytes: new Uint8Array(bytesAt(quality)),
          method: `q${quality}`,
          byTool: false,
          upright: false,
        },
      });
    },
  };
}

test("finds the lowest quality that stays above the floor, within two points", async () => {
  for (let from = 1; from < 95; from += 7) {
    for (let least = from + 2; least < 97; least += 5) {
      const { encode, asked } = encoderOf((quality) => quality * 10);
      const found = await gentler(from, least * 10, encode);
      const bytes = found?.candidate.bytes.length ?? 0;
      assert.ok(bytes >= least * 10, `${from} ${least}: ${bytes}`);
      assert.ok(bytes <= least * 10 + 20, `${from} ${least}: ${bytes}`);
      assert.ok(asked.length <= 6);
      assert.ok(asked.every((quality) => quality > from && quality <= 100));
    }
  }
});

test("nothing is found when even the gentlest is below the floor", async () => {
  const { encode } = encoderOf((quality) => quality);
  assert.equal(await gentler(80, 1000, encode), undefined);
});

test("nothing is tried when the quality asked for is the highest", async () => {
  const { encode, asked } = encoderOf(() => 10);
  assert.equal(await gentler(100, 1, encode), undefined);
  assert.deepEqual(asked, []);
});

test("where sizes do not rise all the way, the smallest that was seen is kept", async () => {
  const { encode, asked } = encoderOf((quality) => 500 - quality);
  const found = await gentler(20, 100, encode);
  const smallest = Math.min(...asked.map((quality) => 500 - quality));
  assert.equal(found?.candidate.bytes.length, smallest);
});
