// Claims about making GIFs smaller: frames, timing and transparency survive, metadata goes or stays as asked, losses are bounded.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { findCommand } from "../../engines/command.ts";
import type { ConvertIntent, OptimizeIntent } from "../../image/intent.ts";
import type { Candidate, OptimizeJob, WorkBench } from "../codec.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { back } from "./back.ts";
import {
  comment,
  gif,
  grainy,
  icc,
  loop,
  plainText,
  still,
  xmp,
} from "./gif.fixture.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { strategies } from "./strategies.ts";

const folder = await mkdtemp(join(tmpdir(), "gif-test-"));
after(() => rm(folder, { recursive: true }));
let made = 0;
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp", "gifsicle"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: () => undefined,
};
const skip =
  findCommand("gifsicle") === undefined && "gifsicle is not installed";

const ASKED: OptimizeIntent = {
  verb: "optimize",
  quality: { scale: "look", value: 80 },
  stripMetadata: true,
  progressive: false,
  paletteLoss: "allowed",
  maxReductionPercent: null,
};
const look = (value: number): Partial<OptimizeIntent> => ({
  quality: { scale: "look", value },
});

async function run(
  name: string,
  input: Uint8Array,
  asked: Partial<OptimizeIntent> = {},
): Promise<Candidate | string> {
  const inputPath = bench.scratch("input.gif");
  await writeFile(inputPath, input);
  const job: OptimizeJob = {
    input,
    inputPath,
    facts: await header(readerOfBytes(input)),
    intent: { ...ASKED, ...asked },
    tolerance: "warning",
  };
  return (await back.run[name]?.(job, bench)) ?? assert.fail(name);
}

async function mustMake(...asked: Parameters<typeof run>): Promise<Candidate> {
  const result = await run(...asked);
  if (typeof result === "string") assert.fail(`declined: ${result}`);
  return result;
}

/** The smallest of the input and what the strategies that apply make of it. */
async function smallest(
  input: Uint8Array,
  asked: Partial<OptimizeIntent>,
): Promise<Uint8Array> {
  const facts = await header(readerOfBytes(input));
  let best = input;
  for (const { name, applies } of strategies) {
    if (applies(facts, { ...ASKED, ...asked }) !== true) continue;
    const result = await run(name, input, asked);
    if (typeof result !== "string" && result.bytes.length < best.length)
      best = result.bytes;
  }
  return best;
}

/** All frames as they are shown, RGBA, each below the last; 0 where nothing is. */
async function shown(file: Uint8Array): Promise<Buffer> {
  const path = bench.scratch("shown.gif");
  await writeFile(path, file);
  const facts = await header(readerOfBytes(file));
  const decoded = await back.decode(path, facts, bench);
  const pixels = await sharp(decoded.path, { animated: true })
    .ensureAlpha()
    .raw()
    .toBuffer();
  assert.equal(pixels.length, facts.width * facts.height * facts.frames * 4);
  for (let at = 0; at < pixels.length; at += 4)
    if (pixels[at + 3] === 0) pixels.fill(0, at, at + 4);
  return pixels;
}

async function assertSameShow(a: Uint8Array, b: Uint8Array): Promise<void> {
  assert.ok((await shown(a)).equals(await shown(b)), "pixels");
  assert.deepEqual(back.timing?.(b), back.timing?.(a), "timing");
}

const AREA = { width: 12, height: 10 };
const PART = { left: 3, top: 2, width: 6, height: 5 };
const filled = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor(at / step) % 4);
const whole = { ...AREA, pixels: filled(120, 3) };
const part = { ...PART, pixels: filled(30, 2) };

const animations: readonly (readonly [string, Uint8Array])[] = [
  ["a still", still(12, 10)],
  [
    "an interlaced still",
    gif({ ...AREA, frames: [{ ...whole, interlaced: true }] }),
  ],
  [
    "every disposal, delay and a loop count",
    gif({
      ...AREA,
      blocks: [loop(5)],
      frames: [
        { ...whole, delay: 10, disposal: 1 },
        { ...part, delay: 0, disposal: 2, transparent: 0 },
        { ...part, left: 6, delay: 65_535, disposal: 3 },
        { ...part, top: 5, delay: 2, transparent: 1 },
        { ...whole, delay: 3, pixels: filled(120, 7), interlaced: true },
      ],
    }),
  ],
  [
    "a screen that is never covered",
    gif({
      ...AREA,
      blocks: [loop(0)],
      frames: [
        { ...part, delay: 5, disposal: 2 },
        { ...part, left: 0, delay: 5, transparent: 2, disposal: 2 },
      ],
    }),
  ],
  [
    "frames that change nothing",
    gif({ ...AREA, frames: [1, 2, 3].map((delay) => ({ ...whole, delay })) }),
  ],
  [
    "palettes of their own",
    gif({
      ...AREA,
      frames: [
        { ...whole, delay: 4 },
        {
          ...part,
          delay: 4,
          palette: [
            [1, 2, 3],
            [90, 80, 70],
            [9, 200, 9],
            [0, 0, 99],
          ],
        },
      ],
    }),
  ],
];

for (const [what, file] of animations) {
  for (const stripMetadata of [true, false]) {
    test(
      `gifsicle shows the same: ${what}, metadata ${stripMetadata ? "stripped" : "kept"}`,
      { skip },
      async () => {
        const { bytes } = await mustMake("gifsicle", file, { stripMetadata });
        await assertSameShow(file, bytes);
      },
    );
  }
  test(`metadata-strip shows the same: ${what}`, async () => {
    const { bytes } = await mustMake("metadata-strip", file);
    await assertSameShow(file, bytes);
  });
}

test(
  "real files show the same, and a second pass finds nothing",
  { skip: skip || withoutCorpus },
  async () => {
    for (const { file, expect } of corpusFiles("gif")) {
      if (expect !== "decode") continue;
      const input = readCorpus(file);
      const result = await smallest(input, {});
      await assertSameShow(input, result);
      assert.equal((await smallest(result, {})).length, result.length, file);
    }
  },
);

const laden = gif({
  ...AREA,
  blocks: [loop(2), xmp("<x:xmpmeta/>"), comment("one")],
  frames: [
    { ...whole, delay: 4, before: [comment("two")] },
    { ...whole, delay: 4, pixels: filled(120, 5) },
  ],
  end: Buffer.from("\x3btrailing"),
});

for (const name of ["metadata-strip", "gifsicle"]) {
  test(`${name} leaves no metadata`, { skip }, async () => {
    const { bytes } = await mustMake(name, laden);
    assert.deepEqual((await header(readerOfBytes(bytes))).metadata, []);
    assert.deepEqual(readMetadata(bytes), {});
    await assertSameShow(laden, bytes);
  });
}

for (const name of ["gifsicle", "gifsicle-lossy"]) {
  test(
    `${name} keeps metadata and trailing data when asked`,
    { skip },
    async () => {
      const asked = { stripMetadata: false, ...look(40) };
      const { bytes } = await mustMake(name, laden, asked);
      assert.deepEqual(readMetadata(bytes), readMetadata(laden));
      assert.equal(Buffer.from(bytes).toString("latin1").slice(-8), "trailing");
    },
  );
}

test(
  "a profile that is not sRGB survives stripping, one that is does not",
  { skip },
  async () => {
    for (const [profile, kind] of [
      ["p3", "other"],
      ["srgb", "none"],
    ] as const) {
      const png = await sharp({
        create: { ...AREA, channels: 3, background: "red" },
      })
        .withIccProfile(profile)
        .png()
        .toBuffer();
      const { icc: bytes = assert.fail() } = await sharp(png).metadata();
      const file = gif({ ...AREA, blocks: [icc(bytes)], frames: [whole] });
      for (const name of ["metadata-strip", "gifsicle"]) {
        const result = await mustMake(name, file);
        const { profile: left } = await header(readerOfBytes(result.bytes));
        assert.equal(left.kind, kind, name);
      }
    }
  },
);

test(
  "a frame that was cut off is left out, and that is said",
  { skip },
  async () => {
    const cut = laden.subarray(0, laden.length - 14);
    assert.equal((await header(readerOfBytes(cut))).frames, 1, "premise");
    for (const name of ["metadata-strip", "gifsicle"]) {
      const { bytes, warnings } = await mustMake(name, cut);
      assert.deepEqual(warnings, ["truncated"]);
      assert.equal((await header(readerOfBytes(bytes))).frames, 1);
    }
  },
);

test("what gifsicle would draw otherwise is not given to it", async () => {
  const texted = gif({ ...AREA, blocks: [plainText("x")], frames: [whole] });
  const beyond = gif({ ...AREA, frames: [whole, { ...part, left: 9 }] });
  for (const name of ["gifsicle", "gifsicle-lossy"]) {
    assert.equal(await run(name, texted, look(40)), "plain-text");
    assert.equal(await run(name, beyond, look(40)), "frames-beyond-screen");
  }
});

const noisy = grainy({ width: 96, height: 72, frames: 6, grain: 3 });

test(
  "grain over a still scene is settled: opaque, timed as before, a fraction of the size",
  { skip },
  async () => {
    const exact = await mustMake("gifsicle", noisy);
    const { bytes, method, minScore } = await mustMake(
      "gifsicle-settled",
      noisy,
      look(60),
    );
    assert.equal(method, "settle + gifsicle -O3 --lossy=30");
    assert.equal(minScore, 60);
    assert.ok(bytes.length < exact.bytes.length / 3, `${bytes.length}`);
    const facts = await header(readerOfBytes(bytes));
    assert.deepEqual([facts.hasAlpha, facts.frames], [false, 6]);
    assert.deepEqual(back.timing?.(bytes), back.timing?.(noisy));
  },
);

test(
  "size does not grow with falling quality, and a second pass finds under 4 %",
  { skip },
  async () => {
    let last = Infinity;
    for (const value of [80, 70, 69, 60, 40, 20, 1]) {
      const { length } = await smallest(noisy, look(value));
      assert.ok(length <= last, `${value}: ${length} after ${last}`);
      last = length;
    }
    for (const value of [60, 40]) {
      const first = await smallest(noisy, look(value));
      const second = await smallest(first, look(value));
      assert.ok(second.length > 0.96 * first.length, `${value}`);
    }
  },
);

test(
  "no real file grows with falling quality",
  { skip: skip || withoutCorpus },
  async () => {
    for (const { file, expect } of corpusFiles("gif")) {
      if (expect !== "decode") continue;
      let last = Infinity;
      for (const value of [70, 69, 50, 30]) {
        const { length } = await smallest(readCorpus(file), look(value));
        assert.ok(length <= last, `${file} at ${value}: ${length} > ${last}`);
        last = length;
      }
    }
  },
);

test(
  "at quality 100 the lossy way gives up nothing: a cap can be met",
  { skip },
  async () => {
    const { bytes, method } = await mustMake(
      "gifsicle-lossy",
      noisy,
      look(100),
    );
    assert.equal(method, "gifsicle -O3");
    await assertSameShow(noisy, bytes);
  },
);

test("from 70 on nothing is lost", async () => {
  const facts = await header(readerOfBytes(noisy));
  const lossy = strategies.find(({ loses }) => loses === "pixels");
  const applies = (value: number) =>
    lossy?.applies(facts, { ...ASKED, ...look(value) });
  assert.deepEqual([applies(69), applies(70)], [true, "source-lossless"]);
});

const CONVERT: ConvertIntent = {
  verb: "convert",
  target: "gif",
  quality: { scale: "encoder", value: 80 },
  background: [255, 255, 255, 255],
  stripMetadata: true,
  sharpen: "auto",
  resize: "exact",
  encoding: { speed: 6, depth: 8, chroma: "420", lossless: false },
};

test("an edge that GIF cannot hold is refused by name", () => {
  const picture = { width: 65_536, height: 1, hasAlpha: false, frames: 1 };
  assert.throws(() => back.encoding?.(CONVERT, picture, bench), {
    code: "image_too_large",
  });
});

test("metadata that is stripped can be put back", async () => {
  const { bytes } = await mustMake("metadata-strip", laden);
  const again = writeMetadata(bytes, readMetadata(laden));
  assert.deepEqual(readMetadata(again.bytes), readMetadata(laden));
  await assertSameShow(laden, again.bytes);
});
