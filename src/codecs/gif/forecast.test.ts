// Claims about what is foretold of a GIF: how near it comes to what is made before anything is fitted, and what is known exactly.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { findCommand } from "../../engines/command.ts";
import type { Forecast } from "../codec.ts";
import {
  benchIn,
  foretellStrategy,
  optimizing,
  runStrategy,
} from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { structureOf } from "./blocks.ts";
import { gif, grainy, plainText } from "./gif.fixture.ts";
import { framesOf } from "./frames.ts";
import { header } from "./header.ts";
import { framesIn, imageBytes, rowsIn } from "./part.ts";

const folder = await mkdtemp(join(tmpdir(), "gif-forecast-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp", "gifsicle"]));
const row = { back, header };
const skip =
  findCommand("gifsicle") === undefined && "gifsicle is not installed";

/** A window that moves over soft colors with grain. */
async function panning(
  width: number,
  height: number,
  frames: number,
): Promise<Uint8Array> {
  let seed = 7;
  const wide = width + 4 * frames;
  const scene = Uint8Array.from({ length: wide * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const wave = Math.sin((pixel % wide) / 20) + Math.cos(pixel / wide / 15);
    return 120 + 45 * wave + (at % 3) * 12 + (seed >>> 29);
  });
  const pixels = new Uint8Array(width * height * frames * 3);
  for (let line = 0; line < height * frames; line++) {
    const frame = Math.floor(line / height);
    const from = ((line % height) * wide + frame * 4) * 3;
    pixels.set(scene.subarray(from, from + width * 3), line * width * 3);
  }
  const raw = { width, height: height * frames, channels: 3 } as const;
  return sharp(pixels, {
    raw: { ...raw, ...(frames > 1 && { pageHeight: height }) },
  })
    .gif({ effort: 1 })
    .toBuffer();
}

const pan = await panning(160, 120, 20);
const large = await panning(640, 480, 1);

async function foretold(
  strategy: string,
  input: Uint8Array,
  budgetMs: number,
): Promise<Forecast> {
  const told = await foretellStrategy(
    ...[row, strategy, input, optimizing(60), bench, budgetMs],
  );
  assert.ok(typeof told === "object", JSON.stringify(told));
  return told;
}

const CASES = [
  ["an animation, exactly,", "gifsicle", pan, 100, 0.1],
  ["an animation, with loss,", "gifsicle-lossy", pan, 100, 0.15],
  ["a still with loss", "gifsicle-lossy", large, 60, 0.1],
] as const;

for (const [what, strategy, input, budgetMs, share] of CASES) {
  test(`${what} is told from part of it`, { skip }, async () => {
    const told = await foretold(strategy, input, budgetMs);
    assert.notEqual(told.isWhole, true, "the premise: a part was coded");
    const made = await runStrategy(row, strategy, input, optimizing(60), bench);
    assert.ok(typeof made === "object");
    const ratio = (told.pixelBytes + told.besideBytes) / made.bytes.length;
    assert.ok(Math.abs(ratio - 1) < share, `${ratio}`);
    assert.equal(told.proof !== undefined, strategy === "gifsicle-lossy");
  });
}

for (const strategy of ["gifsicle", "gifsicle-lossy"]) {
  test(
    `what there is time for is told to the byte by ${strategy}`,
    { skip },
    async () => {
      const told = await foretold(strategy, pan, 5000);
      const made = await runStrategy(row, strategy, pan, optimizing(60), bench);
      assert.ok(typeof made === "object");
      assert.equal(told.isWhole, true);
      assert.equal(told.pixelBytes + told.besideBytes, made.bytes.length);
    },
  );
}

test(
  "grain over a still scene is settled in the part as in the whole",
  { skip },
  async () => {
    const scene = { width: 200, height: 150, frames: 20, grain: 2 };
    const told = await foretold("gifsicle-settled", grainy(scene), 150);
    assert.match(told.method, /^settle/);
  },
);

test("a pan is foretold not to settle", { skip }, async () => {
  const told = await foretellStrategy(
    ...[row, "gifsicle-settled", pan, optimizing(60), bench, 150],
  );
  assert.equal(told, "hardly-settles");
});

test("what gifsicle would change is foretold to make nothing", async () => {
  const input = gif({
    ...{ width: 4, height: 4 },
    blocks: [plainText("Hi")],
    frames: [{ width: 4, height: 4 }],
  });
  const told = await foretellStrategy(
    ...[row, "gifsicle", input, optimizing(60), bench],
  );
  assert.equal(told, "plain-text");
});

test("frames are cut out as they are", async () => {
  const structure = structureOf(pan);
  const bytes = imageBytes(structure);
  const runs = [
    { first: 0, count: 2 },
    { first: 9, count: 3 },
  ];
  const part = framesIn(pan, structure, runs);
  const wanted = [...bytes.slice(0, 2), ...bytes.slice(9, 12)];
  assert.deepEqual(imageBytes(structureOf(part)), wanted);
  const { pages } = await sharp(part).metadata();
  assert.equal(pages, 5);
});

test("rows are cut out as they look", async () => {
  const part = rowsIn(large, structureOf(large), 60, 2);
  const [frame] = framesOf(structureOf(part));
  assert.deepEqual([frame!.width, frame!.height], [640, 60]);
  const [cut, whole] = await Promise.all(
    [part, large].map((file) => sharp(file).removeAlpha().raw().toBuffer()),
  );
  const band = cut!.subarray(0, 30 * 640 * 3);
  assert.equal(whole!.indexOf(band), 112 * 640 * 3);
});
