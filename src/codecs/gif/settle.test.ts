// Claims about settling: what is shown stays within the distance, nothing more changes, and hostile codes do no harm.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { gif, grainy } from "./gif.fixture.ts";
import { storeCodes, readCodes, inSubBlocks } from "./lzw.ts";
import { joinSubBlocks } from "./blocks.ts";
import { settle } from "./settle.ts";

const noisy = grainy({ width: 40, height: 30, frames: 5, grain: 4 });

const shown = (file: Uint8Array): Promise<Buffer> =>
  sharp(file, { animated: true }).removeAlpha().raw().toBuffer();

/** The largest distance between two colors at one place. */
function furthest(a: Buffer, b: Buffer): number {
  assert.equal(a.length, b.length);
  let most = 0;
  for (let at = 0; at < a.length; at += 3)
    most = Math.max(
      most,
      Math.hypot(
        a[at]! - b[at]!,
        a[at + 1]! - b[at + 1]!,
        a[at + 2]! - b[at + 2]!,
      ),
    );
  return most;
}

for (const distance of [0, 5, 12, 24]) {
  test(`no pixel is further than ${distance} from what it was`, async () => {
    const { bytes, share } = settle(noisy, distance);
    const apart = furthest(await shown(noisy), await shown(bytes));
    assert.ok(apart <= distance, `${apart}`);
    assert.equal(share > 0, distance > 0);
  });
}

test("interlaced frames, parts and palettes of their own stay what they are", async () => {
  const pixels = Array.from({ length: 48 }, (_, at) => at % 3);
  const frame = { width: 8, height: 6, pixels };
  const part = { width: 4, height: 5, pixels: pixels.slice(0, 20) };
  const palette = [
    [9, 9, 9],
    [99, 0, 0],
    [0, 99, 0],
    [0, 0, 99],
  ] as const;
  const file = gif({
    width: 8,
    height: 6,
    frames: [
      { ...frame, interlaced: true },
      { ...part, left: 4, palette, delay: 3 },
      { ...part, top: 1, transparent: 1, interlaced: true },
    ],
  });
  assert.deepEqual(await shown(settle(file, 0).bytes), await shown(file));
});

for (const bits of [0, 1, 12, 200]) {
  test(`a minimum code size of ${bits} ends`, () => {
    const file = noisy.slice();
    // Behind header, palette, control and descriptor stands the first frame's.
    const at = 13 + 768 + 8 + 10;
    assert.equal(file[at], 8, "premise");
    file[at] = bits;
    assert.ok(settle(file, 20).bytes.length < 2 * noisy.length);
  });
}

for (const bits of [2, 5, 8]) {
  test(`stored codes of ${bits} bits are read as they were written`, () => {
    const indices = Uint8Array.from(
      { length: 5000 },
      (_, at) => (at * 7) % 2 ** bits,
    );
    const codes = joinSubBlocks(storeCodes(indices, bits));
    assert.deepEqual(readCodes(codes, bits, 5000), indices);
  });
}

test("codes that other tools compress are read to the pixel", async () => {
  // Long runs, and more codes than the table holds.
  const levels = Uint8Array.from({ length: 90_000 }, (_, at) =>
    at < 20_000 ? 0 : (at * at) % 251,
  );
  const file = new Uint8Array(
    await sharp(levels, { raw: { width: 300, height: 300, channels: 1 } })
      .gif({ dither: 0 })
      .toBuffer(),
  );
  assert.deepEqual(await shown(settle(file, 0).bytes), await shown(file));
});

test("data are cut into sub-blocks and joined again", () => {
  for (const length of [0, 1, 255, 256, 700]) {
    const data = Uint8Array.from({ length }, (_, at) => at);
    assert.deepEqual(joinSubBlocks(inSubBlocks(data)), data);
  }
});
