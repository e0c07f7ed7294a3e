// Claims about the pipeline as a whole: the order of its steps, and what resizing and profiles make of pixels.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import type { WorkBench } from "../codecs/codec.ts";
import {
  readCorpus,
  withoutCorpus,
} from "../codecs/containers/corpus.fixture.ts";
import { orientationExif } from "../codecs/containers/exif.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { writeMetadata } from "../codecs/jpeg/metadata.ts";
import { CODECS } from "../codecs/table.ts";
import type { FormatId } from "../image/format.ts";
import { orientedSize, planResize } from "../image/geometry.ts";
import type { ConvertIntent } from "../image/intent.ts";
import { runPipeline, STEPS } from "./run.ts";
import type { Picture, Run } from "./step.ts";

// In the pool's children too: files of one name are never one image.
sharp.cache(false);
const folder = await mkdtemp(join(tmpdir(), "run-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: () => undefined,
};

const INTENT: ConvertIntent = {
  verb: "convert",
  target: "png",
  quality: { scale: "encoder", value: 90 },
  square: false,
  stripMetadata: true,
  sharpen: "none",
  resize: "exact",
  encoding: { speed: 9, depth: 8, chroma: "444" },
};

async function pictureOf(file: Uint8Array, format: FormatId): Promise<Picture> {
  const path = bench.scratch("input");
  await writeFile(path, file);
  const codec = CODECS[format];
  const back = await codec.back();
  const facts = await codec.header(readerOfBytes(file));
  return {
    path,
    facts,
    codec,
    back,
    decoded: await back.decode(path, facts, bench),
  };
}

/** The file sent through the pipeline: a path to what came out, and the steps that ran. */
async function sent(
  file: Uint8Array,
  format: FormatId,
  asked: Partial<ConvertIntent> = {},
  overlay?: Uint8Array,
) {
  const intent = { ...INTENT, ...asked };
  const source = await pictureOf(file, format);
  const codec = CODECS[intent.target];
  const run: Run = {
    intent,
    source,
    ...(overlay && { overlay: await pictureOf(overlay, "png") }),
    target: { codec, back: await codec.back() },
    resize: planResize(
      orientedSize(source.decoded.size, source.decoded.orientation),
      intent,
    ),
    tolerance: "warning",
    maxPixels: 1e8,
    outputPath: bench.scratch("output"),
    bench,
  };
  const result = await runPipeline(run);
  return {
    path: run.outputPath,
    steps: [...result.spans.keys()],
    size: result.size,
  };
}

async function rgbOf(image: string | Uint8Array): Promise<Buffer> {
  return sharp(image).removeAlpha().toColourspace("srgb").raw().toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return (
    a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) /
    a.length
  );
}

function drawn(
  width: number,
  height: number,
  color: (x: number, y: number) => readonly [number, number, number],
): Sharp {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(color(x, y), (y * width + x) * 3);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const checkerboard = (x: number, y: number) =>
  (x + y) % 2 === 0 ? ([0, 0, 0] as const) : ([255, 255, 255] as const);

test("the order is: orient, to sRGB, resize, overlay, unsharp, encode", () => {
  assert.deepEqual(
    STEPS.map(({ name }) => name),
    ["orient", "to-srgb", "resize", "overlay", "unsharp", "encode"],
  );
});

test("steps that have nothing to do are passed over", async () => {
  const file = await drawn(8, 8, checkerboard).png().toBuffer();
  const { steps } = await sent(file, "png", { sharpen: "auto" });
  assert.deepEqual(steps, ["encode"]);
});

test("steps that have work run in their order", async () => {
  const plain = await drawn(64, 48, (x, y) => [x * 3, y * 4, 90])
    .withIccProfile("p3")
    .jpeg()
    .toBuffer();
  const file = writeMetadata(plain, { exif: orientationExif(6) }).bytes;
  const logo = await drawn(4, 4, () => [255, 0, 0])
    .png()
    .toBuffer();
  const overlay = { scalePercent: 20, opacityPercent: 50, safeZone: false };
  const asked = { longEdge: 32, sharpen: "auto", overlay } as const;
  const { steps, size } = await sent(file, "jpeg", asked, logo);
  assert.deepEqual(
    steps,
    STEPS.map(({ name }) => name),
  );
  assert.deepEqual(size, { width: 24, height: 32 });
});

/** Half of the light of white is 188 in sRGB; the mean of the coded values is 128. */
const lights: readonly (readonly [ConvertIntent["resize"], number])[] = [
  ["exact", 188],
  ["fast", 128],
];
for (const [resize, level] of lights) {
  for (const format of ["png", "jpeg"] as const) {
    test(`a checkerboard shrinks to ${level} in ${resize}: ${format}`, async () => {
      const file = await drawn(128, 128, checkerboard)
        .toFormat(format, { quality: 100, chromaSubsampling: "4:4:4" })
        .toBuffer();
      const { path, size } = await sent(file, format, { longEdge: 32, resize });
      assert.deepEqual(size, { width: 32, height: 32 });
      const pixels = await rgbOf(path);
      const mean =
        pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
      assert.ok(Math.abs(mean - level) < 3, `mean ${mean}`);
    });
  }
}

test("exact does not take a JPEG's shrink-on-load where it would show", async () => {
  // At 2:1 the decoder could halve it by itself, in gamma space.
  const file = await drawn(128, 128, checkerboard)
    .jpeg({ quality: 100 })
    .toBuffer();
  const { path } = await sent(file, "jpeg", { longEdge: 64 });
  const pixels = await rgbOf(path);
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  assert.ok(Math.abs(mean - 188) < 4, `mean ${mean}`);
});

const colorful = (x: number, y: number) =>
  [40 + x, 200 - y, 60 + ((x + y) >> 1)] as const;

for (const resize of ["exact", "fast"] as const) {
  for (const longEdge of [undefined, 48]) {
    for (const sharpen of ["auto", "none"] as const) {
      const how = `${resize}, ${longEdge === undefined ? "not resized" : "resized"}, sharpen ${sharpen}`;
      test(`a P3 source is converted by its profile: ${how}`, async () => {
        const original = drawn(96, 72, colorful);
        const srgb = await original.clone().png().toBuffer();
        const p3 = await original
          .clone()
          .withIccProfile("p3")
          .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
          .toBuffer();
        const untagged = meanDifference(
          await sharp(p3, { ignoreIcc: true }).raw().toBuffer(),
          await rgbOf(srgb),
        );
        assert.ok(
          untagged > 4,
          "premise: without the profile it looks different",
        );
        const asked = {
          resize,
          sharpen,
          ...(longEdge !== undefined && { longEdge }),
        };
        const [found, wanted] = [
          await sent(p3, "jpeg", asked),
          await sent(srgb, "png", asked),
        ];
        const difference = meanDifference(
          await rgbOf(found.path),
          await rgbOf(wanted.path),
        );
        assert.ok(difference < 2, `differs by ${difference}`);
      });
    }
  }
}

test("a CMYK source is neither black nor inverted after an exact resize", async () => {
  const original = drawn(96, 72, colorful);
  const file = await original
    .clone()
    .toColourspace("cmyk")
    .jpeg({ quality: 100 })
    .toBuffer();
  const { path } = await sent(file, "jpeg", { longEdge: 48 });
  const wanted = await rgbOf(
    await original.clone().resize(48).png().toBuffer(),
  );
  const difference = meanDifference(await rgbOf(path), wanted);
  // Inks do not hold every color.
  assert.ok(difference < 15, `differs by ${difference}`);
});

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
for (const target of ["png", "jpeg", "webp", "avif"] as const) {
  test(`each orientation comes out upright, once: ${target}, resized and not`, async () => {
    const plain = await drawn(48, 32, (x, y) => [
      x < 24 ? 220 : 30,
      y < 16 ? 220 : 30,
      90,
    ])
      .jpeg({ quality: 100 })
      .toBuffer();
    for (const orientation of ORIENTATIONS) {
      const file = writeMetadata(plain, {
        exif: orientationExif(orientation),
      }).bytes;
      for (const longEdge of [48, 24]) {
        const { path } = await sent(file, "jpeg", { target, longEdge });
        const upright = await sharp(file).autoOrient().toBuffer();
        const wanted = await sharp(upright)
          .resize({ width: longEdge, height: longEdge, fit: "inside" })
          .raw()
          .toBuffer({ resolveWithObject: true });
        const found = await sharp(path)
          .autoOrient()
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const sizes = [found, wanted].map(({ info }) => [
          info.width,
          info.height,
        ]);
        assert.deepEqual(sizes[0], sizes[1], `${orientation} at ${longEdge}`);
        const difference = meanDifference(found.data, wanted.data);
        assert.ok(
          difference < 8,
          `${orientation} at ${longEdge} differs by ${difference}`,
        );
      }
    }
  });
}

test(
  "the eight orientations of the corpus come out as one picture",
  { skip: withoutCorpus },
  async () => {
    const pictures = [];
    for (const orientation of ORIENTATIONS) {
      const file = readCorpus(`jpeg/exif-orientation-${orientation}.jpg`);
      const { path } = await sent(file, "jpeg", { longEdge: 64 });
      pictures.push(await rgbOf(path));
    }
    const [first] = pictures;
    assert.ok(first);
    pictures.forEach((pixels, index) => {
      const difference = meanDifference(pixels, first);
      assert.ok(
        difference < 4,
        `orientation ${index + 1} differs by ${difference}`,
      );
    });
  },
);

test("transparency is laid on white for JPEG and kept for PNG", async () => {
  const file = await drawn(40, 40, () => [200, 0, 0])
    .ensureAlpha(0)
    .png()
    .toBuffer();
  const opaque = await sent(file, "png", { target: "jpeg" });
  const [red, green] = await rgbOf(opaque.path);
  assert.ok((red ?? 0) > 250 && (green ?? 0) > 250);
  const kept = await sent(file, "png");
  assert.equal((await sharp(kept.path).metadata()).hasAlpha, true);
});

test("a logo stands in its corner at its opacity, and nowhere else", async () => {
  const file = await drawn(200, 100, () => [255, 255, 255])
    .png()
    .toBuffer();
  const logo = await drawn(10, 10, () => [0, 0, 0])
    .png()
    .toBuffer();
  const overlay = { scalePercent: 10, opacityPercent: 50, safeZone: false };
  const { path } = await sent(file, "png", { overlay }, logo);
  const pixels = await rgbOf(path);
  const at = (x: number, y: number): number => pixels[(y * 200 + x) * 3] ?? 0;
  // 20 px wide, 5 px from the right and the bottom.
  assert.deepEqual(
    [at(174, 85), at(196, 85), at(185, 74), at(185, 96)],
    [255, 255, 255, 255],
  );
  assert.ok(Math.abs(at(185, 85) - 128) <= 2, `${at(185, 85)}`);
});

test("what was reduced is sharpened, unless it is not to be", async () => {
  const file = await drawn(400, 40, (x) =>
    x < 200 ? [80, 80, 80] : [170, 170, 170],
  )
    .png()
    .toBuffer();
  const range = async (
    sharpen: "auto" | "none",
    longEdge: number,
  ): Promise<number> => {
    const { path } = await sent(file, "png", {
      sharpen,
      longEdge,
      resize: "fast",
    });
    const pixels = await rgbOf(path);
    return Math.max(...pixels) - Math.min(...pixels);
  };
  assert.ok((await range("auto", 200)) > (await range("none", 200)) + 10);
  assert.equal(await range("auto", 400), 90);
});
