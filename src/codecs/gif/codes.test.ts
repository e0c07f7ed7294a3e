// Claims about following codes: what a decoder draws whole is sound, and whatever it would stumble over is not.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { noise } from "../noise.fixture.ts";
import { structureOf } from "./blocks.ts";
import { followCodes } from "./codes.ts";
import { gif, grainy } from "./gif.fixture.ts";
import { inSubBlocks } from "./lzw.ts";

const packed = new Uint8Array(await noise(120, 90).gif().toBuffer());
const stored = grainy({ width: 30, height: 20, frames: 3, grain: 4 });

/** One frame of 4 × 2 pixels in a palette of four, with these 3-bit codes. */
function coded(codes: readonly number[]): Uint8Array {
  const file = gif({ width: 4, height: 2, frames: [{ width: 4, height: 2 }] });
  const { data } = structureOf(file).blocks[0]!;
  const bits = codes.reduce((sum, code, at) => sum + code * 8 ** at, 0);
  const bytes = Array.from(
    { length: Math.ceil((codes.length * 3) / 8) },
    (_, at) => Math.floor(bits / 256 ** at) % 256,
  );
  const head = file.subarray(0, data);
  const body = inSubBlocks(Uint8Array.from(bytes));
  return new Uint8Array(Buffer.concat([head, body, Uint8Array.of(0x3b)]));
}

const [CLEAR, END] = [4, 5];
/** 3, 2, 2 and 1 pixels: the table is cleared before it would need wider codes. */
const EIGHT = [CLEAR, 1, 6, CLEAR, 3, 2, CLEAR, 1, 0, CLEAR, 2];

for (const [name, file] of [
  ["stored in codes of one width", stored],
  ["packed with a full table", packed],
  ["a run that begins with the one before it", coded([...EIGHT, END])],
] as const) {
  test(`sound: ${name}`, async () => {
    followCodes(file);
    await sharp(file, { animated: true }).raw().toBuffer();
  });
}

for (const [name, codes] of [
  ["too few pixels", [CLEAR, 1, 6, END]],
  ["codes that go on where they should end", EIGHT],
  ["more pixels than there are", [...EIGHT, 1, END]],
  ["a code that stands for nothing yet", [CLEAR, 1, 7, END]],
  ["a run before any pixel", [CLEAR, 6, 1, END]],
] as const) {
  test(`not sound: ${name}`, () => {
    assert.throws(() => followCodes(coded(codes)), /not those of its pixels/);
  });
}

test("not sound: an index that is no color", () => {
  const two = gif({
    ...{ width: 2, height: 1 },
    palette: [
      [0, 0, 0],
      [9, 9, 9],
    ],
    frames: [{ width: 2, height: 1, pixels: [1, 2] }],
  });
  assert.throws(() => followCodes(two), /not those of its pixels/);
});

test("not sound: a file that ends within a frame", () => {
  assert.throws(() => followCodes(packed.subarray(0, 900)), /ends within/);
});

test("damage within packed codes is often seen, and never leads astray", () => {
  const { blocks } = structureOf(packed);
  const { data, end } = blocks.find(({ kind }) => kind === "image")!;
  let [tried, refused] = [0, 0];
  for (let at = data + 1; at < end - 1; at += 97) {
    tried++;
    const damaged = packed.slice();
    damaged[at] = damaged[at]! ^ 0x40;
    try {
      followCodes(damaged);
    } catch {
      refused++;
    }
  }
  assert.ok(refused > tried / 5, `${refused} of ${tried}`);
});

test(
  "real files are sound as a decoder finds them",
  { skip: withoutCorpus },
  async () => {
    const names = corpusFiles("gif");
    assert.ok(names.length > 10, "premise");
    for (const { file: name } of names) {
      const file = readCorpus(name);
      const options = { animated: true, failOn: "warning" } as const;
      const decodes = await sharp(file, options)
        .raw()
        .toBuffer()
        .then(
          () => true,
          () => false,
        );
      const isSound = !throws(() => followCodes(file));
      assert.equal(isSound && !decodes, false, name);
    }
  },
);

function throws(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
