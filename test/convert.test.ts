// POST /convert: every format in and out, unusual sources, and AVIF's own options.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

import sharp from "sharp";

import { header as avifHeader } from "../src/codecs/avif/header.ts";

import { readerOfBytes } from "../src/codecs/containers/reader.ts";
import {
  distance,
  GRAY,
  photo,
  pixelsOf,
  RED,
  solid,
} from "./images.fixture.ts";
import { bytesOf, imageOf, postForm, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const HEIC = new URL(
  "../../shared/corpus/heic/rgb-10bit.heif",
  import.meta.url,
);

const convert = (query: string, image: Uint8Array): Promise<Response> =>
  postRaw(`${service().base}/convert?${query}`, image);

interface Output {
  readonly type: string;
  readonly extension: string;
  readonly magic: RegExp;
}
const OUTPUTS: Readonly<Record<string, Output>> = {
  jpg: { type: "image/jpeg", extension: "jpg", magic: /^\xff\xd8\xff/ },
  jpeg: { type: "image/jpeg", extension: "jpg", magic: /^\xff\xd8\xff/ },
  png: { type: "image/png", extension: "png", magic: /^\x89PNG\r\n/ },
  webp: { type: "image/webp", extension: "webp", magic: /^RIFF.{4}WEBP/s },
  avif: { type: "image/avif", extension: "avif", magic: /^.{4}ftypavif/s },
};

const small = photo(64, 48);
const INPUTS: Readonly<Record<string, Uint8Array | undefined>> = {
  jpeg: await small.clone().jpeg().toBuffer(),
  png: await small.clone().png().toBuffer(),
  webp: await small.clone().webp().toBuffer(),
  avif: await small.clone().avif({ effort: 0 }).toBuffer(),
  heic: existsSync(HEIC) ? readFileSync(HEIC) : undefined,
};

async function assertConverted(
  response: Response,
  { type, extension, magic }: Output,
): Promise<{ width: number; height: number }> {
  const bytes = await imageOf(response);
  const { headers } = response;
  assert.match(Buffer.from(bytes).toString("latin1", 0, 32), magic);
  assert.equal(headers.get("content-type"), type);
  assert.equal(headers.get("content-length"), String(bytes.length));
  const disposition = headers.get("content-disposition") ?? "";
  assert.match(disposition, /^inline; filename="?[^"]+"?$/);
  assert.ok(disposition.includes(`.${extension}`), disposition);
  const timing = headers.get("server-timing") ?? "";
  for (const span of ["queue", "decode", "transform", "encode"]) {
    assert.match(timing, new RegExp(`\\b${span};dur=\\d+(\\.\\d+)?`));
  }
  const { width, height } = await sharp(bytes).metadata();
  assert.equal(headers.get("x-image-width"), String(width));
  assert.equal(headers.get("x-image-height"), String(height));
  return { width, height };
}

describe("formats", async () => {
  for (const [from, input] of Object.entries(INPUTS)) {
    for (const [to, output] of Object.entries(OUTPUTS)) {
      const skip = input
        ? false
        : "the HEIC corpus (../shared/corpus) is not here";
      test(
        `${from} becomes ${to}, from a form and from a raw body`,
        { skip },
        async (context) => {
          const raw = await convert(`format=${to}`, input!);
          if (from === "heic" && raw.status === 415) {
            await raw.arrayBuffer();
            return context.skip("vips with a HEIC loader is not installed");
          }
          const parts = [
            ["format", to],
            ["file", input!],
          ] as const;
          const form = await postForm(`${service().base}/convert`, parts);
          const size = await assertConverted(raw, output);
          assert.deepEqual(await assertConverted(form, output), size);
          if (from !== "heic")
            assert.deepEqual(size, { width: 64, height: 48 });
        },
      );
    }
  }

  test("the default is jpg", async () => {
    await assertConverted(await convert("", INPUTS["png"]!), OUTPUTS["jpg"]!);
  });

  test("format names are read in any case", async () => {
    await assertConverted(
      await convert("format=WebP", INPUTS["png"]!),
      OUTPUTS["webp"]!,
    );
  });

  test("a wrong Content-Type does not matter: magic bytes decide", async () => {
    const response = await postRaw(
      `${service().base}/convert`,
      INPUTS["png"]!,
      {
        "content-type": "image/webp",
      },
    );
    await assertConverted(response, OUTPUTS["jpg"]!);
  });

  for (const to of ["jpg", "png", "webp", "avif"]) {
    test(`q=0 and q=100 are taken for ${to}`, async () => {
      for (const q of [0, 100]) {
        const response = await convert(`format=${to}&q=${q}`, INPUTS["png"]!);
        await assertConverted(response, OUTPUTS[to]!);
      }
    });
  }
});

describe("unusual sources", async () => {
  test("a 16-bit PNG comes out with its colors", async () => {
    const data = new Uint16Array(32 * 32 * 3).fill(0x8080);
    const deep = await sharp(data, {
      raw: { width: 32, height: 32, channels: 3 },
    })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    assert.equal((await sharp(deep).metadata()).depth, "ushort");
    for (const format of ["jpg", "png", "webp", "avif"]) {
      const result = await imageOf(await convert(`format=${format}`, deep));
      const center = (await pixelsOf(result)).at(16, 16);
      assert.ok(distance(center, GRAY) <= 3, JSON.stringify(center));
    }
  });

  for (const format of ["jpeg", "png"] as const) {
    test(`a gray ${format} comes out gray`, async () => {
      const gray = await solid(32, 32, GRAY)
        .toColourspace("b-w")
        .toFormat(format)
        .toBuffer();
      assert.equal((await sharp(gray).metadata()).space, "b-w");
      for (const to of ["jpg", "png", "webp", "avif"]) {
        const result = await imageOf(await convert(`format=${to}`, gray));
        const center = (await pixelsOf(result)).at(16, 16);
        assert.ok(distance(center, GRAY) <= 3, JSON.stringify(center));
      }
    });
  }

  test("a 1×1 image survives every output", async () => {
    const dot = await solid(1, 1, RED).png().toBuffer();
    for (const [to, output] of Object.entries(OUTPUTS)) {
      await assertConverted(await convert(`format=${to}`, dot), output);
    }
  });

  const clear = await solid(40, 40, { r: 0, g: 0, b: 0, alpha: 0 })
    .png()
    .toBuffer();
  test("a transparent PNG is flattened on white for JPEG", async () => {
    const result = await pixelsOf(await imageOf(await convert("", clear)));
    assert.ok(distance(result.at(20, 20), { r: 255, g: 255, b: 255 }) <= 1);
  });

  test("half transparency is mixed with white for JPEG", async () => {
    const half = await solid(40, 40, { r: 255, g: 0, b: 0, alpha: 0.5 })
      .png()
      .toBuffer();
    const result = await pixelsOf(await imageOf(await convert("q=95", half)));
    const center = result.at(20, 20);
    assert.ok(
      distance(center, { r: 255, g: 127, b: 127 }) <= 4,
      JSON.stringify(center),
    );
  });

  for (const to of ["png", "webp", "avif"]) {
    test(`transparency survives in ${to}`, async () => {
      const result = await imageOf(await convert(`format=${to}`, clear));
      const { data } = await sharp(result)
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      assert.equal(data[3], 0);
    });
  }
});

describe("AVIF", async () => {
  const image = await photo(64, 64).png().toBuffer();
  for (const chroma of ["420", "422", "444"] as const) {
    for (const depth of [8, 10]) {
      test(`avif_yuv=${chroma} with avif_depth=${depth} makes just that`, async (context) => {
        const query = `format=avif&avif_yuv=${chroma}&avif_depth=${depth}`;
        const response = await convert(query, image);
        if (response.headers.get("x-warnings")?.includes("chroma-444")) {
          await bytesOf(response);
          return context.skip(
            "avifenc, which alone makes 4:2:2, is not installed",
          );
        }
        const facts = await avifHeader(readerOfBytes(await imageOf(response)));
        assert.equal(facts.chroma, chroma);
        assert.equal(facts.bitDepth, depth);
      });
    }
  }
});
