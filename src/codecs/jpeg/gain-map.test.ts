// Claims about gain maps: found behind real and built JPEGs, and put back so that libultrahdr finds them.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { readCorpus, withoutCorpus } from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { attachGainMap, readGainMap } from "./gain-map.ts";
import { header } from "./header.ts";
import { app, FRAME, jpeg } from "./jpeg.fixture.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";

const XMP = "http://ns.adobe.com/xap/1.0/\0";

const maps = {
  ultrahdr: jpeg(app(0xe1, `${XMP}<a hdrgm:Version="1.0"/>`), FRAME),
  iso: jpeg(app(0xe2, "urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"), FRAME),
  apple: jpeg(app(0xe1, `${XMP}<a HDRGainMap:HDRGainMapVersion="1"/>`), FRAME),
} as const;

for (const kind of ["ultrahdr", "iso", "apple"] as const) {
  test(`a map of kind ${kind} comes back as it was attached`, async () => {
    const file = attachGainMap(jpeg(FRAME), { image: maps[kind], kind });
    const found = readGainMap(file);
    assert.equal(found?.kind, kind);
    assert.deepEqual(Buffer.from(found.image), Buffer.from(maps[kind]));
    const facts = await header(readerOfBytes(file));
    assert.equal(facts.hasGainMap, true);
    assert.equal(facts.metadata.includes("trailing"), false);
  });

  test(`attaching a map of kind ${kind} again to its own primary changes nothing`, () => {
    const gainMap = { image: maps[kind], kind };
    const file = attachGainMap(jpeg(FRAME), gainMap);
    const primary = file.subarray(0, -gainMap.image.length);
    assert.deepEqual(attachGainMap(primary, gainMap), file);
  });
}

test("the directory joins an XMP packet that is there, with the map's length", () => {
  const own =
    '<x:xmpmeta><rdf:RDF xmlns:rdf="r"><rdf:Description dc:title="t"/></rdf:RDF></x:xmpmeta>';
  const primary = writeMetadata(jpeg(FRAME), { xmp: Buffer.from(own) }).bytes;
  const file = attachGainMap(primary, {
    image: maps.ultrahdr,
    kind: "ultrahdr",
  });
  const xmp = Buffer.from(readMetadata(file).xmp ?? []).toString();
  assert.match(xmp, /dc:title="t"/);
  assert.match(xmp, new RegExp(`Item:Length="${maps.ultrahdr.length}"`));
});

test("a container's lengths lead to the map when there is no index", () => {
  const item = `<Container:Item Item:Semantic="GainMap" Item:Length="${maps.ultrahdr.length}"/>`;
  const primary = jpeg(app(0xe1, `${XMP}${item}`), FRAME);
  const found = readGainMap(Buffer.concat([primary, maps.ultrahdr]));
  assert.deepEqual(Buffer.from(found?.image ?? []), Buffer.from(maps.ultrahdr));
});

test("lengths and offsets that lead nowhere are no map", () => {
  const rows = [0, 1, 20, 9_999_999_999].map(
    (length) =>
      `<Container:Item Item:Semantic="GainMap" Item:Length="${length}"/>`,
  );
  for (const row of rows)
    assert.equal(readGainMap(jpeg(app(0xe1, XMP + row), FRAME)), undefined);
  assert.equal(readGainMap(jpeg(FRAME)), undefined);
});

test(
  "libultrahdr finds the map behind a re-encoded photo",
  { skip: withoutCorpus },
  async () => {
    const file = readCorpus("jpeg/ultrahdr-small.jpg");
    const gainMap = readGainMap(file);
    assert.equal(gainMap?.kind, "iso");
    const primary = await sharp(file).jpeg({ quality: 60 }).toBuffer();
    assert.equal((await sharp(primary).metadata()).gainMap, undefined);
    const attached = attachGainMap(primary, gainMap);
    const seen = await sharp(attached).metadata();
    assert.deepEqual(seen.gainMap?.image, Buffer.from(gainMap.image));
  },
);
