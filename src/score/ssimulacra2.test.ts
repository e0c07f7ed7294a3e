// Claims about the full score: agreement with the reference tool on its pairs,
// and sense on small images made here.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Pixels } from "./pixels.ts";
import { LEAST_SIDE } from "./region-errors.ts";
import { ssimulacra2 } from "./ssimulacra2.ts";

type Sample = (x: number, y: number, channel: number) => number;

function paint(
  width: number,
  height: number,
  channels: 3 | 4,
  sample: Sample,
): Pixels {
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => {
      const pixel = Math.floor(i / channels);
      const value = sample(
        pixel % width,
        Math.floor(pixel / width),
        i % channels,
      );
      return Math.round(Math.min(255, Math.max(0, value)));
    },
  );
  return { data, width, height, channels };
}

const waves: Sample = (x, y, channel) =>
  128 + 60 * Math.sin(x / (5 + channel)) + 50 * Math.cos(y / 7 + channel);

/** Noise in -1 to 1 that depends on nothing but the place. */
const grain: Sample = (x, y, channel) =>
  ((Math.imul(x * 7919 + y * 104729 + channel * 1299709, 2654435761) >>> 8) %
    2001) /
    1000 -
  1;

const noisy = (width: number, height: number, amplitude: number) =>
  paint(
    width,
    height,
    3,
    (x, y, c) => waves(x, y, c) + amplitude * grain(x, y, c),
  );

const METRICS = new URL("../../../shared/metrics/", import.meta.url);

async function decode(file: string): Promise<Pixels> {
  const { data, info } = await sharp(fileURLToPath(new URL(file, METRICS)))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

interface ReferenceScore {
  readonly original: string;
  readonly distorted: string;
  readonly ssimulacra2: number;
}

test(
  "agrees with the reference on 48 pairs",
  { skip: existsSync(METRICS) ? false : "shared/metrics is not here" },
  async () => {
    const list = readFileSync(new URL("scores.json", METRICS), "utf8");
    const pairs = JSON.parse(list) as ReferenceScore[];
    const differences: number[] = [];
    for (const pair of pairs) {
      const score = ssimulacra2(
        await decode(pair.original),
        await decode(pair.distorted),
      );
      const difference = Math.abs(score - pair.ssimulacra2);
      assert.ok(difference < 1, `${pair.distorted} is off by ${difference}`);
      differences.push(difference);
    }
    assert.equal(differences.length, 48);
    const mean = differences.reduce((sum, d) => sum + d) / 48;
    assert.ok(mean < 0.1, `off by ${mean} on average`);
  },
);

test("gives 100 to an image and itself, whatever its size", () => {
  for (const [width, height] of [
    [1, 1],
    [3, 2],
    [7, 300],
    [113, 113],
    [131, 127],
    [256, 190],
  ] as const) {
    const image = noisy(width, height, 40);
    assert.equal(ssimulacra2(image, image), 100, `${width}x${height}`);
  }
});

test("falls as noise grows, whatever the size", () => {
  for (const [width, height] of [
    [5, 5],
    [33, 9],
    [64, 64],
    [127, 129],
    [301, 214],
  ] as const) {
    const clean = noisy(width, height, 0);
    let last = 100;
    for (const amplitude of [3, 6, 12, 25, 50]) {
      const score = ssimulacra2(clean, noisy(width, height, amplitude));
      assert.ok(
        score < last,
        `${width}x${height}, noise ${amplitude}: ${score} after ${last}`,
      );
      last = score;
    }
  }
});

test("tells a single black pixel from a grey and a white one", () => {
  const pixel = (level: number) => paint(1, 1, 3, () => level);
  const toNear = ssimulacra2(pixel(0), pixel(30));
  const toFar = ssimulacra2(pixel(0), pixel(255));
  assert.ok(toNear < 95, `${toNear}`);
  assert.ok(toFar < toNear - 20, `${toFar}`);
});

test("scores small images as their mirrored continuation", () => {
  const [width, height] = [50, 37];
  const fold = (i: number, n: number) =>
    i % (2 * n) < n ? i % (2 * n) : 2 * n - 1 - (i % (2 * n));
  const continued = (amplitude: number) =>
    paint(LEAST_SIDE, LEAST_SIDE, 3, (x, y, c) => {
      const [u, v] = [fold(x, width), fold(y, height)];
      return waves(u, v, c) + amplitude * grain(u, v, c);
    });
  assert.equal(
    ssimulacra2(noisy(width, height, 0), noisy(width, height, 20)),
    ssimulacra2(continued(0), continued(20)),
  );
});

test("gives lost detail another score than added detail", () => {
  const [smooth, rough] = [noisy(200, 150, 0), noisy(200, 150, 30)];
  assert.notEqual(ssimulacra2(smooth, rough), ssimulacra2(rough, smooth));
});

test("counts the background that shows an error more", () => {
  const size = 128;
  const alpha = 26;
  const isSpot = (x: number, y: number) => x % 16 < 6 && y % 16 < 6;
  const clear = paint(size, size, 4, () => 0);
  const grey = (background: number) =>
    paint(size, size, 3, () => background * 255);
  for (const level of [26, 230]) {
    const spotted = paint(size, size, 4, (x, y, c) =>
      c < 3 ? level : isSpot(x, y) ? alpha : 0,
    );
    const over = (background: number) =>
      paint(size, size, 3, (x, y) => {
        const behind = background * 255;
        const blend = behind + (level - behind) * (alpha / 255);
        return isSpot(x, y) ? blend : behind;
      });
    const [dark, light] = [0.1, 0.9].map((background) =>
      ssimulacra2(grey(background), over(background)),
    ) as [number, number];
    assert.ok(Math.abs(dark - light) > 30, `${dark}, ${light}`);
    const score = ssimulacra2(clear, spotted);
    const worst = Math.min(dark, light);
    // 8-bit blends are rounded, by up to a twentieth of the spots' contrast.
    assert.ok(
      Math.abs(score - worst) < (100 - worst) / 10,
      `${score}, not ${worst}`,
    );
  }
});

test("blends half-transparent pixels as 8-bit compositing does", () => {
  const size = 120;
  const half = (amplitude: number) =>
    paint(size, size, 4, (x, y, c) =>
      c === 3 ? 128 : waves(x, y, c) + amplitude * grain(x, y, c),
    );
  const over = (background: number, amplitude: number) =>
    paint(size, size, 3, (x, y, c) => {
      const colour = Math.round(waves(x, y, c) + amplitude * grain(x, y, c));
      return (colour * 128 + background * 255 * 127) / 255;
    });
  const expected = Math.min(
    ssimulacra2(over(0.1, 0), over(0.1, 30)),
    ssimulacra2(over(0.9, 0), over(0.9, 30)),
  );
  const score = ssimulacra2(half(0), half(30));
  assert.ok(Math.abs(score - expected) < 1, `${score}, not ${expected}`);
});

test("ignores colour behind full transparency and alpha that is opaque", () => {
  const hidden = (level: number) =>
    paint(40, 40, 4, (_, __, c) => (c === 3 ? 0 : level));
  assert.equal(ssimulacra2(hidden(0), hidden(255)), 100);
  const opaque = (amplitude: number) =>
    paint(60, 60, 4, (x, y, c) =>
      c === 3 ? 255 : waves(x, y, c) + amplitude * grain(x, y, c),
    );
  assert.equal(
    ssimulacra2(opaque(0), opaque(15)),
    ssimulacra2(noisy(60, 60, 0), noisy(60, 60, 15)),
  );
  assert.equal(ssimulacra2(opaque(0), noisy(60, 60, 0)), 100);
});

test("catches alpha that only one of the images has", () => {
  const faded = paint(130, 130, 4, (x, y, c) =>
    c === 3 ? 255 - x : waves(x, y, c),
  );
  const solid = noisy(130, 130, 0);
  assert.ok(ssimulacra2(solid, faded) < 60);
  assert.ok(ssimulacra2(faded, solid) < 60);
});

test("a comparison leaves no trace on the next", () => {
  const score = () => ssimulacra2(noisy(150, 120, 0), noisy(150, 120, 10));
  const first = score();
  ssimulacra2(noisy(700, 130, 0), noisy(700, 130, 90));
  assert.equal(score(), first);
});

test("refuses images that cannot be compared, as a RangeError", () => {
  const image = noisy(10, 10, 0);
  const refused: Pixels[] = [
    noisy(10, 11, 0),
    noisy(11, 10, 0),
    { ...image, channels: 4 },
    { ...image, data: image.data.subarray(1) },
    { ...image, width: 0, data: new Uint8Array(0) },
    { ...image, height: -10 },
    { ...image, width: 2.5, height: 40 },
  ];
  for (const other of refused) {
    assert.throws(() => ssimulacra2(image, other), RangeError);
    assert.throws(() => ssimulacra2(other, image), RangeError);
  }
});
