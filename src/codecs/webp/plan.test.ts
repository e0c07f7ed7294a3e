// Claims about WebP settings and what the format cannot hold.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { ConvertIntent } from "../../image/intent.ts";
import type { WorkBench } from "../codec.ts";
import { back } from "./back.ts";
import { MAX_EDGE, webpSettings } from "./plan.ts";

test("quality goes to the encoder as it stands, 0 as its lowest", () => {
  for (const [value, quality] of [
    [0, 1],
    [1, 1],
    [80, 80],
    [100, 100],
  ] as const) {
    assert.equal(webpSettings({ scale: "encoder", value }).quality, quality);
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
    } as ConvertIntent;
    const encode = () =>
      back.encoding?.(
        intent,
        { width, height, hasAlpha: false },
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
