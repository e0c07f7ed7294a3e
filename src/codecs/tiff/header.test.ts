// Claims about what a TIFF's directories tell.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Facts } from "../../image/facts.ts";
import { orientedSize } from "../../image/geometry.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import type { Form } from "./structure.ts";
import { TAG } from "./tags.ts";
import type { Field, Tree } from "./tree.ts";
import {
  CLASSIC,
  FORMS,
  grayPage,
  picture,
  textField,
} from "./tiff.fixture.ts";
import { writeTiff } from "./write.ts";

const factsOf = (form: Form, ...trees: Tree[]): Promise<Facts> =>
  header(readerOfBytes(writeTiff(form, trees)));

const rational = (
  { littleEndian }: Form,
  tag: number,
  over: number,
  under: number,
): Field => {
  const data = new Uint8Array(8);
  const view = new DataView(data.buffer);
  view.setUint32(0, over, littleEndian);
  view.setUint32(4, under, littleEndian);
  return { tag, type: 5, count: 1, data };
};

for (const form of FORMS) {
  const name = `${form.big ? "BigTIFF" : "TIFF"}, ${form.littleEndian ? "II" : "MM"}`;
  test(`${name}: size, pages, orientation and density are read`, async () => {
    const tags = [
      [TAG.orientation, 6] as const,
      [TAG.resolutionUnit, 3] as const,
      rational(form, TAG.xResolution, 1181, 10),
      rational(form, TAG.yResolution, 590, 10),
    ];
    const page = () => grayPage(form, tags);
    const facts = await factsOf(form, page(), page(), page());
    const { width, height, frames, orientation, uniformPages, color } = facts;
    assert.deepEqual(
      { width, height, frames, orientation, uniformPages, color },
      {
        ...{ width: 16, height: 16, frames: 3, orientation: 6 },
        ...{ uniformPages: true, color: "gray" },
      },
    );
    assert.ok(Math.abs(facts.density!.x - 300) < 0.1);
    assert.ok(Math.abs(facts.density!.y - 149.9) < 0.1);
  });
}

test("a reduced copy and a mask are no pages, and the copy is a thumbnail", async () => {
  const copy = grayPage(CLASSIC, [[TAG.newSubfileType, 1]]);
  const mask = grayPage(CLASSIC, [[TAG.newSubfileType, 4]]);
  const facts = await factsOf(CLASSIC, grayPage(CLASSIC), copy, mask);
  assert.equal(facts.frames, 1);
  assert.deepEqual(facts.metadata, ["thumbnail"]);
});

test("pages of other sizes are not uniform", async () => {
  const low = grayPage(CLASSIC, [[TAG.imageLength, 8]]);
  const facts = await factsOf(CLASSIC, grayPage(CLASSIC), low);
  assert.deepEqual([facts.frames, facts.uniformPages], [2, false]);
});

const JPEG: readonly [number, number] = [TAG.compression, 7];
/** How a JPEG begins; no header reader looks further. */
const JPEG_START = Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 67, 0);
for (const [claim, pages, lossy] of [
  ["all pages are JPEG", [[JPEG], [JPEG]], true],
  ["one page is not", [[JPEG], []], false],
] as const) {
  test(`a file in which ${claim} is ${lossy ? "" : "not "}lossy`, async () => {
    const trees = pages.map((tags) => {
      const page = grayPage(CLASSIC, tags);
      return tags.length > 0 ? { ...page, segments: [JPEG_START] } : page;
    });
    assert.equal((await factsOf(CLASSIC, ...trees)).lossy, lossy);
  });
}

for (const [kind, tag] of [
  ["exif", 271],
  ["comment", 65_000],
  ["xmp", TAG.xmp],
  ["iptc", TAG.iptc],
] as const) {
  test(`tag ${tag} counts as ${kind}`, async () => {
    const page = grayPage(CLASSIC, [textField(tag, "something")]);
    assert.deepEqual((await factsOf(CLASSIC, page)).metadata, [kind]);
  });
}

for (const [what, tags] of [
  ["a DNG", [textField(TAG.dngVersion, "1")]],
  ["old-style JPEG", [[TAG.compression, 6]]],
  ["a sensor's mosaic", [[TAG.photometric, 32_803]]],
  ["a hyperspectral cube", [[TAG.samplesPerPixel, 200]]],
] as const) {
  test(`${what} is refused by name`, async () => {
    await assert.rejects(factsOf(CLASSIC, grayPage(CLASSIC, tags)), {
      code: "unsupported_format",
    });
  });
}

for (const [what, tags] of [
  ["no width", [[TAG.imageWidth, 0]]],
  ["no samples", [[TAG.samplesPerPixel, 0]]],
  ["samples of 4096 bits", [[TAG.bitsPerSample, 4096]]],
] as const) {
  test(`a page of ${what} is an invalid image`, async () => {
    await assert.rejects(factsOf(CLASSIC, grayPage(CLASSIC, tags)), {
      code: "invalid_image",
    });
  });
}

test("a chain of directories that comes back to itself ends", async () => {
  const file = writeTiff(CLASSIC, [grayPage(CLASSIC)]);
  const view = new DataView(file.buffer);
  const at = view.getUint32(4, true);
  view.setUint32(at + 2 + 12 * view.getUint16(at, true), at, true);
  assert.equal((await header(readerOfBytes(file))).frames, 1);
});

test("tiles count with their overhang", async () => {
  const tiled = picture(3).tiff({ tile: true, tileWidth: 64, tileHeight: 64 });
  const facts = await header(readerOfBytes(await tiled.toBuffer()));
  assert.equal(facts.codedPixels, 192 * 128);
});

test(
  "size, pages and orientation of real files are what others read",
  { skip: withoutCorpus },
  async () => {
    for (const one of corpusFiles("tiff")) {
      const facts = await header(readerOfBytes(readCorpus(one.file)));
      const { frames, orientation } = facts;
      const { width, height } = orientedSize(facts, orientation);
      assert.deepEqual([width, height], [one.width, one.height], one.file);
      if (one.frames) assert.equal(frames, one.frames, one.file);
      const told = one.exif_orientation ?? 1;
      assert.equal(orientation, told, one.file);
    }
  },
);
