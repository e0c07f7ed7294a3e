// Claims about taking metadata out of HEIF files: what goes, and that what stays decodes to the same pixels.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import type { Facts } from "../../image/facts.ts";
import { corpusFiles, readCorpus, withoutCorpus } from "./corpus.fixture.ts";
import { orientationExif } from "./exif.ts";
import { auxC, heif, ispe } from "./heif.fixture.ts";
import { headerOfHeif } from "./heif.ts";
import { walkHeif } from "./heif-file.ts";
import { readMetadata, writeMetadata } from "./heif-metadata.ts";
import { stripHeif } from "./heif-strip.ts";
import { boxBytes } from "./isobmff-write.ts";
import { readerOfBytes } from "./reader.ts";
import { walkBytes } from "./walk.ts";

const SECRET = Buffer.from(
  "<x:xmpmeta xmlns:x='adobe:ns:meta/'>secret</x:xmpmeta>",
);

const tiny = new Uint8Array(
  await sharp({
    create: { width: 17, height: 9, channels: 4, background: "#20408080" },
  })
    .avif({ effort: 0 })
    .toBuffer(),
);

const holds = (file: Uint8Array, text: string) =>
  Buffer.from(file).includes(text);

test("EXIF, XMP and what lies behind the picture go; the pixels stay", async () => {
  const full = Buffer.concat([
    writeMetadata(tiny, { exif: orientationExif(6), xmp: SECRET }).bytes,
    boxBytes("free", Buffer.from("secret")),
    boxBytes("uuid", Buffer.from("secret")),
  ]);
  const found = stripHeif(full);
  assert.deepEqual(readMetadata(found), {});
  assert.ok(!holds(found, "secret"));
  const [before, after] = await Promise.all(
    [tiny, found].map((file) => sharp(file).raw().toBuffer()),
  );
  assert.ok(before && after && before.equals(after));
});

test("what was stripped once is not changed by a second time", () => {
  const once = stripHeif(writeMetadata(tiny, { xmp: SECRET }).bytes);
  assert.deepEqual(stripHeif(once), once);
});

const items = (file: Uint8Array): string[] => {
  const { meta } = walkBytes(file, walkHeif(file.length));
  return [...(meta?.items.values() ?? [])].map(
    ({ id, type }) => `${id}${type}`,
  );
};

test("thumbnails go with their own parts; auxiliaries and other pictures stay", () => {
  const file = heif({
    items: [
      ["grid", [ispe(8, 8)]],
      ["av01", [ispe(4, 4)]],
      ["av01", [auxC("urn:com:apple:photo:2020:aux:hdrgainmap")]],
      ["av01", [ispe(32, 32)]],
      ["Exif", []],
    ],
    references: [
      ["thmb", 2, 1],
      ["dimg", 2, 3],
      ["auxl", 4, 1],
      ["cdsc", 6, 1],
    ],
  });
  assert.deepEqual(items(stripHeif(file)), ["1av01", "4av01", "5av01"]);
});

for (const [claim, more, kept] of [
  ["stays when it says only how the map is applied", "", true],
  [
    "goes when it says more",
    " xmlns:exif='http://ns.adobe.com/exif/1.0/'",
    false,
  ],
] as const) {
  test(`a gain map's XMP ${claim}`, () => {
    const packet = `<rdf:Description xmlns:HDRGainMap='http://ns.apple.com/HDRGainMap/1.0/'${more}/>`;
    const written = writeMetadata(tiny, { xmp: Buffer.from(packet) }).bytes;
    assert.equal(readMetadata(stripHeif(written)).xmp !== undefined, kept);
  });
}

test("a fragmented sequence is refused by name", () => {
  const file = Buffer.concat([tiny, boxBytes("moof")]);
  assert.throws(() => stripHeif(file), { code: "optimization_failed" });
});

for (const format of ["avif", "heic"] as const) {
  test(
    `${format}: every file of the corpus keeps its facts, and loses only metadata`,
    { skip: withoutCorpus },
    async () => {
      for (const { file } of corpusFiles(format)) {
        const before = readCorpus(file);
        const after = stripHeif(before);
        const [a, b] = await Promise.all(
          [before, after].map((bytes) =>
            headerOfHeif(readerOfBytes(bytes), format),
          ),
        );
        assert.ok(after.length <= before.length, file);
        assert.ok(a && b);
        assert.deepEqual(b.metadata, [], file);
        assert.deepEqual(unlabelled(b), unlabelled(a), file);
        assert.deepEqual(stripHeif(after), after, file);
      }
    },
  );
}

/** Facts that stripping must not change; density is the caller's to keep. */
function unlabelled(facts: Facts): object {
  const { bytes: _, metadata: __, density: ___, ...rest } = facts;
  return rest;
}

test(
  "AVIF stills of the corpus decode to the same pixels",
  { skip: withoutCorpus },
  async () => {
    for (const { file, frames } of corpusFiles("avif")) {
      if (frames !== undefined) continue;
      const before = readCorpus(file);
      const [a, b] = await Promise.all(
        [before, stripHeif(before)].map((bytes) =>
          sharp(bytes).raw().toBuffer(),
        ),
      );
      assert.ok(a && b && a.equals(b), file);
    }
  },
);
