// Claims about what is foretold of a TIFF: near what is made from rows and squares of its pages, and refused where only doing it tells.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp, { type TiffOptions } from "sharp";

import { NotForetold } from "../forecast.ts";
import { comparing, near, scene } from "../forecast.fixture.ts";
import { benchIn, foretellStrategy, optimizing } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";

const folder = await mkdtemp(join(tmpdir(), "forecast-test-"));
after(() => rm(folder, { recursive: true }));
const bench = benchIn(folder, new Set(["sharp", "jpegtran"]));
const row = { back, header };

const compared = comparing(row, bench);

const raw = { width: 1200, height: 1000, channels: 3 } as const;
const made = (options: TiffOptions): Promise<Uint8Array> =>
  sharp(scene(raw.width, raw.height), { raw }).tiff(options).toBuffer();

const kinds: Readonly<Record<string, TiffOptions>> = {
  plain: { compression: "none" },
  deflated: { compression: "deflate", predictor: "none" },
  tiled: { compression: "lzw", predictor: "none", tile: true },
};

for (const [name, options] of Object.entries(kinds)) {
  test(`a ${name} one without loss is told from some of its rows`, async () => {
    const { ratio, told } = await compared(
      "tiff-repack",
      await made(options),
      80,
    );
    near(ratio, 0.12);
    assert.ok(told.features["share"]! < 1);
  });
  test(`a ${name} one in JPEG is told from squares of it, and to be scored`, async () => {
    const file = await made(options);
    const { ratio, told, made: done } = await compared("tiff-jpeg", file, 60);
    near(ratio, 0.15);
    assert.equal(told.proof?.minScore, done.minScore);
  });
}

test("black and white, which may be faxed, is not told from a part", async () => {
  const size = { width: 200, height: 200, channels: 3 } as const;
  const file = await sharp(scene(200, 200), { raw: size })
    .threshold(120)
    .toColourspace("b-w")
    .tiff({ bitdepth: 1, compression: "none" })
    .toBuffer();
  await assert.rejects(
    foretellStrategy(row, "tiff-repack", file, optimizing(80), bench),
    NotForetold,
  );
});
