// Claims about shrinking on load: by how much a decoder may halve a picture before the filter has it.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import type { Orientation } from "../../image/facts.ts";
import { Canvas } from "../canvas.ts";
import type { Run } from "../step.ts";
import { shrink } from "./shrink.ts";

const SIZE = { width: 161, height: 80 };
const file = await sharp({
  create: { ...SIZE, channels: 3, background: "red" },
})
  .jpeg()
  .toBuffer();

interface Asked {
  readonly reduction: number;
  readonly resize?: "exact" | "fast";
  readonly orientation?: Orientation;
  readonly shrinksOnLoad?: boolean;
}

/** What a step looks at of a run. */
function runOf({
  reduction,
  resize = "exact",
  orientation = 1,
  shrinksOnLoad = true,
}: Asked): Run {
  return {
    intent: { resize },
    resize: { reduction },
    source: {
      decoded: { orientation, ...(shrinksOnLoad && { shrinksOnLoad }) },
    },
  } as Run;
}

const cases: readonly (readonly [
  claim: string,
  asked: Asked,
  factor: number,
])[] = [
  ["nothing is reduced", { reduction: 1 }, 1],
  ["2:1, all of it is the filter's", { reduction: 2 }, 1],
  ["just under 4:1", { reduction: 3.99 }, 1],
  ["4:1", { reduction: 4 }, 2],
  ["just under 8:1", { reduction: 7.99 }, 2],
  ["8:1", { reduction: 8 }, 4],
  ["16:1", { reduction: 16 }, 8],
  ["100:1, the most that a decoder offers", { reduction: 100 }, 8],
  ["a decoder that cannot", { reduction: 16, shrinksOnLoad: false }, 1],
  ["fast, which libvips sees to", { reduction: 16, resize: "fast" }, 1],
  [
    "fast and turned, where it could not",
    { reduction: 4, resize: "fast", orientation: 6 },
    4,
  ],
  ["exact and turned", { reduction: 4, orientation: 8 }, 2],
];
for (const [claim, asked, factor] of cases) {
  test(`shrinks on load by ${factor}: ${claim}`, async () => {
    const run = runOf(asked);
    assert.equal(shrink.applies(run), factor > 1);
    if (factor === 1) return;
    const canvas = Canvas.open({
      input: file,
      size: SIZE,
      frames: 1,
      hasAlpha: false,
      deep: false,
      convertProfile: false,
      tolerance: "warning",
      maxPixels: 1e6,
    });
    await shrink.work(canvas, run);
    const width = Math.ceil(SIZE.width / factor);
    const height = Math.ceil(SIZE.height / factor);
    assert.deepEqual(canvas.size, { width, height });
    // A turn must not come before it in one pass.
    assert.equal(canvas.isSettled, (asked.orientation ?? 1) !== 1);
    const found = await canvas.pixels();
    assert.deepEqual([found.width, found.height], [width, height]);
  });
}
