// Claims about cutting a JPEG down to its picture: the coded data stay, everything that is not the picture goes.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { noise } from "../noise.fixture.ts";
import { ServiceError } from "../../errors.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { app, FRAME, jfif, jpeg } from "./jpeg.fixture.ts";
import { segmentBytes, writeMetadata } from "./metadata.ts";
import { segmentsIn } from "./segments.ts";
import { stripped } from "./strip.ts";

const text = (content: string): Uint8Array => Buffer.from(content);

function scene(options: object = {}): Promise<Uint8Array> {
  return noise(70, 50).jpeg(options).toBuffer();
}

const baseline = await scene();
const progressive = await scene({ progressive: true });

/** Pixels as coded, whatever the profile. */
const pixels = (file: Uint8Array): Promise<Buffer> =>
  sharp(file, { ignoreIcc: true, failOn: "none" }).raw().toBuffer();

const laden = (file: Uint8Array): Uint8Array =>
  writeMetadata(file, {
    exif: text("II*\0\x08\0\0\0\0\0"),
    xmp: text("<x/>"),
    iptc: text("8BIM"),
    icc: new Uint8Array(3000),
    comments: [text("secret")],
  }).bytes;

/** Markers of all application data and comments in the header. */
const extras = (file: Uint8Array): number[] =>
  segmentsIn(file)
    .map(({ marker }) => marker)
    .filter((marker) => marker >= 0xe0);

for (const [name, file] of [
  ["baseline", baseline],
  ["progressive", progressive],
  ["4:4:4", await scene({ chromaSubsampling: "4:4:4" })],
] as const) {
  test(`${name}: metadata gone, pixels as they were`, async () => {
    assert.ok(extras(laden(file)).length >= 5, "premise");
    const bare = stripped(laden(file));
    assert.deepEqual(extras(bare), []);
    assert.deepEqual(await pixels(bare), await pixels(file));
    assert.deepEqual(Buffer.from(bare), Buffer.from(stripped(file)));
  });
}

test("every scan of a progressive file is kept", () => {
  const scans = (file: Uint8Array): number =>
    Buffer.from(file).toString("latin1").split("\xff\xda").length - 1;
  assert.ok(scans(progressive) > 3, "premise");
  assert.equal(scans(stripped(progressive)), scans(progressive));
});

test("JFIF and Adobe's segment stay, and nothing else of application data", () => {
  const adobe = app(0xee, "Adobe\0\x64\0\0\0\0\0");
  const others = [0xe0, 0xe1, 0xe2, 0xe3, 0xec, 0xed, 0xef, 0xfe].map(
    (marker) => app(marker, "something"),
  );
  const file = jpeg(jfif(1, 72, 72), ...others, adobe, FRAME);
  assert.deepEqual(extras(stripped(file)), [0xe0, 0xee]);
});

test("CMYK by Adobe's transform looks the same", async () => {
  const file = await sharp(baseline).toColourspace("cmyk").jpeg().toBuffer();
  assert.ok(extras(file).includes(0xee), "premise");
  assert.deepEqual(await pixels(stripped(file)), await pixels(file));
});

for (const [name, trailer] of [
  ["text", text("and more")],
  ["another JPEG", baseline],
  ["a lone marker", Uint8Array.of(0xff)],
] as const) {
  test(`${name} behind the image is gone`, () => {
    const bare = stripped(Buffer.concat([baseline, trailer]));
    assert.deepEqual(Buffer.from(bare), Buffer.from(stripped(baseline)));
    assert.deepEqual([...bare.subarray(-2)], [0xff, 0xd9]);
  });
}

test("application data and comments between scans are gone", async () => {
  const file = Buffer.from(progressive);
  const second = file.indexOf(
    Buffer.from([0xff, 0xc4]),
    file.indexOf(Buffer.from([0xff, 0xda])),
  );
  assert.ok(second > 0, "premise");
  const laced = Buffer.concat([
    file.subarray(0, second),
    segmentBytes(0xfe, text("secret")),
    segmentBytes(0xe5, text("secret")),
    file.subarray(second),
  ]);
  const bare = stripped(laced);
  assert.equal(Buffer.from(bare).includes("secret"), false);
  assert.deepEqual(Buffer.from(bare), Buffer.from(stripped(progressive)));
});

test("restart markers and stuffed zeros are coded data", async () => {
  const file = Buffer.from(baseline);
  assert.ok(file.includes(Buffer.from([0xff, 0x00])), "premise");
  const scan = Uint8Array.of(
    1,
    0xff,
    0xd0,
    2,
    0xff,
    0,
    3,
    0xff,
    0xd7,
    4,
    0xff,
    0xff,
    0xd9,
  );
  const whole = Buffer.concat([jpeg(FRAME).subarray(0, -4), scan]);
  assert.deepEqual(Buffer.from(stripped(whole)), whole);
});

test("stripping twice is stripping once", () => {
  const once = stripped(laden(baseline));
  assert.deepEqual(stripped(once), once);
});

for (const [name, file] of [
  ["nothing", new Uint8Array(0)],
  ["no JPEG", text("GIF89a")],
  ["SOI alone", Uint8Array.of(0xff, 0xd8)],
  ["no scan", jpeg(FRAME).subarray(0, -14)],
  ["no end", baseline.subarray(0, -2)],
  ["an end cut in two", baseline.subarray(0, -1)],
  ["half a file", baseline.subarray(0, baseline.length / 2)],
] as const) {
  test(`${name} is refused by name`, () => {
    assert.throws(() => stripped(file), { code: "invalid_image" });
  });
}

test("garbage, cuts and flipped bytes end in a result or a refusal, nothing else", () => {
  let state = 5;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const sources = [laden(baseline), laden(progressive)];
  const seen = { kept: 0, refused: 0 };
  for (let round = 0; round < 3000; round++) {
    const file = sources[round % 2]!.slice(
      0,
      round % 3 === 0 ? next(6000) : undefined,
    );
    const near = round % 5 === 0 ? file.length : Math.min(file.length, 800);
    for (let flips = next(12); flips > 0; flips--) {
      file[next(near)] = next(3) === 0 ? 0xff : next(256);
    }
    try {
      const bare = stripped(file);
      assert.ok(bare.length <= file.length, `round ${round}`);
      assert.deepEqual([...bare.subarray(-2)], [0xff, 0xd9], `round ${round}`);
      seen.kept++;
    } catch (error) {
      assert.ok(
        error instanceof ServiceError,
        `round ${round}: ${String(error)}`,
      );
      seen.refused++;
    }
  }
  assert.ok(seen.kept > 300 && seen.refused > 300, JSON.stringify(seen));
});

test("real files keep their pixels", { skip: withoutCorpus }, async () => {
  let compared = 0;
  for (const { file } of corpusFiles("jpeg")) {
    const bytes = readCorpus(file);
    if (bytes.length > 200_000) continue;
    const before = await pixels(bytes).catch(() => undefined);
    if (before === undefined) continue;
    assert.deepEqual(await pixels(stripped(bytes)), before, file);
    compared++;
  }
  assert.ok(compared > 15, `${compared}`);
});
