// Claims about reading AV1's quantizer: it is the one that the encoder was told.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { readerOfBytes } from "../containers/reader.ts";
import { baseQuantizer } from "./bitstream.ts";
import { header } from "./header.ts";

const noise = Uint8Array.from(
  { length: 200 * 130 * 3 },
  (_, at) => (at * at) % 251,
);
const picture = sharp(noise, { raw: { width: 200, height: 130, channels: 3 } });

for (const quality of [1, 30, 53, 67, 80, 90, 100]) {
  for (const bitdepth of [8, 10] as const) {
    test(`quality ${quality} at ${bitdepth} bits is read back`, async () => {
      const options = { quality, bitdepth, effort: 0, tune: "iq" } as const;
      const file = await picture.clone().avif(options).toBuffer();
      const facts = await header(readerOfBytes(file));
      assert.ok(Math.abs((facts.sourceQuality ?? 0) - quality) <= 1);
      assert.equal(facts.lossy, quality < 100);
    });
  }
}

test("a size beyond one tile's is read past", async () => {
  const create = {
    width: 5000,
    height: 70,
    channels: 3,
    background: "red",
  } as const;
  const file = await sharp({ create })
    .avif({ quality: 60, effort: 0, tune: "iq" })
    .toBuffer();
  const { sourceQuality } = await header(readerOfBytes(file));
  assert.ok(Math.abs((sourceQuality ?? 0) - 60) <= 1);
});

test("what holds no frame has no quantizer", () => {
  assert.equal(baseQuantizer(new Uint8Array(0)), undefined);
  assert.equal(baseQuantizer(Uint8Array.of(0x12, 0)), undefined);
});
