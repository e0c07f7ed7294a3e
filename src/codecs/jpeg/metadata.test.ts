// Claims about taking metadata out of JPEGs and putting it in.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { FRAME, app, jfif, jpeg } from "./jpeg.fixture.ts";
import { readMetadata, setDensity, writeMetadata } from "./metadata.ts";
import { segmentsIn } from "./segments.ts";
import { kindOf } from "./signatures.ts";

function bytes(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + seed) & 255);
}

const ALL = {
  exif: orientationExif(6),
  xmp: bytes(300),
  extendedXmp: [bytes(65_000, 2), bytes(40, 3)],
  iptc: bytes(100_000, 4),
  comments: [bytes(3), bytes(5)],
  icc: bytes(200_000, 5),
};

/** Everything as plain buffers, so that equality does not look at classes. */
function plain(metadata: object): unknown {
  return JSON.parse(
    JSON.stringify(metadata, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    ),
  );
}

test("what is written comes back, and the picture stays", async () => {
  const raw = { width: 16, height: 16, channels: 3 } as const;
  const file = await sharp(bytes(768), { raw }).jpeg().toBuffer();
  const written = writeMetadata(file, ALL);
  assert.deepEqual(written.dropped, []);
  const wanted: Record<string, unknown> = { ...ALL };
  assert.deepEqual(plain(readMetadata(written.bytes)), plain(wanted));
  const again = await sharp(written.bytes).raw().toBuffer();
  assert.deepEqual(again, await sharp(file).raw().toBuffer());
});

test("stands behind JFIF, in the order EXIF, XMP, extended XMP, ICC, IPTC, comments", () => {
  const { bytes: file } = writeMetadata(jpeg(jfif(1, 72, 72), FRAME), ALL);
  const kinds = segmentsIn(file)
    .map(kindOf)
    .filter((kind) => kind);
  assert.deepEqual(
    [...new Set(kinds)],
    ["jfif", "exif", "xmp", "extendedXmp", "icc", "iptc", "comment"],
  );
});

test("writing twice is writing once", () => {
  const once = writeMetadata(jpeg(jfif(1, 72, 72), FRAME), ALL).bytes;
  assert.deepEqual(writeMetadata(once, ALL).bytes, once);
});

test("what is not given stays", () => {
  const file = jpeg(
    app(0xfe, "stay"),
    app(0xe1, "Exif\0\0", orientationExif(3)),
    FRAME,
  );
  const { bytes: written } = writeMetadata(file, { exif: orientationExif(1) });
  const found = readMetadata(written);
  assert.deepEqual(
    plain(found),
    plain({
      exif: orientationExif(1),
      comments: [Uint8Array.from(Buffer.from("stay"))],
    }),
  );
});

const tooLarge: readonly (readonly [string, object])[] = [
  ["exif", { exif: bytes(65_528) }],
  ["xmp", { xmp: bytes(65_505) }],
  ["comments", { comments: [bytes(65_534)] }],
  ["icc", { icc: bytes(65_519 * 255 + 1) }],
];

for (const [kind, metadata] of tooLarge) {
  test(`${kind} that fits no segment is dropped by name`, () => {
    const written = writeMetadata(jpeg(FRAME), metadata);
    assert.deepEqual(written.dropped, [kind]);
    assert.deepEqual(readMetadata(written.bytes), {});
  });
}

test("the largest that fit are kept", () => {
  const metadata = {
    exif: bytes(65_527),
    xmp: bytes(65_502),
    comments: [bytes(65_533)],
  };
  const written = writeMetadata(jpeg(FRAME), metadata);
  assert.deepEqual(written.dropped, []);
  assert.deepEqual(plain(readMetadata(written.bytes)), plain(metadata));
});

test("sets the density in a JFIF segment, wherever it is, or puts one in", async () => {
  const files = [
    jpeg(FRAME),
    jpeg(jfif(0, 1, 1), FRAME),
    jpeg(app(0xfe, "first"), jfif(2, 9, 9), FRAME),
  ];
  for (const file of files) {
    const set = setDensity(file, { x: 300, y: 150.4 });
    const { density, metadata } = await header(readerOfBytes(set));
    assert.deepEqual(density, { x: 300, y: 150 });
    assert.equal(segmentsIn(set).filter((s) => kindOf(s) === "jfif").length, 1);
    assert.deepEqual(metadata, (await header(readerOfBytes(file))).metadata);
  }
});

test(
  "every JPEG of the corpus keeps its metadata when they are written back",
  { skip: withoutCorpus },
  () => {
    for (const { file } of corpusFiles("jpeg")) {
      const before = readCorpus(file);
      const metadata = readMetadata(before);
      const written = writeMetadata(before, metadata);
      assert.deepEqual(written.dropped, [], file);
      assert.deepEqual(
        plain(readMetadata(written.bytes)),
        plain(metadata),
        file,
      );
    }
  },
);
