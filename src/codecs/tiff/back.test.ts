// Claims about making TIFFs smaller: samples, pages and needed tags survive whatever the source's storage is.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";

import sharp, { type TiffOptions } from "sharp";

import { readProfile } from "../containers/icc.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { walkBytes } from "../containers/walk.ts";
import type { Candidate } from "../codec.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { walkBook } from "./page.ts";
import { jpegSettings, minScoreOf } from "./plan.ts";
import { strategies } from "./strategies.ts";
import type { Form } from "./structure.ts";
import { TAG } from "./tags.ts";
import {
  bench,
  bound,
  CLASSIC,
  exifOf,
  FORMS,
  grayPage,
  jobOf,
  picture,
  ramp,
  samplesOf,
  shown,
  textField,
  treeOf,
} from "./tiff.fixture.ts";
import { writeTiff } from "./write.ts";

type Options = NonNullable<Parameters<typeof jobOf>[1]>;

async function made(
  strategy: string,
  file: Uint8Array,
  asked: Options = {},
): Promise<Candidate> {
  const result = await back.run[strategy]!(await jobOf(file, asked), bench);
  if (typeof result === "string") assert.fail(result);
  return result;
}

const coded = async (
  channels: 1 | 3 | 4,
  options: TiffOptions,
): Promise<Uint8Array> =>
  new Uint8Array(await picture(channels).tiff(options).toBuffer());

const deep = async (options: TiffOptions): Promise<Uint8Array> =>
  new Uint8Array(
    await picture(3).toColourspace("rgb16").tiff(options).toBuffer(),
  );

const TILE = { tile: true, tileWidth: 64, tileHeight: 64 } as const;
const KINDS: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "gray, uncompressed": () =>
    picture(1).toColourspace("b-w").tiff({ compression: "none" }).toBuffer(),
  "RGB, PackBits": () => coded(3, { compression: "packbits" }),
  "RGB, LZW": () => coded(3, { compression: "lzw", predictor: "none" }),
  "RGB, LZW with predictor": () =>
    coded(3, { compression: "lzw", predictor: "horizontal" }),
  "RGB, LZW in tiles": () => coded(3, { compression: "lzw", ...TILE }),
  "RGBA, deflate": () =>
    coded(4, { compression: "deflate", predictor: "none" }),
  "RGBA, deflate in tiles": () =>
    coded(4, { compression: "deflate", predictor: "none", ...TILE }),
  "RGB of 16 bits, LZW": () => deep({ compression: "lzw" }),
  "CMYK, LZW": () =>
    picture(3).toColourspace("cmyk").tiff({ compression: "lzw" }).toBuffer(),
  "BigTIFF, LZW": () => coded(3, { compression: "lzw", bigtiff: true }),
  "pages of different kinds": async () =>
    bound(CLASSIC, [
      await coded(3, { compression: "lzw" }),
      await coded(4, { compression: "none" }),
      await picture(1).resize(50, 40).tiff({ compression: "lzw" }).toBuffer(),
    ]),
};

for (const [kind, make] of Object.entries(KINDS)) {
  test(`${kind}: repacked smaller, every page shows the same, twice changes nothing`, async () => {
    const file = new Uint8Array(await make());
    const { bytes, method } = await made("tiff-repack", file);
    assert.equal(method, "tiff-deflate");
    assert.ok(bytes.length < file.length);
    assert.deepEqual(await shown(bytes), await shown(file));
    const again = await back.run["tiff-repack"]!(await jobOf(bytes), bench);
    assert.equal(again, "as-small-already");
  });
}

/** Kinds that sharp does not write: samples × format, whole or by planes, in strips of 5 rows. */
for (const [what, bits, sampleFormat, planar] of [
  ["float samples of 16 bits", 16, 3, false],
  ["float samples of 32 bits", 32, 3, false],
  ["float samples of 64 bits", 64, 3, false],
  ["signed samples of 32 bits", 32, 2, false],
  ["samples of 12 bits", 12, 1, false],
  ["planes", 8, 1, true],
] as const) {
  for (const form of FORMS) {
    const name = `${form.big ? "BigTIFF" : "TIFF"}, ${form.littleEndian ? "II" : "MM"}`;
    test(`${what} (${name}): not a sample changes`, async () => {
      const file = rawPage(form, bits, sampleFormat, planar);
      const { bytes } = await made("tiff-repack", file);
      assert.ok(bytes.length < file.length);
      assert.deepEqual(samplesOf(bytes), samplesOf(file));
      const before = await header(readerOfBytes(file));
      const after = await header(readerOfBytes(bytes));
      assert.deepEqual({ ...after, bytes: 0 }, { ...before, bytes: 0 });
    });
  }
}

function rawPage(
  form: Form,
  bits: number,
  sampleFormat: number,
  planar: boolean,
): Uint8Array {
  const [width, height, rows] = [48, 24, 5];
  const rowBytes = (width * (planar ? 1 : 3) * bits) / 8;
  const strip = (first: number) =>
    ramp(Math.min(rows, height - first) * rowBytes, bits / 2);
  const plane = [0, 5, 10, 15, 20].map(strip);
  const tags = [
    [TAG.imageWidth, width],
    [TAG.imageLength, height],
    [TAG.bitsPerSample, bits, bits, bits],
    [TAG.compression, 1],
    [TAG.photometric, 2],
    [TAG.samplesPerPixel, 3],
    [TAG.rowsPerStrip, rows],
    [TAG.planarConfiguration, planar ? 2 : 1],
    [TAG.sampleFormat, sampleFormat, sampleFormat, sampleFormat],
  ] as const;
  const segments = planar ? [...plane, ...plane, ...plane] : plane;
  return writeTiff(form, [treeOf(form, tags, segments)]);
}

test("black and white is faxed, and shows the same", async () => {
  const [width, height] = [400, 300];
  const blobs = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const wave = Math.sin(x / 9) + Math.sin(y / 7) + Math.sin((x + y) / 23);
    return wave > 0 ? 255 : 0;
  });
  const file = await sharp(blobs, { raw: { width, height, channels: 1 } })
    .toColourspace("b-w")
    .tiff({ compression: "none", bitdepth: 1 })
    .toBuffer();
  const { bytes, method } = await made("tiff-repack", file);
  assert.equal(method, "tiff-ccitt");
  assert.deepEqual(await shown(bytes), await shown(file));
});

test("a damaged strip is an invalid image, not another picture", async () => {
  const file = await coded(3, { compression: "deflate", predictor: "none" });
  const damaged = file.slice();
  const book = walkBytes(file, walkBook());
  const strips = book.all[0]!.directory.entries.get(TAG.stripOffsets)!;
  const view = new DataView(file.buffer, file.byteOffset);
  const at = view.getUint32(strips.count > 1 ? strips.at : strips.at, true);
  damaged.fill(0xff, at + 20, at + 40);
  await assert.rejects(made("tiff-repack", damaged), { code: "invalid_image" });
});

const LADEN = writeMetadata(
  await picture(3)
    .withIccProfile("p3")
    .withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    .tiff({
      ...{ compression: "lzw", resolutionUnit: "inch" },
      ...{ xres: 11.811, yres: 11.811 },
    })
    .toBuffer(),
  {
    exif: await exifOf({
      IFD0: { Make: "Camera", Copyright: "somebody" },
      IFD3: { GPSLatitudeRef: "N" },
    }),
  },
).bytes;

for (const [strategy, look] of [
  ["metadata-strip", 80],
  ["tiff-repack", 80],
  ["tiff-jpeg", 60],
] as const) {
  test(`${strategy}: metadata go, profile and density stay`, async () => {
    const source = await header(readerOfBytes(LADEN));
    assert.deepEqual(source.metadata, ["exif", "gps", "xmp"]);
    const { bytes } = await made(strategy, LADEN, { look });
    const facts = await header(readerOfBytes(bytes));
    assert.deepEqual(facts.metadata, []);
    assert.deepEqual(facts.density, source.density);
    const { icc } = readMetadata(bytes);
    assert.equal(icc && readProfile(icc).kind, "other");
    assert.equal(Buffer.from(bytes).includes("Camera"), false);
  });
}

for (const [strategy, look] of [
  ["tiff-repack", 80],
  ["tiff-jpeg", 60],
] as const) {
  test(`${strategy}: metadata that are asked for stay as they were`, async () => {
    const asked = { look, stripMetadata: false };
    const { bytes } = await made(strategy, LADEN, asked);
    assert.deepEqual(
      (await header(readerOfBytes(bytes))).metadata,
      (await header(readerOfBytes(LADEN))).metadata,
    );
    const { xmp, icc } = readMetadata(LADEN);
    const kept = readMetadata(bytes);
    assert.deepEqual([kept.xmp, kept.icc], [xmp, icc]);
    assert.ok(Buffer.from(kept.exif!).includes("somebody"));
  });
}

test("an sRGB profile goes with the metadata, orientation stays", async () => {
  const image = picture(3).withIccProfile("srgb").withMetadata({
    orientation: 6,
  });
  const file = await image.tiff({ compression: "lzw" }).toBuffer();
  const { bytes } = await made("metadata-strip", file);
  const facts = await header(readerOfBytes(bytes));
  assert.deepEqual([facts.orientation, facts.profile.kind], [6, "none"]);
});

test("stripping leaves a thumbnail out and a pyramid's levels in", async () => {
  const thumbnail = grayPage(CLASSIC, [[TAG.newSubfileType, 1]]);
  const file = writeTiff(CLASSIC, [
    grayPage(CLASSIC, [textField(271, "Camera")]),
    thumbnail,
  ]);
  const { bytes } = await made("metadata-strip", file);
  assert.equal(walkBytes(bytes, walkBook()).all.length, 1);

  const pyramid = await picture(3)
    .tiff({ ...TILE, pyramid: true })
    .toBuffer();
  const levels = walkBytes(pyramid, walkBook()).all.length;
  assert.ok(levels > 1);
  const stripped = await made("metadata-strip", pyramid);
  assert.equal(walkBytes(stripped.bytes, walkBook()).all.length, levels);
});

test("below look 70, and only there, pixels may be given up", async () => {
  const strategy = strategies.find(({ name }) => name === "tiff-jpeg")!;
  for (const [look, applies] of [
    [69, true],
    [70, "source-lossless"],
  ] as const) {
    const { facts, intent } = await jobOf(LADEN, { look });
    assert.equal(strategy.applies(facts, intent), applies);
  }
  const jpeg = await coded(3, { compression: "jpeg" });
  const { facts, intent } = await jobOf(jpeg, { look: 40 });
  assert.equal(strategy.applies(facts, intent), "source-quality");
});

for (const [what, file, compressions] of [
  ["one strip", () => coded(3, { compression: "lzw" }), [7]],
  ["tiles", () => coded(3, { compression: "lzw", ...TILE }), [7]],
  [
    "each page that JPEG can hold",
    async () =>
      bound(CLASSIC, [
        await coded(3, { compression: "lzw" }),
        await coded(4, { compression: "lzw" }),
      ]),
    [7, 8],
  ],
] as const) {
  test(`lossy: ${what} in JPEG, and no larger at a lower look`, async () => {
    const source = await file();
    const sizes = [];
    for (const look of [20, 40, 60, 69]) {
      const { bytes, minScore } = await made("tiff-jpeg", source, { look });
      const { all } = walkBytes(bytes, walkBook());
      const found = all.map(({ compression }) => compression);
      assert.deepEqual(found, compressions);
      assert.deepEqual(
        all.map(({ tile }) => tile),
        walkBytes(source, walkBook()).all.map(({ tile }) => tile),
      );
      const expected =
        all.length === 1
          ? minScoreOf({ scale: "look", value: look })
          : undefined;
      assert.equal(minScore, expected);
      assert.equal((await shown(bytes)).length, all.length);
      sizes.push(bytes.length);
    }
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
  });
}

test("a page in JPEG has the colors it had, within 4 levels on average", async () => {
  for (const channels of [1, 3] as const) {
    const chain = picture(channels).blur(2);
    const space = channels === 1 ? "b-w" : "srgb";
    const file = chain.toColourspace(space).tiff({ compression: "lzw" });
    const source = await file.toBuffer();
    const { bytes } = await made("tiff-jpeg", source, { look: 69 });
    const [before, after] = await Promise.all(
      [source, bytes].map((one) => sharp(one).raw().toBuffer()),
    );
    assert.equal(after!.length, before!.length);
    const sum = before!.reduce((a, v, at) => a + Math.abs(v - after![at]!), 0);
    assert.ok(sum / before!.length < 4, `${sum / before!.length}`);
  }
});

test("a page that is smaller without loss stays so among pages in JPEG", async () => {
  const flat = sharp({
    create: { width: 200, height: 200, channels: 3, background: "#369" },
  });
  const file = bound(CLASSIC, [
    await coded(3, { compression: "lzw" }),
    await flat.tiff({ compression: "none" }).toBuffer(),
  ]);
  const { bytes, method } = await made("tiff-jpeg", file, { look: 60 });
  assert.equal(method, "tiff-deflate + jpeg");
  const { all } = walkBytes(bytes, walkBook());
  assert.deepEqual(
    all.map(({ compression }) => compression),
    [7, 8],
  );
});

test("JPEG settings rise with the look", () => {
  const numbers = Array.from(
    { length: 100 },
    (_, at) => jpegSettings({ scale: "look", value: at + 1 }).quality,
  );
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
});

test("Zstandard stays where it is smaller, and /convert can open it", async () => {
  const lzw = await coded(3, { compression: "lzw" });
  const { pages, form } = walkBytes(lzw, walkBook());
  assert.equal(pages.length, 1);
  const samples = samplesOf(lzw);
  const { zstdCompressSync } = await import("node:zlib");
  const page = treeOf(
    form,
    [
      [TAG.imageWidth, 160],
      [TAG.imageLength, 120],
      [TAG.bitsPerSample, 8, 8, 8],
      [TAG.compression, 50_000],
      [TAG.photometric, 2],
      [TAG.samplesPerPixel, 3],
      [TAG.rowsPerStrip, 120],
    ],
    [zstdCompressSync(samples[0]!)],
  );
  const file = writeTiff(form, [page]);
  const { bytes } = await made("tiff-repack", file);
  assert.deepEqual(samplesOf(bytes), samples);
  const path = bench.scratch("zstd.tiff");
  await writeFile(path, file);
  const facts = await header(readerOfBytes(file));
  const decoded = await back.decode(path, facts, bench);
  assert.deepEqual(
    await sharp(decoded.path).raw().toBuffer(),
    await sharp(lzw).raw().toBuffer(),
  );
});

for (const [what, tags] of [
  ["Lab", [[TAG.photometric, 8] as const]],
  ["YCbCr outside JPEG", [[TAG.photometric, 6] as const]],
  ["signed", [[TAG.sampleFormat, 2, 2, 2] as const]],
] as const) {
  test(`${what} samples are not converted to wrong colors but refused by name`, async () => {
    const file = writeTiff(CLASSIC, [
      treeOf(
        CLASSIC,
        [
          [TAG.imageWidth, 16],
          [TAG.imageLength, 16],
          [TAG.bitsPerSample, 8, 8, 8],
          [TAG.compression, 1],
          [TAG.photometric, 2],
          [TAG.samplesPerPixel, 3],
          ...tags,
        ],
        [ramp(768)],
      ),
    ]);
    const { inputPath, facts } = await jobOf(file);
    await assert.rejects(back.decode(inputPath, facts, bench), {
      code: "unsupported_format",
    });
  });
}

test(
  "real files: every page shows the same after repacking",
  { skip: withoutCorpus },
  async () => {
    for (const { file, expect } of corpusFiles("tiff")) {
      if (!expect.startsWith("decode")) continue;
      const source = readCorpus(file);
      const job = await jobOf(source);
      const result = await back.run["tiff-repack"]!(job, bench);
      if (typeof result === "string") continue;
      assert.deepEqual(await shown(result.bytes), await shown(source), file);
    }
  },
);
