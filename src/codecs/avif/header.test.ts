// Claims about the facts of real AVIF files.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

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
    for (const row of corpusFiles("avif")) {
      const facts = await header(readerOfBytes(readCorpus(row.file)));
      // The manifest has the size before the clean aperture.
      const isCropped = row.file.includes("clap");
      const size = isCropped
        ? { codedPixels: (row.width ?? 0) * (row.height ?? 0), width: 180 }
        : { width: row.width, height: row.height };
      assert.partialDeepStrictEqual(
        facts,
        { format: "avif", ...size },
        row.file,
      );
      assert.equal(facts.frames, row.frames ?? 1, row.file);
      assert.equal(facts.profile.name, row.icc, row.file);
      assert.equal(facts.cicp?.primaries ?? 2, row.primaries ?? 2, row.file);
      assert.equal(facts.cicp?.transfer ?? 2, row.transfer ?? 2, row.file);
    }
  },
);

const rows: readonly (readonly [string, object])[] = [
  ["12bit-plum", { bitDepth: 12, chroma: "420", hasAlpha: true }],
  ["mexico-444", { chroma: "444", metadata: ["exif"] }],
  ["monochrome-720p", { color: "gray" }],
  ["rot3mir1", { orientation: 5 }],
  ["transparency", { hasAlpha: true, codedPixels: 4096 }],
  ["xmp-orientation", { orientation: 1, metadata: ["xmp"] }],
];

for (const [name, wanted] of rows) {
  test(`${name} is what its name says`, { skip: withoutCorpus }, async () => {
    const file = readCorpus(`avif/${name}.avif`);
    assert.partialDeepStrictEqual(await header(readerOfBytes(file)), wanted);
  });
}

test(
  "orientation 5 turns the stored picture into what libheif shows",
  { skip: withoutCorpus },
  async () => {
    const file = readCorpus("avif/rot3mir1.avif");
    const shown = await sharp(file).raw().toBuffer();
    // Without its transforms, libheif gives the picture as stored.
    const text = Buffer.from(file).toString("latin1");
    const bare = text.replace("irot", "skip").replace("imir", "skip");
    const { width, height } = await header(readerOfBytes(file));
    const { data, info } = await sharp(Buffer.from(bare, "latin1"))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [width, height]);
    const stored = await sharp(data, { raw: info })
      .png()
      .withMetadata({ orientation: 5 })
      .toBuffer();
    const turned = await sharp(stored).autoOrient().raw().toBuffer();
    // libheif turns before it interpolates chroma: 0.7 levels on average; any other orientation is 39 away.
    const sum = turned.reduce(
      (total, value, at) => total + Math.abs(value - (shown[at] ?? 0)),
      0,
    );
    assert.ok(sum / turned.length < 2);
  },
);
