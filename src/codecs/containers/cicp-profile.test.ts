// Claims about profiles built from code points, judged by the color management that will use them (lcms, through sharp).

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { readMetadata } from "../jpeg/metadata.ts";
import { writeMetadata } from "../png/metadata.ts";
import { profileFromCicp } from "./cicp-profile.ts";
import { readCorpus, withoutCorpus } from "./corpus.fixture.ts";
import { hlgToDisplay, pqToDisplay, toneMap } from "./hdr-curve.ts";
import { readProfile } from "./icc.ts";

const LEVELS = [0, 1, 4, 16, 48, 96, 128, 176, 224, 255];
const COLORS = LEVELS.flatMap((red) =>
  LEVELS.flatMap((green) => LEVELS.map((blue) => [red, green, blue])),
);

function build(primaries: number, transfer: number): Uint8Array | undefined {
  return profileFromCicp({ primaries, transfer, matrix: 0, fullRange: true });
}

/** Colors under a profile as sRGB, by lcms. */
async function toSrgb(icc: Uint8Array, colors: readonly number[][]) {
  const raw = { width: colors.length, height: 1, channels: 3 } as const;
  const png = await sharp(Uint8Array.from(colors.flat()), { raw })
    .png()
    .toBuffer();
  const { bytes } = writeMetadata(png, { icc });
  return sharp(bytes).toColorspace("srgb").raw().toBuffer();
}

test(
  "Display P3 by its code points is the profile Apple ships, within a level",
  { skip: withoutCorpus },
  async () => {
    const ours = build(12, 13);
    const { icc } = readMetadata(readCorpus("jpeg/icc-displayp3-fire.jpg"));
    assert.ok(ours && icc);
    const [left, right] = [
      await toSrgb(ours, COLORS),
      await toSrgb(icc, COLORS),
    ];
    const worst = left.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? 0))),
      0,
    );
    assert.ok(worst <= 1, `${worst} levels`);
  },
);

const none: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 2],
  [1, 6],
  [1, 13],
  [2, 2],
  [2, 13],
  [0, 13],
  [3, 13],
  [1, 0],
  [1, 99],
  [999, 13],
];

for (const [primaries, transfer] of none) {
  test(`${primaries}/${transfer} needs no profile or is not known`, () => {
    assert.equal(build(primaries, transfer), undefined);
  });
}

for (const primaries of [1, 4, 5, 6, 7, 8, 9, 11, 12, 22]) {
  for (const transfer of [4, 5, 8, 13, 16, 18]) {
    if (primaries === 1 && transfer === 13) continue;
    test(`${primaries}/${transfer} is a profile that keeps gray gray and white white`, async () => {
      const profile = build(primaries, transfer);
      assert.ok(profile);
      assert.equal(readProfile(profile).kind, "other");
      const grays = [0, 64, 128, 255].map((level) => [level, level, level]);
      const pixels = await toSrgb(profile, grays);
      assert.deepEqual([...pixels.subarray(0, 3)], [0, 0, 0]);
      assert.deepEqual([...pixels.subarray(9)], [255, 255, 255]);
      for (let at = 3; at < 9; at += 3) {
        const spread = [...pixels.subarray(at, at + 3)];
        assert.ok(Math.max(...spread) - Math.min(...spread) <= 1);
      }
    });
  }
}

test("reference white shows at 0.58 of display white, 1000 cd/m² at all of it", () => {
  assert.ok(Math.abs(toneMap(203) - 0.58) < 0.01);
  assert.ok(toneMap(1000) > 0.9999 && toneMap(10_000) === 1);
  assert.equal(toneMap(0), 0);
});

test("PQ at 58 % and HLG at 75 % are reference white (BT.2408, table 1)", () => {
  assert.ok(Math.abs(pqToDisplay(0.5807) - toneMap(203)) < 0.005);
  assert.ok(Math.abs(hlgToDisplay(0.75) - toneMap(203)) < 0.005);
});

test("both curves rise from black to white", () => {
  for (const curve of [pqToDisplay, hlgToDisplay]) {
    assert.ok(curve(0) < 1e-6);
    assert.ok(curve(1) > 0.999);
    let last = 0;
    for (let signal = 0; signal <= 1; signal += 1 / 1024) {
      assert.ok(curve(signal) >= last);
      last = curve(signal);
    }
  }
});
