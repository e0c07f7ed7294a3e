// Claims about the estimate for large images, on images made here.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pixels } from "./pixels.ts";
import { ssimulacra2Sampled } from "./ssimulacra2-sampled.ts";
import { ssimulacra2 } from "./ssimulacra2.ts";

/** Waves with noise that is stronger towards the right. */
function image(width: number, height: number, amplitude: number): Pixels {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    state = (state * 48271) % 2147483647;
    const noise = (state / 2147483647 - 0.5) * amplitude * (0.5 + x / width);
    return 128 + 50 * Math.sin(x / 6) + 50 * Math.cos(y / 9) + noise;
  });
  return { data, width, height, channels: 3 };
}

test("comes close to the full score, even and odd sizes alike", () => {
  for (const [width, height] of [
    [800, 600],
    [601, 787],
    [2001, 115],
  ] as const)
    for (const amplitude of [10, 40]) {
      const clean = image(width, height, 0);
      const noisy = image(width, height, amplitude);
      const full = ssimulacra2(clean, noisy);
      for (const share of [0.1, 0.3, 0.9]) {
        const maxPixels = width * height * share;
        const score = ssimulacra2Sampled(clean, noisy, { maxPixels });
        // Most of the difference is the rim, where this noise scores worst and
        // which tiles seldom touch.
        assert.ok(
          Math.abs(score - full) < 2,
          `${width}x${height}, ${share}: ${score}, not ${full}`,
        );
      }
    }
});

test("gives the same estimate each time", () => {
  const [clean, noisy] = [image(500, 400, 0), image(500, 400, 20)];
  const score = () => ssimulacra2Sampled(clean, noisy, { maxPixels: 50_000 });
  const first = score();
  ssimulacra2(image(900, 120, 0), image(900, 120, 70));
  assert.equal(score(), first);
  assert.notEqual(first, ssimulacra2(clean, noisy));
});

test("is the full score where the image is within maxPixels, or thin", () => {
  for (const [width, height, maxPixels] of [
    [200, 150, 30_000],
    [20, 15, 1e6],
    [400, 112, 5000],
  ] as const) {
    const [clean, noisy] = [image(width, height, 0), image(width, height, 20)];
    assert.equal(
      ssimulacra2Sampled(clean, noisy, { maxPixels }),
      ssimulacra2(clean, noisy),
    );
  }
});

test("gives 100 to an image and itself", () => {
  const same = image(640, 480, 60);
  assert.equal(ssimulacra2Sampled(same, same, { maxPixels: 1 }), 100);
});

test("refuses a maxPixels of no pixels, and sizes that differ", () => {
  const one = image(30, 30, 0);
  for (const maxPixels of [0, -1, NaN])
    assert.throws(
      () => ssimulacra2Sampled(one, one, { maxPixels }),
      RangeError,
    );
  assert.throws(
    () => ssimulacra2Sampled(one, image(30, 31, 0), { maxPixels: 100 }),
    RangeError,
  );
});
