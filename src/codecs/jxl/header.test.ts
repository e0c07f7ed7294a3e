// Claims about reading JPEG XL headers: what plain bits tell is told right, and what they hide is not guessed.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Facts } from "../../image/facts.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { boxBytes } from "../containers/isobmff-write.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { walkBytes } from "../containers/walk.ts";
import { CONTAINER_MAGIC } from "./boxes.ts";
import { header } from "./header.ts";
import { tinyJxl } from "./jxl.fixture.ts";
import { walkStructure } from "./structure.ts";
import { timingOf } from "./timing.ts";

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

test("a bare codestream tells size, alpha, loss and quality", async () => {
  const facts = await factsOf(tinyJxl());
  assert.deepEqual(
    [facts.width, facts.height, facts.hasAlpha, facts.lossy, facts.frames],
    [24, 16, true, true, 1],
  );
  // Distance 3.
  assert.equal(facts.sourceQuality, 68);
  assert.deepEqual(facts.metadata, []);
});

test("a codestream in pieces tells what it tells in one", async () => {
  const code = tinyJxl();
  const piece = (from: number, to: number, index: number): Uint8Array =>
    boxBytes("jxlp", Uint8Array.of(0, 0, 0, index), code.subarray(from, to));
  const file = Buffer.concat([
    CONTAINER_MAGIC,
    boxBytes("ftyp", Buffer.from("jxl \0\0\0\0jxl ", "latin1")),
    piece(0, 3, 0),
    piece(3, 40, 1),
    piece(40, code.length, 2),
  ]);
  const { bytes: _bare, ...bare } = await factsOf(code);
  const { bytes: _boxed, ...boxed } = await factsOf(new Uint8Array(file));
  assert.deepEqual(boxed, bare);
});

test("what trails behind the last frame is found", async () => {
  const file = Buffer.concat([tinyJxl(), Buffer.from("and more")]);
  const facts = await factsOf(new Uint8Array(file));
  assert.deepEqual(facts.metadata, ["trailing"]);
});

test("a codestream that is cut off is an invalid image", async () => {
  const file = tinyJxl();
  for (const left of [0.99, 0.5, 0.1]) {
    const cut = file.subarray(0, Math.floor(file.length * left));
    await assert.rejects(factsOf(cut), { code: "invalid_image" });
  }
});

test("the manifest's facts are found", { skip: withoutCorpus }, async () => {
  const files = corpusFiles("jxl");
  assert.ok(files.length > 10, "premise");
  for (const { file, width, height } of files) {
    const facts = await factsOf(readCorpus(file));
    assert.deepEqual([facts.width, facts.height], [width, height], file);
  }
});

const corpus: readonly (readonly [file: string, facts: Partial<Facts>])[] = [
  ["anim-lossless", { frames: 4, lossy: false, hasAlpha: true }],
  ["anim-lossy", { frames: 4, lossy: true, sourceQuality: 92 }],
  [
    "container-exif",
    { lossy: true, metadata: ["exif", "gps", "xmp", "thumbnail"] },
  ],
  ["grayscale", { color: "gray", profile: { kind: "other", space: "gray" } }],
  ["hdr-hlg", { bitDepth: 16, lossy: false, profile: { kind: "none" } }],
  ["large-explicit-3000x2000", { bitDepth: 1, color: "gray" }],
  ["lossless-gb82-haze", { lossy: false, bitDepth: 8, hasAlpha: false }],
  ["lossless-screenshot-windows95", { lossy: false }],
  ["orientation-8", { orientation: 8 }],
  ["photo-candle", { bitDepth: 16, hasAlpha: true }],
  ["photo-efb", { lossy: true }],
  ["with-preview", { width: 64, height: 64, sourceQuality: 92 }],
];
for (const [name, wanted] of corpus) {
  test(`facts of ${name}`, { skip: withoutCorpus }, async () => {
    const facts = await factsOf(readCorpus(`jxl/${name}.jxl`));
    const found = Object.fromEntries(
      Object.keys(wanted).map((key) => [key, facts[key as keyof Facts]]),
    );
    assert.deepEqual(found, wanted);
  });
}

for (const [name, primaries, transfer] of [
  ["hdr-hlg", 9, 18],
  ["hdr-pq-p3", 12, 16],
  ["photo-candle", 1, 8],
  ["owl", 1, 13],
] as const) {
  test(`code points of ${name}`, { skip: withoutCorpus }, async () => {
    const { cicp } = await factsOf(readCorpus(`jxl/${name}.jxl`));
    assert.deepEqual([cicp?.primaries, cicp?.transfer], [primaries, transfer]);
  });
}

test("frames stand as long as they say", { skip: withoutCorpus }, () => {
  for (const name of ["anim-lossless", "anim-lossy"]) {
    const file = readCorpus(`jxl/${name}.jxl`);
    const structure = walkBytes(file, walkStructure(file.length));
    assert.deepEqual(timingOf(structure), {
      delaysMs: [3000, 1000, 3000, 1000],
      plays: 0,
    });
  }
});

test("an animation whose frames cannot be counted is refused by name", async () => {
  const fields = [
    ["8 × 8 px", "1 00000 100"],
    ["more than the usual, presentation too, upright", "0 1 000"],
    ["no size of its own, no preview, animated", "0 0 1"],
    ["100 ticks a second, for ever, no time codes", "00 00 00 0"],
    ["8 bits, no extra channels, XYB", "0 00 1 00 1"],
    ["a profile, of RGB", "0 1 00"],
    ["usual tone mapping, no extensions, usual transforms", "1 00 1"],
  ] as const;
  const file = new Uint8Array(64);
  file.set([0xff, 0x0a]);
  const bits = fields.map(([, coded]) => coded.replaceAll(" ", "")).join("");
  for (let at = 0; at < bits.length; at++) {
    file[2 + (at >> 3)]! |= Number(bits[at]) << (at & 7);
  }
  await assert.rejects(factsOf(file), { code: "unsupported_format" });
});
