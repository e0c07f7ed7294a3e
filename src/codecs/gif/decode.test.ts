// Claims about handing GIFs to libvips: where it would misread one, it is led to the right size and transparency.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { WorkBench } from "../codec.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { decode } from "./decode.ts";
import { COLORS, gif } from "./gif.fixture.ts";
import { header } from "./header.ts";

const folder = await mkdtemp(join(tmpdir(), "gif-decode-test-"));
after(() => rm(folder, { recursive: true }));
let made = 0;
let warnings: string[] = [];
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 10_000,
  warn: (token) => warnings.push(token),
};

/** The frames below each other, in RGBA, and whether the file itself was read. */
async function decoded(file: Uint8Array) {
  warnings = [];
  const path = bench.scratch("in.gif");
  await writeFile(path, file);
  const facts = await header(readerOfBytes(file));
  const source = await decode(path, facts, bench);
  const pages = source.stacked ? {} : { pages: facts.frames };
  const { data, info } = await sharp(source.path, pages)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual(
    [info.width, info.height],
    [facts.width, facts.height * facts.frames],
  );
  const at = (frame: number, x: number, y: number) => [
    ...data.subarray(
      ((frame * facts.height + y) * facts.width + x) * 4,
      ((frame * facts.height + y) * facts.width + x) * 4 + 4,
    ),
  ];
  return { at, isItself: source.path === path };
}

const color = (index: number): number[] => [...(COLORS[index] ?? []), 255];
const NOTHING = [0, 0, 0, 0];

test("a plain file is read as it is", async () => {
  const { at, isItself } = await decoded(
    gif({ width: 4, height: 4, frames: [{ width: 4, height: 4 }] }),
  );
  assert.ok(isItself);
  assert.deepEqual(at(0, 3, 3), color(0));
});

for (const [width, height] of [
  [640, 480],
  [3000, 8],
] as const) {
  test(`a screen of ${width} × ${height} is the picture's size, whatever its frames cover`, async () => {
    const { at } = await decoded(
      gif({
        width,
        height,
        frames: [
          { width: 5, height: 5, left: 2, delay: 4 },
          { width: 2, height: 2, pixels: [1, 1, 1, 1] },
        ],
      }),
    );
    assert.deepEqual(at(0, 3, 3), color(0));
    assert.deepEqual(at(0, width - 1, height - 1), NOTHING);
    assert.deepEqual(at(1, 1, 1), color(1));
    assert.deepEqual(at(1, 3, 3), color(0));
  });
}

test("what no frame covers is transparent, not of the background's color", async () => {
  const { at } = await decoded(
    gif({
      width: 8,
      height: 8,
      background: 2,
      frames: [
        { width: 4, height: 8, delay: 1, disposal: 2 },
        { width: 4, height: 4, left: 4, delay: 1 },
      ],
    }),
  );
  assert.deepEqual(at(0, 0, 0), color(0));
  assert.deepEqual(at(0, 7, 7), NOTHING);
  assert.deepEqual(at(1, 0, 0), NOTHING);
  assert.deepEqual(at(1, 4, 0), color(0));
});

test("a file cut within a frame is read up to it, and that is said", async () => {
  const frame = { width: 8, height: 8, delay: 1 };
  const file = gif({ width: 8, height: 8, frames: [frame, frame] });
  const { at } = await decoded(file.subarray(0, file.length - 5));
  assert.deepEqual(at(0, 7, 7), color(0));
  assert.deepEqual(warnings, ["truncated"]);
});
