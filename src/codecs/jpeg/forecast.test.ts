// Claims about what is foretold of a JPEG: near what is made from a part of the pixels, exact from all of them, and with what is kept beside them.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { comparing, near, scene } from "../forecast.fixture.ts";
import { benchIn, foretellStrategy, optimizing } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";

const folder = await mkdtemp(join(tmpdir(), "forecast-test-"));
after(() => rm(folder, { recursive: true }));
const bench = benchIn(folder, new Set(["sharp", "jpegtran"]));
const row = { back, header };

const compared = comparing(row, bench);

const WIDTH = 1600;
const HEIGHT = 1200;
const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
const chain = () => sharp(scene(WIDTH, HEIGHT), { raw });
const halved = await chain().jpeg({ quality: 93 }).toBuffer();
const full = await chain()
  .jpeg({ quality: 93, chromaSubsampling: "4:4:4" })
  .toBuffer();
const gray = await chain().grayscale().jpeg({ quality: 93 }).toBuffer();
const noted = await chain()
  .withExif({ IFD0: { ImageDescription: "n".repeat(5000) } })
  .jpeg({ quality: 93 })
  .toBuffer();

for (const [name, file] of Object.entries({ halved, full, gray })) {
  for (const look of [40, 60, 80]) {
    test(`a ${name} picture at ${look} is told from a part of it`, async () => {
      const { ratio, told } = await compared("mozjpeg", file, look);
      near(ratio, 0.1);
      assert.equal(told.isWhole, false);
    });
  }
}

test("with time enough the whole is coded, and the answer exact", async () => {
  const { ratio, told } = await compared("mozjpeg", halved, 60, 60_000);
  assert.equal(told.isWhole, true);
  assert.equal(ratio, 1);
});

test("what has to be turned is not known to the byte, however much time there is", async () => {
  const turned = await chain()
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 93 })
    .toBuffer();
  const { ratio, told } = await compared("mozjpeg", turned, 60, 60_000);
  assert.equal(told.isWhole, false);
  near(ratio, 0.1);
});

test("what needs all chroma is told of with all of it", async () => {
  const { ratio } = await compared("mozjpeg-444", full, 60);
  near(ratio, 0.1);
});

test("half the chroma of what had all of it is to be scored", async () => {
  const { told, made } = await compared("mozjpeg", full, 60);
  assert.equal(told.proof?.minScore, made.minScore);
  const { width, height } = await sharp(told.proof!.after).metadata();
  assert.deepEqual(
    [width, height],
    [told.proof!.before.width, told.proof!.before.height],
  );
  const plain = await compared("mozjpeg", halved, 60);
  assert.equal(plain.told.proof, undefined);
});

test("metadata that is kept is counted, to the byte", async () => {
  const beside = async (strip: boolean): Promise<number> => {
    const intent = optimizing(60, { stripMetadata: strip });
    const told = await foretellStrategy(row, "mozjpeg", noted, intent, bench);
    return typeof told === "string" ? assert.fail(told) : told.besideBytes;
  };
  const kept = (await beside(false)) - (await beside(true));
  assert.ok(kept > 5000 && kept < 5300, `${kept}`);
});

test("another entropy coding is told of from what is there", async () => {
  const { ratio, told } = await compared("jpegtran", halved, 60);
  near(ratio, 0.15);
  assert.equal(told.method, "jpegtran");
});

test("CMYK is told of as CMYK", async () => {
  const cmyk = await chain()
    .toColourspace("cmyk")
    .jpeg({ quality: 93 })
    .toBuffer();
  const { ratio, told } = await compared("mozjpeg", cmyk, 60);
  near(ratio, 0.1);
  assert.equal(told.isWhole, false);
});
