// Claims about `lossless`: pixels come back as they went in, from every format that says it can; the others say that they cannot.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import sharp from "sharp";

import { OUTPUTS } from "../src/codecs/table.ts";
import { noise, solid } from "./images.fixture.ts";
import { expectProblem, imageOf, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const sources = {
  opaque: await noise(65, 47).png().toBuffer(),
  translucent: await solid(33, 21, { r: 200, g: 30, b: 90, alpha: 0.4 })
    .png()
    .toBuffer(),
};

describe("lossless", () => {
  const service = served();
  const convert = (file: Uint8Array, query: string): Promise<Response> =>
    postRaw(`${service().base}/convert?${query}`, file);

  for (const [format, { abilities }] of OUTPUTS) {
    if (!abilities.lossless) {
      test(`${format} cannot, and says so`, async () => {
        const reply = await convert(
          sources.opaque,
          `format=${format}&lossless=true`,
        );
        await expectProblem(reply, {
          error: "bad_request",
          context: { field: "lossless" },
        });
      });
      continue;
    }
    for (const [what, source] of Object.entries(sources)) {
      test(`${format}: ${what} pixels are the same`, async (t) => {
        const reply = await convert(
          source,
          `format=${format}&lossless=true&q=50`,
        );
        if (reply.status === 415) return t.skip("its engine is not installed");
        const back = await imageOf(
          await convert(await imageOf(reply), "format=png"),
        );
        const pixels = (file: Uint8Array): Promise<Buffer> =>
          sharp(file).ensureAlpha().raw().toBuffer();
        assert.ok((await pixels(back)).equals(await pixels(source)));
      });
    }
  }
});
