// Claims about the facts of real HEIC files.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";

test(
  "facts agree with the corpus' manifest",
  { skip: withoutCorpus },
  async () => {
    for (const row of corpusFiles("heic")) {
      const facts = await header(readerOfBytes(readCorpus(row.file)));
      // The manifest has the size as shown, the facts as stored.
      const turned = row.irot === 90 || row.irot === 270;
      const size = [row.width, row.height];
      assert.deepEqual(
        [facts.width, facts.height],
        turned ? size.toReversed() : size,
        row.file,
      );
      assert.equal(facts.orientation, row.irot === 270 ? 6 : 1, row.file);
      assert.equal(facts.bitDepth, row.bit_depth_luma ?? 8, row.file);
      assert.equal(facts.profile.name, row.icc, row.file);
      assert.ok(facts.metadata.includes("gps") || !row.has_gps, row.file);
    }
  },
);

const rows: readonly (readonly [string, object])[] = [
  ["iphone-img3578.heic", { codedPixels: 48 * 512 * 512, chroma: "420" }],
  ["hdr-hlg.heif", { bitDepth: 12, cicp: { primaries: 9, transfer: 18 } }],
  ["rgba-12bit.heif", { hasAlpha: true, bitDepth: 12 }],
  ["sony-hif.hif", { bitDepth: 10, metadata: ["exif", "xmp", "thumbnail"] }],
];

for (const [name, wanted] of rows) {
  test(`${name} is what its name says`, { skip: withoutCorpus }, async () => {
    const file = readCorpus(`heic/${name}`);
    assert.partialDeepStrictEqual(await header(readerOfBytes(file)), wanted);
  });
}
