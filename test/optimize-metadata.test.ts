// POST /optimize: what stripping takes and leaves, and that keeping keeps it all, on both ways a JPEG may go.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readExif } from "../src/codecs/containers/exif.ts";
import { readerOfBytes } from "../src/codecs/containers/reader.ts";
import { header } from "../src/codecs/jpeg/header.ts";
import { readMetadata } from "../src/codecs/jpeg/metadata.ts";
import type { Metadata } from "../src/codecs/metadata.ts";
import { CAMERA_EXIF, photo } from "./images.fixture.ts";

import {
  assertLooksAlike,
  optimized,
  postOptimize,
  withMetadata,
} from "./optimize.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const optimize = (image: Uint8Array, options?: object): Promise<Response> =>
  postOptimize(service().base, image, options);

describe("metadata", async () => {
  const packet = Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="secret-source"/></rdf:RDF></x:xmpmeta>`,
  );
  const extras: Metadata = {
    xmp: packet,
    comments: [Buffer.from("secret-comment")],
  };
  const made = async (quality: number): Promise<Uint8Array> =>
    withMetadata(
      await photo(240, 160)
        .withMetadata({ orientation: 6 })
        .withIccProfile("p3")
        .withExifMerge(CAMERA_EXIF)
        .jpeg({ quality })
        .toBuffer(),
      extras,
    );
  // A fine source is encoded again and turned upright; a coarse one keeps its pixels as they lie.
  const sources = [
    ["encoded again", await made(97), true],
    ["kept as it lies", await made(40), false],
  ] as const;

  for (const [what, source, isEncodedAgain] of sources) {
    test(`the source that is ${what} has all of it`, async () => {
      const { exif, xmp, comments, icc } = readMetadata(source);
      assert.ok(exif && xmp && comments && icc);
      assert.ok(readExif(exif).hasGps);
      assert.equal((await header(readerOfBytes(source))).profile.kind, "other");
    });

    test(`stripping leaves orientation and color alone in what is ${what}`, async () => {
      const { bytes, method } = await optimized(await optimize(source), source);
      assert.equal(method === "mozjpeg", isEncodedAgain);
      const left = readMetadata(bytes);
      assert.equal(left.xmp, undefined);
      assert.equal(left.comments, undefined);
      assert.doesNotMatch(
        Buffer.from(bytes).toString("latin1"),
        /Contract|secret/,
      );
      assert.deepEqual(left.icc, readMetadata(source).icc);
      assert.equal(
        left.exif && readExif(left.exif).orientation,
        isEncodedAgain ? undefined : 6,
      );
      assert.ok(
        left.exif === undefined || left.exif.length <= 32,
        "the orientation tag alone",
      );
      await assertLooksAlike(bytes, source);
    });

    test(`strip_metadata=false keeps all of it in what is ${what}`, async () => {
      const response = await optimize(source, { strip_metadata: false });
      const { bytes } = await optimized(response, source);
      const [had, has] = [readMetadata(source), readMetadata(bytes)];
      assert.deepEqual(has.icc, had.icc);
      assert.deepEqual(has.comments, had.comments);
      assert.match(Buffer.from(has.xmp!).toString(), /secret-source/);
      const facts = readExif(has.exif!);
      assert.ok(facts.hasGps);
      assert.match(Buffer.from(has.exif!).toString("latin1"), /Contract/);
      assert.equal(facts.orientation, isEncodedAgain ? 1 : 6);
      await assertLooksAlike(bytes, source);
    });
  }

  test("an sRGB profile goes: it changes nothing", async () => {
    const source = await photo(240, 160)
      .withIccProfile("srgb")
      .jpeg({ quality: 97 })
      .toBuffer();
    assert.ok(readMetadata(source).icc);
    const { bytes } = await optimized(await optimize(source), source);
    assert.equal(readMetadata(bytes).icc, undefined);
  });
});
