// POST /convert: which metadata survive and which go, how much damage an image may have, and what is no image.

import assert from "node:assert/strict";

import { describe, test } from "node:test";

import sharp from "sharp";

import { readExif } from "../src/codecs/containers/exif.ts";

import { CAMERA_EXIF, noise, photo } from "./images.fixture.ts";
import { expectProblem, imageOf, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();

const convert = (query: string, image: Uint8Array): Promise<Response> =>
  postRaw(`${service().base}/convert?${query}`, image);

describe("metadata", async () => {
  const source = await photo(96, 64)
    .withExif(CAMERA_EXIF)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

  for (const format of ["jpg", "png", "webp", "avif"]) {
    test(`strip_exif=false keeps EXIF in ${format}, upright and of the new size`, async () => {
      assert.ok(
        readExif((await sharp(source).metadata()).exif!.subarray(6)).hasGps,
      );
      const result = await imageOf(
        await convert(`format=${format}&size=48`, source),
      );
      const { exif, width, height } = await sharp(result).metadata();
      assert.deepEqual([width, height], [32, 48]);
      const block = exif!.subarray(
        exif!.toString("latin1", 0, 4) === "Exif" ? 6 : 0,
      );
      const facts = readExif(block);
      assert.equal(facts.orientation, 1);
      assert.ok(facts.hasGps);
      assert.ok(exif!.includes("Contract"), "the maker");
      assert.deepEqual([facts.pixelWidth, facts.pixelHeight], [32, 48]);
    });

    test(`strip_exif=true removes EXIF from ${format}`, async () => {
      const query = `format=${format}&strip_exif=true`;
      const result = await imageOf(await convert(query, source));
      const { exif, width, height } = await sharp(result).metadata();
      assert.equal(exif, undefined);
      assert.ok(!Buffer.from(result).includes("Contract"));
      assert.deepEqual([width, height], [64, 96]);
    });
  }
});

describe("damage", async () => {
  // 200 rows of blocks: the last of them is half a percent of the picture.
  const strip = await noise(32, 3200)
    .jpeg({ chromaSubsampling: "4:4:4" })
    .toBuffer();
  const rows = [
    ["half", 0.5, 422],
    ["a tenth", 0.9, 422],
    ["a quarter of a percent", 0.9975, 200],
  ] as const;
  for (const [what, share, status] of rows) {
    test(`a JPEG that lacks ${what} of its data gets ${status}`, async () => {
      const cut = strip.subarray(0, Math.floor(strip.length * share));
      const response = await convert("", cut);
      if (status === 422) {
        await expectProblem(response, { error: "invalid_image" });
        return;
      }
      const warnings = response.headers.get("x-warnings") ?? "";
      assert.deepEqual(warnings.split(", "), ["truncated"]);
      const { width, height } = await sharp(await imageOf(response)).metadata();
      assert.deepEqual([width, height], [32, 3200]);
    });
  }

  test("a whole JPEG has no warnings", async () => {
    const response = await convert("", strip);
    assert.equal(response.headers.get("x-warnings"), null);
    await imageOf(response);
  });

  const strangers: readonly (readonly [
    what: string,
    head: string,
    detected: string | null,
  ])[] = [
    ["text", "hello, this is text", null],
    ["a PDF", "%PDF-1.7\n", "pdf"],
    ["a text in capitals", "BMW SERVICE MANUAL", null],
    ["a ZIP", "PK\x03\x04", "zip"],
  ];
  for (const [what, head, detected] of strangers) {
    test(`${what} is refused, and called ${detected}, whatever type it claims`, async () => {
      const bytes = Buffer.concat([
        Buffer.from(head, "latin1"),
        Buffer.alloc(64),
      ]);
      for (const path of ["/convert", "/optimize"]) {
        const url = service().base + path;
        const response = await postRaw(url, bytes, {
          "content-type": "image/jpeg",
        });
        await expectProblem(response, {
          error: "unsupported_format",
          context: { detected },
        });
      }
    });
  }
});
