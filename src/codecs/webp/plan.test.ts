// Claims about WebP settings and what the format cannot hold.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { ConvertIntent } from "../../image/intent.ts";
import type { WorkBench } from "../codec.ts";
import { back } from "./back.ts";
import {
  convertSettings,
  looksAsAsked,
  losslessSettings,
  lossySettings,
  MAX_EDGE,
} from "./plan.ts";

const STILL = { width: 9, height: 7, hasAlpha: false, frames: 1 };

test("quality goes to the encoder as it stands, 0 as its lowest", () => {
  for (const [value, quality] of [
    [0, 1],
    [1, 1],
    [80, 80],
    [100, 100],
  ] as const) {
    const intent = {
      quality: { scale: "encoder", value },
      encoding: { lossless: false },
    } as ConvertIntent;
    assert.equal(convertSettings(intent, STILL).quality, quality);
  }
});

for (const [width, height, holds] of [
  [MAX_EDGE, MAX_EDGE, true],
  [MAX_EDGE + 1, 1, false],
  [1, MAX_EDGE + 1, false],
] as const) {
  test(`a picture of ${width} × ${height} is ${holds ? "taken" : "refused by name, not by the encoder"}`, () => {
    const intent = {
      quality: { scale: "encoder", value: 80 },
      encoding: { lossless: false },
    } as ConvertIntent;
    const encode = () =>
      back.encoding?.(
        intent,
        { width, height, hasAlpha: false, frames: 1 },
        {} as WorkBench,
      );
    if (holds) assert.equal(encode()?.engine, "sharp");
    else
      assert.throws(encode, {
        code: "image_too_large",
        context: { limit: MAX_EDGE },
      });
  });
}

const PHOTO = { pixels: 1_000_000, hasAlpha: false };

for (const scale of ["look", "encoder"] as const) {
  test(`quality rises with what is asked on the ${scale} scale, within 1 to 100`, () => {
    const values = Array.from({ length: 100 }, (_, step) => step + 1);
    const found = values.map(
      (value) => lossySettings({ scale, value }, PHOTO).quality,
    );
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
    );
    assert.ok((found[0] ?? 0) >= 1);
    assert.equal(found.at(-1), 100);
  });
}

test("what was encoded for a look is known to have it, three points better is too, four is not", () => {
  for (let value = 1; value <= 90; value++) {
    const quality = { scale: "look", value } as const;
    const sourceQuality = lossySettings(quality, PHOTO).quality;
    const asked = (more: number): boolean =>
      looksAsAsked({ sourceQuality: sourceQuality + more }, quality);
    assert.deepEqual([0, 3, 4].map(asked), [true, true, false], `${value}`);
  }
});

test("a picture of unknown quality does not look as asked", () => {
  assert.equal(looksAsAsked({}, { scale: "look", value: 100 }), false);
});

test("effort ends where it costs too much: above 2 MP, and beside alpha", () => {
  const quality = { scale: "look", value: 60 } as const;
  for (const [pixels, hasAlpha, lossy, lossless] of [
    [2_000_000, false, 6, 5],
    [2_000_001, false, 4, 4],
    [30_000, true, 4, 5],
  ] as const) {
    const work = { pixels, hasAlpha };
    assert.equal(lossySettings(quality, work).effort, lossy);
    assert.equal(losslessSettings(work).effort, lossless);
  }
});
