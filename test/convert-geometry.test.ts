// POST /convert: sizes that never grow, squares from the centre, and every orientation made upright.

import assert from "node:assert/strict";

import { describe, test } from "node:test";

import sharp from "sharp";

import {
  distance,
  GRAY,
  photo,
  pixelsOf,
  QUADRANTS,
  quadrants,
  RED,
  solid,
} from "./images.fixture.ts";
import { imageOf, postForm, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();

const convert = (query: string, image: Uint8Array): Promise<Response> =>
  postRaw(`${service().base}/convert?${query}`, image);

/** The result's own size, which the headers must tell too. */
async function sizeOf(
  response: Response,
): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(await imageOf(response)).metadata();
  assert.equal(response.headers.get("x-image-width"), String(width));
  assert.equal(response.headers.get("x-image-height"), String(height));
  return { width, height };
}

describe("sizes", async () => {
  const wide = await photo(120, 60).jpeg().toBuffer();
  const tall = await photo(60, 120).jpeg().toBuffer();
  const rows: readonly (readonly [
    query: string,
    image: Uint8Array,
    size: string,
  ])[] = [
    ["", wide, "120x60"],
    ["size=60", wide, "60x30"],
    ["size=60", tall, "30x60"],
    ["size=120", wide, "120x60"],
    ["size=121", wide, "120x60"],
    ["size=5000", tall, "60x120"],
    ["size=1", wide, "1x1"],
    ["size=7", wide, "7x4"],
    ["square=true", wide, "60x60"],
    ["square=true", tall, "60x60"],
    ["square=true&size=20", wide, "20x20"],
    ["square=true&size=500", tall, "60x60"],
    ["size=60&resize=fast", wide, "60x30"],
    ["size=60&sharpen=none", wide, "60x30"],
  ];
  for (const [query, image, size] of rows) {
    const source = image === wide ? "120x60" : "60x120";
    test(`${source} with "${query}" becomes ${size}`, async () => {
      const response = await convert(`format=png&${query}`, image);
      const { width, height } = await sizeOf(response);
      assert.equal(`${width}x${height}`, size);
    });
  }

  test("a square is cut from the centre", async () => {
    const strips = await sharp({
      create: { width: 300, height: 100, channels: 3, background: GRAY },
    })
      .composite([
        {
          input: await solid(100, 100, RED).png().toBuffer(),
          left: 100,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    const result = await pixelsOf(
      await imageOf(await convert("square=1&format=png", strips)),
    );
    for (const x of [2, 50, 97])
      assert.ok(distance(result.at(x, 50), RED) <= 2);
  });

  const booleans: readonly (readonly [text: string, size: string])[] = [
    ...["1", "true", "yes", "on", "TRUE", "Yes", "oN"].map(
      (text) => [text, "60x60"] as const,
    ),
    ...["0", "false", "no", "off", "FALSE", "No", "oFF"].map(
      (text) => [text, "120x60"] as const,
    ),
  ];
  for (const [text, size] of booleans) {
    test(`square=${text} gives ${size}, in a form and a query`, async () => {
      const parts = [
        ["square", text],
        ["file", wide],
      ] as const;
      const replies = [
        await convert(`square=${text}`, wide),
        await postForm(`${service().base}/convert`, parts),
      ];
      for (const reply of replies) {
        const { width, height } = await sizeOf(reply);
        assert.equal(`${width}x${height}`, size);
      }
    });
  }
});

describe("orientation", async () => {
  // Which quadrant of the stored raster a viewer sees top left, top right, bottom left, bottom right (TIFF 6.0, tag 274).
  const SEEN: Readonly<Record<number, readonly number[]>> = {
    1: [0, 1, 2, 3],
    2: [1, 0, 3, 2],
    3: [3, 2, 1, 0],
    4: [2, 3, 0, 1],
    5: [0, 2, 1, 3],
    6: [2, 0, 3, 1],
    7: [3, 1, 2, 0],
    8: [1, 3, 0, 2],
  };
  for (const [orientation, seen] of Object.entries(SEEN)) {
    for (const format of ["jpg", "png", "webp", "avif"]) {
      test(`${orientation} is baked into ${format}`, async () => {
        const stored = await (
          await quadrants(96, 64)
        )
          .withMetadata({ orientation: Number(orientation) })
          .jpeg({ quality: 95 })
          .toBuffer();
        assert.equal(
          (await sharp(stored).metadata()).orientation,
          Number(orientation),
        );
        const result = await imageOf(
          await convert(`format=${format}&q=95`, stored),
        );
        const facts = await sharp(result).metadata();
        assert.ok([undefined, 1].includes(facts.orientation));
        const { width, height, at } = await pixelsOf(result);
        assert.deepEqual(
          [width, height],
          Number(orientation) >= 5 ? [64, 96] : [96, 64],
        );
        for (const [corner, quadrant] of seen.entries()) {
          const x = width * (corner % 2 === 0 ? 0.25 : 0.75);
          const y = height * (corner < 2 ? 0.25 : 0.75);
          const found = at(x, y);
          assert.ok(
            distance(found, QUADRANTS[quadrant]!) <= 12,
            `corner ${corner}: ${JSON.stringify(found)}`,
          );
        }
      });
    }
  }
});
