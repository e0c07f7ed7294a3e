// Claims about finding where a result differs most.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { Pixels } from "../../src/score/pixels.ts";
import { cutOut, worstWindow } from "./crop.ts";
import { Judge } from "./judge.ts";

/** Soft waves, and a patch of checks where `spot` says. */
function picture(
  width: number,
  height: number,
  spot?: { x: number; y: number },
): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inSpot =
        spot &&
        x >= spot.x &&
        x < spot.x + 24 &&
        y >= spot.y &&
        y < spot.y + 24;
      const value = inSpot
        ? ((x >> 2) + (y >> 2)) % 2 === 0
          ? 0
          : 255
        : 128 + Math.round(60 * Math.sin(x / 9) * Math.cos(y / 11));
      data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { data, width, height, channels: 3 };
}

const SIZE = { width: 80, height: 60 };

for (const spot of [
  { x: 0, y: 0 },
  { x: 276, y: 176 },
  { x: 150, y: 90 },
]) {
  test(`damage at ${spot.x}, ${spot.y} lies within the window that is found`, () => {
    const before = picture(300, 200);
    const { window, score } = worstWindow(
      before,
      picture(300, 200, spot),
      SIZE,
    );
    assert.deepEqual([window.width, window.height], [80, 60]);
    assert.ok(window.left <= spot.x && spot.x + 24 <= window.left + 80);
    assert.ok(window.top <= spot.y && spot.y + 24 <= window.top + 60);
    assert.ok(score < 50, `${score}`);
  });
}

test("a picture smaller than the window is the window", () => {
  const { window } = worstWindow(picture(70, 200), picture(70, 200), SIZE);
  assert.deepEqual([window.left, window.width, window.height], [0, 70, 60]);
});

test("a result of another size is refused", () => {
  assert.throws(
    () => worstWindow(picture(90, 90), picture(90, 80), SIZE),
    RangeError,
  );
});

test("what is cut out are the rows of the window", () => {
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, at) => at);
  const whole: Pixels = { data, width: 4, height: 3, channels: 3 };
  const cut = cutOut(whole, { left: 1, top: 1, width: 2, height: 2 });
  assert.deepEqual(
    [...cut.data],
    [15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32],
  );
});

const folder = await mkdtemp(join(tmpdir(), "bench-crop-"));
const judge = new Judge({});
after(async () => {
  await judge.close();
  await rm(folder, { recursive: true });
});

async function save(name: string, { data, width, height }: Pixels) {
  const path = join(folder, name);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

test("the judge hands out both sides pixel by pixel, and the place of the window", async () => {
  const pictures = [picture(300, 200), picture(300, 200, { x: 200, y: 10 })];
  const [original, damaged] = await Promise.all(
    pictures.map((pixels, at) => save(`${at}.png`, pixels)),
  );
  const crop = await judge.crop(original!, damaged!, SIZE);
  assert.deepEqual(
    [crop.frame, crop.frames, crop.pictureWidth, crop.pictureHeight],
    [0, 1, 300, 200],
  );
  for (const [side, pixels] of [
    [crop.before, pictures[0]!],
    [crop.after, pictures[1]!],
  ] as const) {
    const shown = await sharp(Buffer.from(side, "base64")).raw().toBuffer();
    assert.ok(shown.equals(cutOut(pixels, crop).data));
  }
});
