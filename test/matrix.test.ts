// Claims about every pair of input and output that the table knows: it works, or answers that its engine is missing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import sharp from "sharp";

import { bmpFile, rows24 } from "../src/codecs/bmp/bmp.fixture.ts";
import { readerOfBytes } from "../src/codecs/containers/reader.ts";
import { sniff } from "../src/codecs/sniff.ts";
import { ALL_CODECS, OUTPUTS } from "../src/codecs/table.ts";
import { photo } from "./images.fixture.ts";
import { expectProblem, imageOf, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const WIDTH = 64;
const HEIGHT = 48;
const SHARPS = ["jpeg", "png", "webp", "avif", "tiff", "gif"] as const;
/** Levels of 255 by which two lossy codings of one small picture may differ in the mean. */
const MEAN_DIFFERENCE = 9;

const pixels = await photo(WIDTH, HEIGHT).raw().toBuffer();

/** The picture in every format that can be made without the service. */
async function made(id: string): Promise<Uint8Array | undefined> {
  const picture = photo(WIDTH, HEIGHT);
  const output = SHARPS.find((name) => name === id);
  if (output) return picture.toFormat(output, { quality: 95 }).toBuffer();
  if (id === "bmp") {
    const rows = rows24(WIDTH, pixels);
    return bmpFile({
      width: WIDTH,
      height: HEIGHT,
      bitCount: 24,
      pixels: rows,
    });
  }
  if (id !== "svg" && id !== "svgz") return undefined;
  // Squares of 8 px, each of the color in its middle.
  const squares = Array.from(
    { length: (WIDTH / 8) * (HEIGHT / 8) },
    (_, at) => {
      const x = (at % (WIDTH / 8)) * 8;
      const y = Math.floor(at / (WIDTH / 8)) * 8;
      const start = ((y + 4) * WIDTH + x + 4) * 3;
      const color = pixels.subarray(start, start + 3).toString("hex");
      return `<rect x="${x}" y="${y}" width="8" height="8" fill="#${color}"/>`;
    },
  );
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${squares.join("")}</svg>`;
  return id === "svg" ? Buffer.from(text) : gzipSync(text);
}

async function meanDifference(image: Uint8Array): Promise<number> {
  const data = await sharp(image)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer();
  assert.equal(data.length, pixels.length);
  const sum = data.reduce(
    (total, value, at) => total + Math.abs(value - pixels[at]!),
    0,
  );
  return sum / data.length;
}

describe("every input into every output", () => {
  const service = served();

  /** The reply to a conversion, or undefined where an engine is missing and the reply says which. */
  async function converted(
    file: Uint8Array,
    format: string,
  ): Promise<Uint8Array | undefined> {
    const url = `${service().base}/convert?format=${format}&q=90`;
    const response = await postRaw(url, file);
    if (response.status !== 415) return imageOf(response);
    await expectProblem(response, {
      error: "unsupported_format",
      message: /install/,
    });
    return undefined;
  }

  for (const { id, outputNames } of ALL_CODECS) {
    test(`from ${id}`, async (t) => {
      // Formats that only the service writes are made by it.
      const [name] = outputNames;
      const source =
        (await made(id)) ??
        (name &&
          (await converted(await photo(WIDTH, HEIGHT).png().toBuffer(), name)));
      if (!source) return t.skip(`nothing on this machine writes ${id}`);
      for (const [format, codec] of OUTPUTS) {
        const result = await converted(source, format);
        if (!result) continue;
        assert.equal((await sniff(readerOfBytes(result))).id, codec.id, format);
        const png = await converted(result, "png");
        assert.ok(png, `${format} is written, but not read`);
        const { width, height } = await sharp(png).metadata();
        assert.deepEqual([width, height], [WIDTH, HEIGHT], format);
        const difference = await meanDifference(png);
        // Squares are not the picture.
        const allowed = id.startsWith("svg")
          ? 3 * MEAN_DIFFERENCE
          : MEAN_DIFFERENCE;
        assert.ok(difference < allowed, `${format}: ${difference.toFixed(1)}`);
      }
    });
  }
});
