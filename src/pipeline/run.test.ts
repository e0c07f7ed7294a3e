// Claims about the pipeline as a whole: the order of its steps, and what resizing and profiles make of pixels.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import type { Timing, WorkBench } from "../codecs/codec.ts";
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
import type { BoxIntent, ConvertIntent } from "../image/intent.ts";
import { runPipeline, STEPS } from "./run.ts";
import type { Picture, Run } from "./step.ts";

// In the pool's children too: files of one name are never one image.
sharp.cache(false);
const folder = await mkdtemp(join(tmpdir(), "run-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const warnings: string[] = [];
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: (token) => void warnings.push(token),
};

const INTENT: ConvertIntent = {
  verb: "convert",
  target: "png",
  quality: { scale: "encoder", value: 90 },
  background: [255, 255, 255, 255],
  stripMetadata: true,
  sharpen: "none",
  resize: "exact",
  encoding: { speed: 9, depth: 8, chroma: "444", lossless: false },
};

/** A box for the long edge, as /convert's `size` means it. */
function within(edge: number): { readonly box: BoxIntent } {
  return { box: { width: edge, height: edge, fit: "inside", enlarge: false } };
}

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
  timing?: Timing,
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
      intent.box,
    ),
    ...(timing && { timing }),
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

test("the order is: shrink, orient, resize, pad, overlay, unsharp, and then encode", () => {
  assert.deepEqual(
    STEPS.map(({ name }) => name),
    ["shrink", "orient", "resize", "pad", "overlay", "unsharp"],
  );
});

test("steps that have nothing to do are passed over", async () => {
  const file = await drawn(8, 8, checkerboard).png().toBuffer();
  const { steps } = await sent(file, "png", { sharpen: "auto" });
  assert.deepEqual(steps, ["encode"]);
});

test("steps that have work run in their order", async () => {
  const plain = await drawn(160, 120, (x, y) => [x, y, 90])
    .withIccProfile("p3")
    .jpeg()
    .toBuffer();
  const file = writeMetadata(plain, { exif: orientationExif(6) }).bytes;
  const logo = await drawn(4, 4, () => [255, 0, 0])
    .png()
    .toBuffer();
  const overlay = { scalePercent: 20, opacityPercent: 50, safeZone: false };
  const box = {
    width: 40,
    height: 32,
    fit: "contain",
    enlarge: false,
  } as const;
  const asked = { box, sharpen: "auto", overlay } as const;
  const { steps, size } = await sent(file, "jpeg", asked, logo);
  assert.deepEqual(steps, [...STEPS.map(({ name }) => name), "encode"]);
  assert.deepEqual(size, { width: 40, height: 32 });
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
      // From 4:1 on, an exact resize lets a JPEG's decoder halve in gamma space.
      const asked = { ...within(48), resize };
      const { path, size } = await sent(file, format, asked);
      assert.deepEqual(size, { width: 48, height: 48 });
      const pixels = await rgbOf(path);
      const mean =
        pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
      assert.ok(Math.abs(mean - level) < 3, `mean ${mean}`);
    });
  }
}

test("a checkerboard shrinks in linear light along one side too, and by its profile", async () => {
  const box = { width: 32, height: 128, fit: "fill", enlarge: false } as const;
  const board = drawn(128, 128, checkerboard);
  for (const file of [
    await board.clone().png().toBuffer(),
    await board.clone().withIccProfile("p3").png().toBuffer(),
  ]) {
    const { path, size } = await sent(file, "png", { box });
    assert.deepEqual(size, { width: 32, height: 128 });
    const pixels = await rgbOf(path);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    assert.ok(Math.abs(mean - 188) < 3, `mean ${mean}`);
  }
});

test("exact does not take a JPEG's shrink-on-load where it would show", async () => {
  // At 2:1 the decoder could halve it by itself, in gamma space.
  const file = await drawn(128, 128, checkerboard)
    .jpeg({ quality: 100 })
    .toBuffer();
  const { path } = await sent(file, "jpeg", within(64));
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
          ...(longEdge !== undefined && within(longEdge)),
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
  const { path } = await sent(file, "jpeg", within(48));
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
        const { path } = await sent(file, "jpeg", {
          target,
          ...within(longEdge),
        });
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
      const { path } = await sent(file, "jpeg", within(64));
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
      ...within(longEdge),
      resize: "fast",
    });
    const pixels = await rgbOf(path);
    return Math.max(...pixels) - Math.min(...pixels);
  };
  assert.ok((await range("auto", 200)) > (await range("none", 200)) + 10);
  assert.equal(await range("auto", 400), 90);
});

/** Left half red, right half blue. */
const halves = (width: number) => (x: number) =>
  x < width / 2 ? ([255, 0, 0] as const) : ([0, 0, 255] as const);

/** The pixel of a file at a place, with its alpha. */
async function pixelAt(
  path: string,
): Promise<(x: number, y: number) => number[]> {
  const { data, info } = await sharp(path)
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return (x, y) => {
    const at = (y * info.width + x) * 4;
    return [...data.subarray(at, at + 4)];
  };
}

type Box = Omit<BoxIntent, "width" | "height">;
const boxed: readonly (readonly [
  claim: string,
  box: Box & { readonly width?: number; readonly height?: number },
  size: readonly [number, number],
])[] = [
  [
    "inside, enlarged",
    { width: 160, height: 160, fit: "inside", enlarge: true },
    [160, 80],
  ],
  [
    "inside, not enlarged",
    { width: 160, height: 160, fit: "inside", enlarge: false },
    [80, 40],
  ],
  [
    "a height alone, enlarged",
    { height: 60, fit: "inside", enlarge: true },
    [120, 60],
  ],
  [
    "cover, enlarged",
    { width: 100, height: 100, fit: "cover", enlarge: true },
    [100, 100],
  ],
  [
    "cover, not enlarged",
    { width: 100, height: 100, fit: "cover", enlarge: false },
    [40, 40],
  ],
  [
    "fill, one side shrunk",
    { width: 20, height: 40, fit: "fill", enlarge: false },
    [20, 40],
  ],
  [
    "fill, enlarged",
    { width: 90, height: 90, fit: "fill", enlarge: true },
    [90, 90],
  ],
  [
    "fill, one side enlarged, one shrunk",
    { width: 40, height: 80, fit: "fill", enlarge: true },
    [40, 80],
  ],
];
for (const [claim, box, [width, height]] of boxed) {
  for (const resize of ["exact", "fast"] as const) {
    for (const target of ["png", "jpeg"] as const) {
      test(`${claim}: an ${resize} ${target} has the planned size and the whole picture`, async () => {
        const file = await drawn(80, 40, halves(80)).png().toBuffer();
        const { path, size } = await sent(file, "png", { box, resize, target });
        const found = await sharp(path).metadata();
        assert.deepEqual([found.width, found.height], [width, height]);
        assert.deepEqual(size, { width, height });
        const at = await pixelAt(path);
        const y = Math.floor(height / 2);
        const [left, right] = [at(1, y), at(width - 2, y)];
        assert.ok(left[0]! > 200 && left[2]! < 60, `left ${left.join()}`);
        assert.ok(right[2]! > 200 && right[0]! < 60, `right ${right.join()}`);
      });
    }
  }
}

/** A picture of 40 × 20 in a frame, with the bars' color. */
async function contained(
  file: Uint8Array,
  frame: readonly [width: number, height: number],
  asked: Partial<ConvertIntent>,
  overlay?: Uint8Array,
) {
  const [width, height] = frame;
  const box = { width, height, fit: "contain", enlarge: false } as const;
  const { path, steps } = await sent(file, "png", { box, ...asked }, overlay);
  const found = await sharp(path).metadata();
  assert.deepEqual([found.width, found.height], frame);
  return { at: await pixelAt(path), found, steps, path };
}

const GREEN = [0, 128, 0, 255] as const;
const RED_PIXEL = [200, 10, 10, 255];
const plain = await drawn(40, 20, () => [200, 10, 10])
  .png()
  .toBuffer();

test("a picture smaller than its frame is centred, the odd pixel right and below, its pixels untouched", async () => {
  const { at } = await contained(plain, [45, 23], { background: GREEN });
  for (const [x, y] of [
    [2, 1],
    [41, 1],
    [2, 20],
    [41, 20],
  ] as const) {
    assert.deepEqual(at(x, y), RED_PIXEL, `${x},${y}`);
  }
  for (const [x, y] of [
    [1, 10],
    [42, 10],
    [20, 0],
    [20, 21],
    [0, 0],
    [44, 22],
  ] as const) {
    assert.deepEqual(at(x, y), [...GREEN], `${x},${y}`);
  }
});

test("a picture that fills its frame is not padded", async () => {
  const { steps, at } = await contained(plain, [40, 20], {});
  assert.ok(!steps.includes("pad"));
  assert.deepEqual(at(0, 0), RED_PIXEL);
});

test("bars have the background's color after a resize in linear light too", async () => {
  const { at } = await contained(plain, [20, 20], { background: GREEN });
  assert.deepEqual(at(10, 4), [...GREEN]);
  assert.deepEqual(at(10, 15), [...GREEN]);
  const [r = 0, g = 0] = at(10, 10);
  assert.ok(Math.abs(r - 200) <= 1 && Math.abs(g - 10) <= 1, `${r} ${g}`);
});

test("bars around a gray picture are of color", async () => {
  const gray = await drawn(40, 20, () => [90, 90, 90])
    .toColourspace("b-w")
    .png()
    .toBuffer();
  assert.equal((await sharp(gray).metadata()).channels, 1, "premise");
  const { at } = await contained(gray, [40, 40], {
    background: [255, 0, 0, 255],
  });
  assert.deepEqual(
    [at(5, 5), at(20, 20)],
    [
      [255, 0, 0, 255],
      [90, 90, 90, 255],
    ],
  );
});

for (const target of ["png", "webp"] as const) {
  test(`bars may be translucent around an opaque picture: ${target}`, async () => {
    const background = [0, 0, 250, 64] as const;
    const quality = { scale: "encoder", value: 100 } as const;
    const asked = { target, background, quality };
    const { at, found } = await contained(plain, [40, 60], asked);
    assert.equal(found.hasAlpha, true);
    assert.equal(at(20, 5)[3], 64);
    assert.ok(at(20, 5)[2]! > 240, at(20, 5).join());
    assert.equal(at(20, 30)[3], 255);
  });
}

test("translucent bars are laid on their own color where the target has no alpha", async () => {
  const asked = { target: "jpeg", background: [0, 0, 250, 64] } as const;
  const { at, found } = await contained(plain, [40, 60], asked);
  assert.equal(found.hasAlpha, false);
  const [r = 0, g = 0, b = 0] = at(20, 5);
  assert.ok(r < 6 && g < 6 && b > 244, at(20, 5).join());
});

test("an opaque background around a translucent picture leaves it translucent", async () => {
  const file = await drawn(40, 20, () => [200, 10, 10])
    .ensureAlpha(0.5)
    .png()
    .toBuffer();
  const { at } = await contained(file, [40, 40], { background: GREEN });
  assert.deepEqual(at(20, 2), [...GREEN]);
  assert.deepEqual(at(20, 20).slice(0, 3), RED_PIXEL.slice(0, 3));
  assert.ok(Math.abs(at(20, 20)[3]! - 128) <= 1);
});

test("transparency is laid on the background's color for JPEG", async () => {
  const file = await drawn(40, 40, () => [200, 0, 0])
    .ensureAlpha(0)
    .png()
    .toBuffer();
  const asked = { target: "jpeg", background: GREEN } as const;
  const { path } = await sent(file, "png", asked);
  const [r = 0, g = 0, b = 0] = (await pixelAt(path))(20, 20);
  assert.ok(r < 6 && Math.abs(g - 128) < 6 && b < 6, `${r} ${g} ${b}`);
});

test("the logo's share and place are of the frame, and it may stand on a bar", async () => {
  const logo = await drawn(10, 10, () => [0, 0, 0])
    .png()
    .toBuffer();
  const overlay = {
    scalePercent: 10,
    opacityPercent: 100,
    safeZone: false,
    gravity: "northwest",
    marginPercent: 0,
  } as const;
  const { at } = await contained(plain, [100, 100], { overlay }, logo);
  assert.deepEqual(at(1, 1), [0, 0, 0, 255]);
  assert.deepEqual(at(8, 8), [0, 0, 0, 255]);
  assert.deepEqual(at(10, 10), [255, 255, 255, 255]);
});

/** 16-bit samples of a PNG. */
async function deepPixels(path: string): Promise<Uint16Array> {
  const data = await sharp(path)
    .toColourspace("rgb16")
    .raw({ depth: "ushort" })
    .toBuffer();
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
}

/** 40 × 20 pixels of one 16-bit color that 8 bits cannot tell. */
async function deepPng(): Promise<Buffer> {
  const data = new Uint16Array(40 * 20 * 3).fill(0x1234);
  return sharp(data, { raw: { width: 40, height: 20, channels: 3 } })
    .toColourspace("rgb16")
    .png()
    .toBuffer();
}

for (const [background, wanted] of [
  [
    [255, 128, 0, 255],
    [0xffff, 0x8080, 0],
  ],
  [
    [255, 128, 0, 128],
    [0xffff, 0x8080, 0, 0x8080],
  ],
] as const) {
  test(`a 16-bit picture on ${background.join()} keeps its depth, and the color is its 16-bit like`, async () => {
    // Depth is carried where the target was asked to be deeper than 8 bits.
    const encoding = { ...INTENT.encoding, depth: 10 } as const;
    const asked = { background, encoding };
    const { path } = await contained(await deepPng(), [40, 40], asked);
    assert.equal((await sharp(path).metadata()).depth, "ushort");
    const pixels = await deepPixels(path);
    const bands = wanted.length;
    assert.deepEqual([...pixels.subarray(0, bands)], wanted);
    const inside = 40 * 20 * bands;
    assert.deepEqual(
      [...pixels.subarray(inside, inside + bands)],
      [0x1234, 0x1234, 0x1234, 0xffff].slice(0, bands),
    );
  });
}

/** The frames' own colors, far apart so that one that bleeds into the next shows. */
const FRAME_COLORS = [
  [230, 20, 20],
  [20, 200, 20],
  [20, 20, 230],
  [240, 240, 240],
] as const;

/** Four frames of 80 × 40 in WebP, each of one color with a black border of 4 px. */
async function animation(alpha?: number): Promise<Uint8Array> {
  const frames = await Promise.all(
    FRAME_COLORS.map((color) => {
      const frame = drawn(80, 40, (x, y) =>
        x < 4 || y < 4 || x >= 76 || y >= 36 ? [0, 0, 0] : color,
      );
      return (alpha === undefined ? frame : frame.ensureAlpha(alpha))
        .raw()
        .toBuffer();
    }),
  );
  const channels = alpha === undefined ? 3 : 4;
  return sharp(Buffer.concat(frames), {
    raw: { width: 80, height: 160, channels, pageHeight: 40 },
  })
    .webp({ lossless: true, loop: 3, delay: TIMING.delaysMs })
    .toBuffer();
}

const TIMING = { delaysMs: [100, 40, 250, 70], plays: 3 };

/** What the animation became: each frame's pixels, its timing, and its size. */
async function animated(asked: Partial<ConvertIntent>, overlay?: Uint8Array) {
  const quality = { scale: "encoder", value: 100 } as const;
  const intent = { target: "webp", quality, ...asked } as const;
  const file = await animation();
  const { path, steps, size } = await sent(
    file,
    "webp",
    intent,
    overlay,
    TIMING,
  );
  const found = await sharp(path, { pages: -1 }).metadata();
  assert.equal(found.pages, 4);
  assert.deepEqual(found.delay, TIMING.delaysMs);
  assert.equal(found.loop, TIMING.plays);
  assert.deepEqual([found.width, found.pageHeight], [size.width, size.height]);
  const frames = await Promise.all(
    FRAME_COLORS.map(async (_, page) => {
      const frame = join(folder, `${made++}-frame.png`);
      await sharp(path, { page }).png().toFile(frame);
      return pixelAt(frame);
    }),
  );
  return { steps, size, frames };
}

function assertNear(
  found: readonly number[],
  wanted: readonly number[],
  what: string,
): void {
  const far = wanted.some((value, at) => Math.abs(value - found[at]!) > 12);
  assert.ok(!far, `${what}: ${found.join()}, not ${wanted.join()}`);
}

test("each frame of an animation goes through the steps alone, its timing kept", async () => {
  const logo = await drawn(10, 10, () => [255, 0, 255])
    .png()
    .toBuffer();
  const overlay = {
    scalePercent: 20,
    opacityPercent: 100,
    safeZone: false,
    gravity: "center",
  } as const;
  const box = {
    width: 40,
    height: 30,
    fit: "contain",
    enlarge: false,
  } as const;
  const background = [0, 128, 128, 255] as const;
  const asked = { box, background, overlay, sharpen: "auto" } as const;
  const { frames, size, steps } = await animated(asked, logo);
  assert.deepEqual(size, { width: 40, height: 30 });
  assert.deepEqual(
    steps.toSorted(),
    ["decode", "resize", "pad", "overlay", "unsharp", "encode"].toSorted(),
  );
  for (const [index, at] of frames.entries()) {
    // Bars of 5 px above and below; then a border of 2 px; a logo of 8 px in the middle.
    for (const y of [0, 2, 27, 29]) {
      assertNear(at(20, y), background, `frame ${index}, bar at ${y}`);
    }
    for (const y of [5, 24]) {
      const [r, g, b] = at(8, y) as [number, number, number];
      assert.ok(Math.max(r, g, b) < 60, `frame ${index}, border at ${y}`);
    }
    for (const [x, y] of [
      [8, 10],
      [32, 10],
      [8, 19],
      [32, 19],
    ] as const) {
      assertNear(at(x, y), FRAME_COLORS[index]!, `frame ${index}, ${x},${y}`);
    }
    assertNear(at(20, 15), [255, 0, 255], `frame ${index}, logo`);
  }
});

for (const [claim, box, width, height] of [
  ["cropped", { width: 20, height: 20, fit: "cover", enlarge: false }, 20, 20],
  ["enlarged", { width: 160, fit: "inside", enlarge: true }, 160, 80],
  ["left alone", undefined, 80, 40],
] as const) {
  for (const resize of ["exact", "fast"] as const) {
    test(`an animation can be ${claim}: ${resize}`, async () => {
      const asked = { ...(box && { box }), resize };
      const { frames, size } = await animated(asked);
      assert.deepEqual(size, { width, height });
      for (const [index, at] of frames.entries()) {
        const middle = at(width / 2, height / 2);
        assertNear(middle, FRAME_COLORS[index]!, `frame ${index}`);
      }
    });
  }
}

test("delays and plays beyond what the encoder takes are capped, and that is said", async () => {
  const timing = { delaysMs: [70_000, 40, 250, 70], plays: 70_000 };
  const file = await animation();
  warnings.length = 0;
  const { path } = await sent(
    file,
    "webp",
    { target: "webp" },
    undefined,
    timing,
  );
  const found = await sharp(path, { pages: -1 }).metadata();
  assert.deepEqual(found.delay, [65_535, 40, 250, 70]);
  assert.equal(found.loop, 65_535);
  assert.deepEqual(warnings, ["timing-capped"]);
});

test("translucent frames stay translucent", async () => {
  const file = await animation(0.5);
  const { path } = await sent(
    file,
    "webp",
    { target: "webp", ...within(40) },
    undefined,
    TIMING,
  );
  for (const page of [0, 1, 2, 3]) {
    const frame = await sharp(path, { page })
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.equal(frame.info.channels, 4);
    const alpha = frame.data[(10 * 40 + 20) * 4 + 3] ?? 0;
    assert.ok(Math.abs(alpha - 128) <= 2, `frame ${page}: ${alpha}`);
  }
});
