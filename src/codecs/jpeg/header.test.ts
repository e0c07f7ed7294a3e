// Claims about the facts of JPEG files, built ones and real ones.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { ServiceError } from "../../errors.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { profileFromCicp } from "../containers/cicp-profile.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { splitIntoPieces } from "./icc-pieces.ts";
import { app, dqt, FRAME, jfif, jpeg, sof } from "./jpeg.fixture.ts";
import { segmentBytes } from "./metadata.ts";

function facts(...parts: readonly Uint8Array[]) {
  return header(readerOfBytes(jpeg(...parts)));
}

const EXIF = app(0xe1, "Exif\0\0", orientationExif(6));
const XMP = "http://ns.adobe.com/xap/1.0/\0";

const frames: readonly (readonly [string, Uint8Array, object])[] = [
  ["4:2:0", FRAME, { width: 32, height: 16, chroma: "420", color: "rgb" }],
  ["4:4:4", sof(0xc0, 8, 8, [0x11, 0x11, 0x11]), { chroma: "444" }],
  [
    "4:4:4 with factors of 2",
    sof(0xc0, 8, 8, [0x22, 0x22, 0x22]),
    { chroma: "444" },
  ],
  ["4:2:2", sof(0xc0, 8, 8, [0x21, 0x11, 0x11]), { chroma: "422" }],
  ["4:4:0", sof(0xc0, 8, 8, [0x12, 0x11, 0x11]), { chroma: "440" }],
  ["4:1:1", sof(0xc0, 8, 8, [0x41, 0x11, 0x11]), { chroma: "411" }],
  ["4:1:0", sof(0xc0, 8, 8, [0x42, 0x11, 0x11]), { chroma: "410" }],
  ["uneven chroma", sof(0xc0, 8, 8, [0x22, 0x21, 0x11]), { chroma: "other" }],
  ["gray", sof(0xc0, 8, 8, [0x22]), { color: "gray" }],
  ["CMYK", sof(0xc0, 8, 8, [0x11, 0x11, 0x11, 0x11]), { color: "cmyk" }],
  ["progressive", sof(0xc2, 8, 8, [0x11]), { progressive: true, lossy: true }],
  ["arithmetic", sof(0xc9, 8, 8, [0x11]), { progressive: false }],
];

for (const [name, frame, wanted] of frames) {
  test(`reads a frame: ${name}`, async () => {
    assert.partialDeepStrictEqual(await facts(frame), wanted);
  });
}

test("gray has no chroma", async () => {
  assert.equal((await facts(sof(0xc0, 8, 8, [0x22]))).chroma, undefined);
});

const unsupported: readonly (readonly [string, Uint8Array])[] = [
  ["12 bits", sof(0xc1, 8, 8, [0x11], 12)],
  ["a lossless process", sof(0xc3, 8, 8, [0x11])],
  ["a hierarchical process", sof(0xc5, 8, 8, [0x11])],
  ["an arithmetic lossless process", sof(0xcb, 8, 8, [0x11])],
];

for (const [name, frame] of unsupported) {
  test(`refuses by name what no engine reads: ${name}`, async () => {
    await assert.rejects(facts(frame), { code: "unsupported_format" });
  });
}

const invalid: readonly (readonly [string, Uint8Array])[] = [
  ["no data", new Uint8Array(0)],
  ["another file's start", Buffer.from("\x89PNG\r\n")],
  ["no frame", jpeg()],
  ["a height of zero", jpeg(sof(0xc0, 8, 0, [0x11]))],
  ["two components", jpeg(sof(0xc0, 8, 8, [0x11, 0x11]))],
  ["sampling factors of zero", jpeg(sof(0xc0, 8, 8, [0x01]))],
  ["no scan", jpeg(FRAME).subarray(0, -14)],
  ["a frame cut short", jpeg(segmentBytes(0xc0, Uint8Array.of(8, 0, 8)))],
  [
    "5000 comments",
    jpeg(...Array.from({ length: 5000 }, () => app(0xfe, "")), FRAME),
  ],
  ["a megabyte of junk", jpeg(new Uint8Array(1e6), FRAME)],
  ["a megabyte of fill bytes", jpeg(new Uint8Array(1e6).fill(0xff), FRAME)],
];

for (const [name, file] of invalid) {
  test(`${name} is an invalid image`, async () => {
    const isInvalid = (error: unknown) =>
      error instanceof ServiceError && error.code === "invalid_image";
    await assert.rejects(header(readerOfBytes(file)), isInvalid);
  });
}

for (let count = 0; count <= 140; count += 7) {
  test(`looks past ${count} fill bytes and as much junk, as libjpeg does`, async () => {
    const fill = new Uint8Array(count).fill(0xff);
    const junk = new Uint8Array(count).fill(0x5a);
    const found = await facts(fill, EXIF, junk, FRAME);
    assert.equal(found.orientation, 6);
    assert.equal(found.width, 32);
  });
}

const PROFILE = profileFromCicp({
  primaries: 12,
  transfer: 13,
  matrix: 0,
  fullRange: true,
});
const PIECES = (
  splitIntoPieces(
    Buffer.concat([PROFILE ?? new Uint8Array(0), new Uint8Array(150_000)]),
  ) ?? []
).map((payload) => segmentBytes(0xe2, payload));

test("joins a profile from pieces in any order, and a missing piece breaks it", async () => {
  assert.equal(PIECES.length, 3);
  assert.equal((await facts(FRAME, ...PIECES)).profile.kind, "other");
  assert.equal(
    (await facts(FRAME, ...PIECES.toReversed())).profile.kind,
    "other",
  );
  assert.equal((await facts(FRAME, ...PIECES.slice(1))).profile.kind, "broken");
  assert.equal((await facts(FRAME)).profile.kind, "none");
});

test("a profile of more than 4 MB is broken, and a thousand pieces are not held", async () => {
  const pieces = (count: number) =>
    splitIntoPieces(
      Buffer.concat([
        PROFILE ?? new Uint8Array(0),
        new Uint8Array(65_000 * count),
      ]),
    )?.map((payload) => segmentBytes(0xe2, payload)) ?? [];
  assert.equal((await facts(FRAME, ...pieces(63))).profile.kind, "other");
  assert.equal((await facts(FRAME, ...pieces(65))).profile.kind, "broken");
  const repeated = Array.from({ length: 1000 }, () => PIECES[0]!);
  assert.equal((await facts(FRAME, ...repeated)).profile.kind, "broken");
});

test("of a thousand segments of one kind the first is read", async () => {
  const later = app(0xe1, "Exif\0\0", orientationExif(3));
  const found = await facts(
    EXIF,
    ...Array.from({ length: 1000 }, () => later),
    ...Array.from({ length: 1000 }, () => dqt(255)),
    dqt(1),
    FRAME,
  );
  assert.equal(found.orientation, 6);
  assert.equal(found.sourceQuality, 100);
});

const densities: readonly (readonly [
  string,
  readonly Uint8Array[],
  object | undefined,
])[] = [
  ["dots per inch", [jfif(1, 300, 200)], { x: 300, y: 200 }],
  ["dots per centimeter", [jfif(2, 100, 100)], { x: 254, y: 254 }],
  ["an aspect ratio", [jfif(0, 1, 1)], undefined],
  ["nothing", [jfif(1, 0, 0)], undefined],
];

for (const [name, parts, wanted] of densities) {
  test(`reads a density of ${name}`, async () => {
    assert.deepEqual((await facts(...parts, FRAME)).density, wanted);
  });
}

const kinds: readonly (readonly [
  string,
  readonly Uint8Array[],
  readonly string[],
])[] = [
  ["EXIF", [EXIF], ["exif"]],
  ["XMP", [app(0xe1, XMP)], ["xmp"]],
  ["IPTC", [app(0xed, "Photoshop 3.0\0")], ["iptc"]],
  ["a comment", [app(0xfe, "hello")], ["comment"]],
  ["a JFXX thumbnail", [app(0xe0, "JFXX\0")], ["thumbnail"]],
  [
    "all of them, in the facts' order",
    [app(0xfe, "a"), app(0xe1, XMP), EXIF],
    ["exif", "xmp", "comment"],
  ],
];

for (const [name, parts, wanted] of kinds) {
  test(`finds ${name}`, async () => {
    assert.deepEqual((await facts(...parts, FRAME)).metadata, wanted);
  });
}

const gainMaps: readonly (readonly [string, Uint8Array, boolean])[] = [
  [
    "ISO 21496-1's segment",
    app(0xe2, "urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"),
    true,
  ],
  ["hdrgm in XMP", app(0xe1, `${XMP}<a hdrgm:Version="1.0"/>`), true],
  [
    "a container's GainMap",
    app(0xe1, `${XMP}<a Item:Semantic="GainMap"/>`),
    true,
  ],
  ["an XMP that speaks of maps", app(0xe1, `${XMP}<a>a gain map</a>`), false],
];

for (const [name, part, wanted] of gainMaps) {
  test(`${name} ${wanted ? "announces" : "does not announce"} a gain map`, async () => {
    assert.equal((await facts(part, FRAME)).hasGainMap, wanted);
  });
}

test("names the quality that libjpeg was asked for", async () => {
  const raw = { width: 16, height: 16, channels: 3 } as const;
  const image = sharp(new Uint8Array(768), { raw });
  for (let quality = 1; quality <= 100; quality++) {
    const file = await image.clone().jpeg({ quality }).toBuffer();
    assert.equal((await header(readerOfBytes(file))).sourceQuality, quality);
  }
});

test("the last table before the scan counts", async () => {
  const found = await facts(dqt(255), dqt(1), FRAME);
  assert.equal(found.sourceQuality, 100);
});

const UNREADABLE = ["jpeg/12bit-monkey.jpg", "jpeg/lossless-jpeg.jpg"];

test(
  "facts agree with the corpus' manifest",
  { skip: withoutCorpus },
  async () => {
    const readable = corpusFiles("jpeg").filter(
      ({ file }) => !UNREADABLE.includes(file),
    );
    assert.ok(readable.length > 40);
    for (const row of readable) {
      const found = await header(readerOfBytes(readCorpus(row.file)));
      assert.deepEqual(
        [found.width, found.height],
        [row.width, row.height],
        row.file,
      );
      assert.equal(found.orientation, row.exif_orientation ?? 1, row.file);
      assert.equal(found.profile.name, row.icc ?? found.profile.name, row.file);
      assert.ok(found.metadata.includes("gps") || !row.has_gps, row.file);
      const sampling = CHROMA[row.subsampling ?? ""];
      assert.ok(!sampling || found.chroma === sampling, row.file);
      const isProgressive = row.jpeg_sof === 2 || row.jpeg_sof === 10;
      assert.ok(
        row.jpeg_sof === undefined || found.progressive === isProgressive,
        row.file,
      );
    }
  },
);

const CHROMA: Readonly<Record<string, string>> = {
  "1 1": "444",
  "2 1": "422",
  "2 2": "420",
  "1 2": "440",
  "4 1": "411",
  "4 2": "410",
};

test(
  "an Ultra HDR photo has a gain map and no trailing data",
  { skip: withoutCorpus },
  async () => {
    const file = readCorpus("jpeg/ultrahdr-small.jpg");
    const found = await header(readerOfBytes(file));
    assert.equal(found.hasGainMap, true);
    assert.deepEqual(found.metadata, []);
  },
);
