// Which strategies /optimize tries where pixels may be lost: long work without loss waits until it is known whether it can come near.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { findCommand } from "../src/engines/command.ts";
import { grainy, patterned } from "../src/codecs/gif/gif.fixture.ts";
import { photo, quadrants } from "./images.fixture.ts";
import { postOptimize } from "./optimize.fixture.ts";
import { bytesOf } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();

async function contest(source: Uint8Array, options: object) {
  const response = await postOptimize(service().base, source, options);
  assert.equal(response.status, 200);
  const header = (name: string): string =>
    response.headers.get(`x-optimization-${name}`) ?? "";
  assert.ok((await bytesOf(response)).length <= source.length);
  const [method, list] = [header("method"), header("declined")];
  const declined = new Map(
    list.split(", ").map((each) => each.split("=") as [string, string]),
  );
  return { method, declined };
}

const scene = photo(480, 360);
const asTiff = await scene.clone().tiff({ compression: "lzw" }).toBuffer();
const asPng = await scene.clone().png().toBuffer();
const flat = await (await quadrants(480, 360)).png().toBuffer();
const flatTiff = await (
  await quadrants(480, 360)
)
  .tiff({ compression: "none" })
  .toBuffer();

describe("long work without loss", () => {
  test("is left out for a photo whose lossy result is far smaller", async () => {
    const tiff = await contest(asTiff, { quality: 50 });
    assert.equal(tiff.method, "tiff-jpeg");
    assert.equal(tiff.declined.get("tiff-repack"), "far-larger");
    assert.equal(tiff.declined.get("metadata-strip"), "larger");
    const png = await contest(asPng, { quality: 50 });
    assert.match(png.method, /imagequant/);
    assert.equal(png.declined.get("oxipng"), "far-larger");
  });

  test("is done, and wins, for a drawing that it suits", async () => {
    const tiff = await contest(flatTiff, { quality: 50 });
    assert.equal(tiff.method, "tiff-deflate");
    assert.ok(tiff.declined.has("tiff-jpeg"));
    const png = await contest(flat, { quality: 50 });
    assert.equal(png.method, "oxipng");
    assert.equal(png.declined.get("imagequant"), "few-colors");
  });

  test("is done where nothing may be lost", async () => {
    const tiff = await contest(asTiff, { quality: 90 });
    assert.equal(tiff.method, "tiff-deflate");
    const png = await contest(asPng, { png_lossy: false });
    assert.equal(png.method, "oxipng");
  });

  test("is done under a cap, where the smallest is not what is sought", async () => {
    const tiff = await contest(asTiff, { quality: 50, max_reduction: 95 });
    assert.notEqual(tiff.declined.get("tiff-repack"), "far-larger");
  });
});

describe(
  "an animation with loss",
  { skip: findCommand("gifsicle") === undefined && "gifsicle is not there" },
  () => {
    const size = { width: 200, height: 150, frames: 6 };

    test("is settled where that keeps its score, and then not coded otherwise", async () => {
      const still = grainy({ ...size, grain: 3 });
      const { method, declined } = await contest(still, { quality: 60 });
      assert.match(method, /^settle \+ gifsicle/);
      assert.equal(declined.get("gifsicle-lossy"), "far-larger");
    });

    test("is coded otherwise where settling falls below its score", async () => {
      const { method, declined } = await contest(patterned(size), {
        quality: 60,
      });
      assert.equal(method, "gifsicle -O3 --lossy=30");
      assert.equal(declined.get("gifsicle-settled"), "score-too-low");
    });
  },
);
