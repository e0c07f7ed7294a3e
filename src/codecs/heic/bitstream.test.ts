// Claims about the sizes that HEVC parameter sets announce: those are what a decoder makes room for.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { sequenceSize } from "./bitstream.ts";
import { header } from "./header.ts";

/** An exp-Golomb number (H.265, 9.2) in ones and zeros. */
function golomb(value: number): string {
  const bits = (value + 1).toString(2);
  return "0".repeat(bits.length - 1) + bits;
}

/** A sequence parameter set of a 4:2:0 picture up to its offset filter's flag (7.3.2.2.1). */
function parameterSet(width: number, height: number): Uint8Array {
  const bits = [
    // Ids, no sub-layers, and 96 bits of profile, none of which look like an escape.
    `00000001${"01".repeat(48)}`,
    ...[golomb(0), golomb(1), golomb(width), golomb(height)],
    // No cropping; depths, counts, and sizes of blocks; no lists; no patterns; offsets.
    `0${golomb(0).repeat(3)}1${golomb(0).repeat(3 + 6)}001`,
  ].join("");
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1").match(/.{8}/g);
  return Uint8Array.of(
    33 << 1,
    1,
    ...(bytes ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
}

/** hvcC with these units, whose lengths in coded data take four bytes. */
function configuration(...units: readonly Uint8Array[]): Uint8Array {
  const arrays = units.map((unit) => [33, 0, 1, 0, unit.length, ...unit]);
  return Uint8Array.from([
    ...[1, ...new Uint8Array(20), 3],
    ...[units.length, ...arrays.flat()],
  ]);
}

function inBand(unit: Uint8Array): Uint8Array {
  return Uint8Array.of(0, 0, 0, unit.length, ...unit, ...new Uint8Array(16));
}

const nothing = new Uint8Array(0);

test("the configuration's parameter set tells the size", () => {
  const found = sequenceSize(configuration(parameterSet(5000, 3000)), nothing);
  assert.deepEqual(found, { width: 5000, height: 3000 });
});

test("one in the coded data counts when it is larger, whatever was announced", () => {
  const small = configuration(parameterSet(64, 64));
  const data = inBand(parameterSet(16_000, 8000));
  assert.deepEqual(sequenceSize(small, data), { width: 16_000, height: 8000 });
  const large = configuration(parameterSet(16_000, 8000));
  const tiny = inBand(parameterSet(8, 8));
  assert.deepEqual(sequenceSize(large, tiny), { width: 16_000, height: 8000 });
});

test("without a parameter set there is no size", () => {
  assert.equal(sequenceSize(configuration(), nothing), undefined);
});

test(
  "honest files' sizes are what the index says, in whole blocks, and a belittled index hides nothing",
  { skip: withoutCorpus },
  async () => {
    const files = corpusFiles("heic");
    assert.ok(files.length > 5, "premise");
    for (const { file } of files) {
      const bytes = Buffer.from(readCorpus(file));
      if (!bytes.includes("hvcC")) continue;
      const honest = await header(readerOfBytes(new Uint8Array(bytes)));
      for (
        let at = bytes.indexOf("ispe");
        at >= 0;
        at = bytes.indexOf("ispe", at + 4)
      ) {
        bytes.writeUInt32BE(8, at + 8);
        bytes.writeUInt32BE(8, at + 12);
      }
      const small = await header(readerOfBytes(new Uint8Array(bytes)));
      assert.equal(small.width, 8, file);
      const { scannedPixels: wanted = 0 } = honest;
      const { scannedPixels: found = 0 } = small;
      // A grid's own canvas is told by the index alone.
      assert.ok(found >= wanted / 2.1, `${file}: ${found} of ${wanted}`);
    }
  },
);
