// Claims about what embedded profiles turn out to be.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readMetadata as readJpeg } from "../jpeg/metadata.ts";
import { readMetadata as readPng } from "../png/metadata.ts";
import { readMetadata as readWebp } from "../webp/metadata.ts";
import { readMetadata as readHeif } from "./heif-metadata.ts";
import { corpusFiles, readCorpus, withoutCorpus } from "./corpus.fixture.ts";
import { profileFromCicp } from "./cicp-profile.ts";
import { distanceFromSrgb, srgbToLinear } from "./icc-curve.ts";
import { readProfile } from "./icc.ts";

const P3 = profileFromCicp({
  primaries: 12,
  transfer: 13,
  matrix: 0,
  fullRange: true,
});

/** A valid RGB matrix profile, to be damaged. */
function displayP3(): Uint8Array {
  assert.ok(P3);
  return P3.slice();
}

const READERS = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  avif: readHeif,
  heic: readHeif,
};

test("judges every profile in the corpus", { skip: withoutCorpus }, () => {
  const seen: Record<string, string> = {};
  for (const [folder, read] of Object.entries(READERS)) {
    for (const { file, icc } of corpusFiles(folder)) {
      const profile = read(readCorpus(file)).icc;
      if (!profile) continue;
      const facts = readProfile(profile);
      assert.notEqual(facts.kind, "broken", file);
      assert.equal(facts.name, icc ?? facts.name, file);
      seen[facts.name ?? ""] = facts.kind;
    }
  }
  assert.deepEqual(seen, {
    sRGB2014: "srgb",
    "sRGB IEC61966-2.1": "srgb",
    sRGB: "srgb",
    "sRGB Gamut with sRGB Transfer": "srgb",
    "Gray Gamma 2.2": "other",
    "Gray Gamma 1.8": "other",
    "Adobe RGB (1998)": "other",
    "Display P3": "other",
    "Wide Gamut RGB": "other",
    "Linear Rec2020 RGB": "other",
    "DCI-P3-D65-2_2-Gamma": "other",
    "ColorMatch RGB": "other",
    rob: "other",
  });
});

test("sRGB's own curve is at no distance, gamma 2.2 at more than a level", () => {
  assert.ok(distanceFromSrgb(srgbToLinear) < 1e-9);
  assert.ok(distanceFromSrgb((signal) => signal ** 2.2) > 1 / 255);
  assert.ok(distanceFromSrgb(() => Number.NaN) > 1 / 255);
});

const damages: readonly (readonly [
  string,
  (bytes: Uint8Array) => Uint8Array,
])[] = [
  ["no data", () => new Uint8Array(0)],
  ["no signature", (bytes) => bytes.fill(0, 36, 40)],
  ["fewer bytes than it declares", (bytes) => bytes.subarray(0, 8000)],
  ["a device link's class", (bytes) => set(bytes, 12, "link")],
  ["an unknown color space", (bytes) => set(bytes, 16, "HSV ")],
  ["an unknown connection space", (bytes) => set(bytes, 20, "LUV ")],
  ["2^32 - 1 tags", (bytes) => bytes.fill(0xff, 128, 132)],
  ["a tag beyond its end", (bytes) => bytes.fill(0xff, 136, 140)],
  ["no red curve", (bytes) => replace(bytes, "rTRC", "xxxx")],
  ["no green colorant", (bytes) => replace(bytes, "gXYZ", "xxxx")],
  ["a curve of an unknown type", (bytes) => replace(bytes, "curv", "curx")],
];

for (const [name, damage] of damages) {
  test(`a profile with ${name} is broken`, () => {
    assert.deepEqual(readProfile(damage(displayP3())), { kind: "broken" });
  });
}

test("a lookup table beside the matrix makes it something else than sRGB", () => {
  const bytes = replace(displayP3(), "wtpt", "A2B0");
  assert.equal(readProfile(bytes).kind, "other");
});

test("names are cleared of control characters and cut at 100", () => {
  const bytes = displayP3();
  const at = Buffer.from(bytes).indexOf("H.273");
  bytes[at] = 7;
  assert.equal(readProfile(bytes).name, ".273 12/13");
});

test("no truncation or flipped byte makes it throw", () => {
  const bytes = displayP3();
  for (let at = 0; at < 400; at++) {
    readProfile(bytes.subarray(0, at));
    const broken = bytes.slice();
    broken[at] = 0xff;
    readProfile(broken);
  }
});

function set(bytes: Uint8Array, at: number, text: string): Uint8Array {
  bytes.set(Buffer.from(text), at);
  return bytes;
}

function replace(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return set(bytes, Buffer.from(bytes).indexOf(from), to);
}
