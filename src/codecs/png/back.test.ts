// Claims about the ways a PNG or APNG is made smaller: lossless ones leave every pixel, all keep what must survive, none shrinks its own result.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate, WorkBench } from "../codec.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { isAnimation, readAnimation, timing } from "./animation.ts";
import { readCoded } from "./assemble.ts";
import { back } from "./back.ts";
import { stackFrames } from "./composite.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { paletteSettings } from "./plan.ts";
import { chunk, png } from "./png.fixture.ts";
import { readRgba } from "./rgba.ts";
import { readRows } from "./scanlines.ts";
import { strategies } from "./strategies.ts";

const folder = await mkdtemp(join(tmpdir(), "png-back-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const scratch = (name: string): string => join(folder, `${made++}-${name}`);
const bench: WorkBench = {
  scratch,
  engines: new Set(["sharp", "oxipng", "imagequant"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: () => undefined,
};

const INTENT: OptimizeIntent = {
  verb: "optimize",
  quality: { scale: "look", value: 80 },
  stripMetadata: true,
  progressive: false,
  paletteLoss: "allowed",
  maxReductionPercent: null,
};
const LOSSLESS = ["metadata-strip", "deflate", "oxipng"] as const;
const RECODING = ["deflate", "oxipng", "imagequant"] as const;

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

async function ran(
  name: string,
  input: Uint8Array,
  asked: Partial<OptimizeIntent> = {},
): Promise<Candidate | string> {
  const inputPath = scratch("input.png");
  await writeFile(inputPath, input);
  const intent = { ...INTENT, ...asked };
  const facts = await factsOf(input);
  const job = {
    input,
    inputPath,
    facts,
    intent,
    tolerance: "warning",
  } as const;
  const run = back.run[name];
  assert.ok(run);
  return run(job, bench);
}

async function optimized(
  name: string,
  input: Uint8Array,
  asked: Partial<OptimizeIntent> = {},
): Promise<Candidate> {
  const result = await ran(name, input, asked);
  if (typeof result === "string") assert.fail(`${name} declined: ${result}`);
  return result;
}

/** All frames in RGBA, stacked, by our own reader; colors under full transparency made one. */
function shown(file: Uint8Array): Uint8Array {
  const pixels = isAnimation(file)
    ? stackFrames(readAnimation(file))
    : readRgba(readCoded(file));
  for (let at = 0; at < pixels.length; at += 4)
    if (pixels[at + 3] === 0) pixels.fill(0, at, at + 4);
  return pixels;
}

/** The same of a still by libvips, 16 bits deep. */
async function decoded(file: Uint8Array): Promise<Uint16Array> {
  const bytes = await sharp(file, { ignoreIcc: true })
    .toColourspace("rgb16")
    .ensureAlpha()
    .raw({ depth: "ushort" })
    .toBuffer();
  const pixels = new Uint16Array(Uint8Array.from(bytes).buffer);
  for (let at = 0; at < pixels.length; at += 4)
    if (pixels[at + 3] === 0) pixels.fill(0, at, at + 4);
  return pixels;
}

/** By bytes: a failing `deepEqual` of so many takes minutes to print. */
function assertSame(
  a: ArrayBufferView,
  b: ArrayBufferView,
  file: string,
): void {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  assert.equal(Buffer.compare(bytes(a), bytes(b)), 0, file);
}

/** A picture of many colors. */
function scene(width: number, height: number): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / 3);
    const [x, y, c] = [pixel % width, Math.floor(pixel / width), at % 3];
    data[at] = 128 + 90 * Math.sin(x / (5 + c)) * Math.cos(y / (9 - c));
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const photo = await scene(160, 120);

test("every declared strategy has its run", () => {
  const names = strategies.map(({ name }) => name);
  assert.deepEqual(Object.keys(back.run).toSorted(), names.toSorted());
});

for (const name of LOSSLESS) {
  test(
    `${name} leaves the pixels, frames and timing of every small PNG of the corpus`,
    { skip: withoutCorpus },
    async () => {
      for (const { file, width = 0, height = 0 } of corpusFiles("png")) {
        if (width * height > 20_000) continue;
        const input = readCorpus(file);
        const { bytes } = await optimized(name, input);
        assert.deepEqual(timing(bytes), timing(input), file);
        if (isAnimation(input)) {
          assertSame(shown(bytes), shown(input), file);
        } else assertSame(await decoded(bytes), await decoded(input), file);
      }
    },
  );
}

test(
  "our reader sees the 8-bit stills of the corpus as libvips does, interlaced or not",
  { skip: withoutCorpus },
  async () => {
    for (const { file, width = 0 } of corpusFiles("png")) {
      const input = readCorpus(file);
      const { bitDepth, frames } = await factsOf(input);
      if (width > 300 || bitDepth > 8 || frames > 1) continue;
      const seen = await sharp(input, { ignoreIcc: true })
        .toColourspace("srgb")
        .ensureAlpha()
        .raw()
        .toBuffer();
      assertSame(readRgba(readCoded(input)), seen, file);
    }
  },
);

for (const name of RECODING) {
  test(`${name} finds nothing to gain in its own result`, async () => {
    const { bytes } = await optimized(name, photo);
    const again = await ran(name, bytes);
    if (typeof again === "string") assert.equal(again, "few-colors");
    else assert.ok(again.bytes.length > 0.99 * bytes.length);
  });

  for (const stripMetadata of [true, false]) {
    test(`${name} keeps orientation and density, and other metadata only when ${stripMetadata ? "not " : ""}stripped`, async () => {
      const dense = await sharp(photo).withDensity(300).png().toBuffer();
      const file = writeMetadata(dense, {
        exif: orientationExif(6),
        xmp: Buffer.from("<x:xmpmeta>someone</x:xmpmeta>"),
      }).bytes;
      const { bytes } = await optimized(name, file, { stripMetadata });
      const facts = await factsOf(bytes);
      assert.equal(facts.orientation, 6);
      assert.equal(Math.round(facts.density?.x ?? 0), 300);
      const found = Buffer.from(bytes).includes("someone");
      assert.equal(found, !stripMetadata);
    });
  }

  test(`${name} keeps a profile that is not sRGB`, async () => {
    const file = await sharp(photo).withIccProfile("p3").png().toBuffer();
    assert.equal((await factsOf(file)).profile.kind, "other", "premise");
    const { bytes } = await optimized(name, file);
    assert.deepEqual(readMetadata(bytes).icc, readMetadata(file).icc);
  });
}

test("stripping takes what lies behind the end", async () => {
  const file = Buffer.concat([photo, Buffer.from("someone")]);
  for (const name of LOSSLESS) {
    const { bytes } = await optimized(name, file);
    assert.equal(Buffer.from(bytes).includes("someone"), false, name);
  }
});

test("a palette is smaller than the exact picture, and of a palette none is made", async () => {
  const exact = await optimized("oxipng", photo);
  const palette = await optimized("imagequant", photo);
  assert.ok(palette.bytes.length < exact.bytes.length);
  assert.equal((await factsOf(palette.bytes)).color, "palette");
  assert.equal(await ran("imagequant", palette.bytes), "few-colors");
});

test("bytes fall with the quality asked for", async () => {
  const sizes = [];
  for (const value of [80, 60, 40]) {
    const quality = { scale: "look", value } as const;
    const { bytes } = await optimized("imagequant", photo, { quality });
    sizes.push(bytes.length);
  }
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
});

test("settings get finer from try to try, under the floor of the look asked for", () => {
  for (const value of [1, 40, 75, 89, 90, 100]) {
    const tries = paletteSettings({ scale: "look", value });
    const qualities = tries.map(({ quality }) => quality);
    assert.deepEqual(
      qualities,
      qualities.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(tries.map(({ minScore }) => minScore)).size, 1);
  }
});

test(
  "an animation in a palette keeps its timing and looks alike",
  { skip: withoutCorpus },
  async () => {
    const input = readCorpus("png/apng-beach-ball.png");
    const { bytes } = await optimized("imagequant", input);
    assert.ok(bytes.length < 0.5 * input.length);
    assert.deepEqual(timing(bytes), timing(input));
    const [before, now] = [shown(input), shown(bytes)];
    const sum = before.reduce(
      (s, v, at) => s + Math.abs(v - (now[at] ?? 0)),
      0,
    );
    assert.ok(sum / before.length < 4, `${sum / before.length}`);
  },
);

test(
  "16 bits become 8 in a palette only with a warning",
  { skip: withoutCorpus },
  async () => {
    const input = readCorpus("png/16bit-rgba.png");
    const quality = { scale: "look", value: 1 } as const;
    const result = await ran("imagequant", input, { quality });
    if (typeof result === "string") assert.equal(result, "score-too-low");
    else assert.deepEqual(result.warnings, ["depth-reduced"]);
  },
);

const applying: readonly (readonly [object, object, true | string])[] = [
  [{}, {}, true],
  [{}, { paletteLoss: "refused" }, "lossy-refused"],
  [{ color: "palette" }, {}, "palette-already"],
  [{ color: "gray" }, {}, "few-colors"],
  [{ bitDepth: 16 }, {}, "deep-color"],
  [{ bitDepth: 16 }, { paletteLoss: "asked" }, true],
  [{ frames: 1e6 }, {}, "too-many-pixels"],
];
for (const [facts, asked, wanted] of applying) {
  test(`a palette for ${JSON.stringify(facts)}, asked ${JSON.stringify(asked)}: ${wanted}`, async () => {
    const strategy = strategies.find(({ name }) => name === "imagequant");
    const found = { ...(await factsOf(photo)), ...facts };
    assert.equal(strategy?.applies(found, { ...INTENT, ...asked }), wanted);
  });
}

test("image data that end too soon are an invalid image, and a bomb inflates no further than the header says", async () => {
  const { header: shape, data } = readCoded(photo);
  const taller = { ...shape, height: shape.height + 1 };
  assert.throws(() => readRows(data, taller), { code: "invalid_image" });
  const lower = { ...shape, height: 1 };
  assert.throws(() => readRows(data, lower), { code: "invalid_image" });
});

test(
  "frames out of order are an invalid image",
  { skip: withoutCorpus },
  () => {
    const input = readCorpus("png/apng-delay.png");
    const control = chunk("fcTL", new Uint8Array(26).fill(9));
    const file = png(input.subarray(8, 33), control, input.subarray(33));
    assert.throws(() => timing(file), { code: "invalid_image" });
  },
);
