// Claims about resizing: which pixels are touched at all, and that both ways agree on what is shown.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RawPixels } from "../../codecs/codec.ts";
import { planResize } from "../../image/geometry.ts";
import type { BoxIntent } from "../../image/intent.ts";
import { Canvas } from "../canvas.ts";
import type { Run } from "../step.ts";
import { resize } from "./resize.ts";

/** Every pixel says where it was. */
const source: RawPixels = {
  width: 40,
  height: 20,
  channels: 3,
  data: Uint8Array.from({ length: 40 * 20 * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return [(pixel % 40) * 6, Math.floor(pixel / 40) * 12, 77][at % 3]!;
  }),
};

async function resized(
  box: BoxIntent,
  how: "exact" | "fast",
): Promise<RawPixels> {
  const canvas = Canvas.on(source, 1e6);
  const run = {
    intent: { resize: how, box },
    resize: planResize(source, box),
  } as Run;
  assert.ok(resize.applies(run));
  await resize.work(canvas, run);
  return canvas.pixels();
}

test("a run without a box has nothing to resize", () => {
  assert.equal(resize.applies({ intent: {} } as Run), false);
});

for (const how of ["exact", "fast"] as const) {
  test(`${how}: a picture of its planned size is not touched`, async () => {
    for (const fit of ["inside", "cover", "contain", "fill"] as const) {
      const box = { width: 40, height: 20, fit, enlarge: false };
      assert.deepEqual(
        Buffer.from((await resized(box, how)).data),
        Buffer.from(source.data),
        fit,
      );
    }
  });

  for (const [width, height, left, top] of [
    [20, 20, 10, 0],
    [13, 20, 13, 0],
    [40, 7, 0, 6],
    [1, 20, 19, 0],
  ] as const) {
    test(`${how}: cut to ${width} × ${height}, the middle's pixels stay as they were`, async () => {
      const box = { width, height, fit: "cover", enlarge: false } as const;
      const found = await resized(box, how);
      assert.deepEqual([found.width, found.height], [width, height]);
      for (let pixel = 0; pixel < width * height; pixel++) {
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        assert.deepEqual(
          [...found.data.subarray(pixel * 3, pixel * 3 + 3)],
          [(left + x) * 6, (top + y) * 12, 77],
        );
      }
    });
  }
}

for (const [fit, width, height, enlarge] of [
  ["inside", 16, 16, false],
  ["cover", 10, 10, false],
  ["cover", 30, 12, true],
  ["fill", 33, 9, false],
  ["fill", 70, 50, true],
] as const) {
  test(`exact and fast show the same part, ${fit} ${width} × ${height}`, async () => {
    const box = { width, height, fit, enlarge };
    const [exact, fast] = [
      await resized(box, "exact"),
      await resized(box, "fast"),
    ];
    assert.deepEqual([exact.width, exact.height], [fast.width, fast.height]);
    // A slope is the same in linear light but for its curve; a shift by a pixel would be 6 levels and more.
    const off = Array.from(exact.data).reduce(
      (sum, value, at) => sum + Math.abs(value - fast.data[at]!),
      0,
    );
    assert.ok(off / exact.data.length < 3, `${off / exact.data.length}`);
  });
}
