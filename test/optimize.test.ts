// POST /optimize: never larger, stable when repeated, presets, caps, and formats this version has not.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readerOfBytes } from "../src/codecs/containers/reader.ts";
import { header } from "../src/codecs/jpeg/header.ts";
import { readMetadata } from "../src/codecs/jpeg/metadata.ts";

import { photo, solid } from "./images.fixture.ts";
import { bytesOf, imageOf, postForm, postRaw } from "./requests.fixture.ts";
import {
  optimized,
  postOptimize,
  rawOf,
  withMetadata,
} from "./optimize.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const optimize = (image: Uint8Array, options?: object): Promise<Response> =>
  postOptimize(service().base, image, options);

const fine = await photo(480, 320).jpeg({ quality: 96 }).toBuffer();
const coarse = await photo(480, 320).jpeg({ quality: 40 }).toBuffer();
const dot = await solid(1, 1).jpeg({ mozjpeg: true }).toBuffer();

describe("the result", () => {
  const sources = { fine, coarse, dot };
  const asked = [
    {},
    { quality: 1 },
    { quality: 40 },
    { quality: 80 },
    { quality: 100 },
    { strip_metadata: false },
    { progressive_jpeg: true },
  ];
  for (const [name, source] of Object.entries(sources)) {
    for (const options of asked) {
      test(`of a ${name} JPEG with ${JSON.stringify(options)} is never larger`, async () => {
        await optimized(await optimize(source, options), source);
      });
    }
  }

  test("of a fine JPEG is a good deal smaller", async () => {
    const { reduction, method } = await optimized(await optimize(fine), fine);
    assert.ok(reduction > 30, `${reduction} %`);
    assert.equal(method, "mozjpeg");
  });

  test("of a coarse JPEG keeps its pixels: it is better than asked already", async () => {
    const { bytes, method } = await optimized(await optimize(coarse), coarse);
    assert.notEqual(method, "mozjpeg");
    assert.deepEqual(await rawOf(bytes), await rawOf(coarse));
  });

  test("is the same from a form, a raw body, and with nested options", async () => {
    const { base } = service();
    const flat = await bytesOf(await optimize(fine, { quality: 55 }));
    const nested = await optimize(fine, { optimization: { quality: 55 } });
    const raw = await postRaw(`${base}/optimize?quality=55`, fine);
    assert.deepEqual(await imageOf(nested), flat);
    assert.deepEqual(await imageOf(raw), flat);
  });

  test("of 1×1 that is as small as can be is the same file", async () => {
    const smallest = await bytesOf(
      await optimize(await bytesOf(await optimize(dot))),
    );
    const { bytes, method } = await optimized(
      await optimize(smallest),
      smallest,
    );
    assert.equal(method, "none");
    assert.deepEqual(bytes, smallest);
  });

  for (const quality of [40, 60, 80, 95]) {
    test(`at ${quality} cannot be shrunk by more than a percent again`, async () => {
      const once = await imageOf(await optimize(fine, { quality }));
      const again = await optimized(await optimize(once, { quality }), once);
      assert.ok(
        again.reduction <= 1,
        `${again.reduction} % by ${again.method}`,
      );
    });
  }

  test("grows with the quality asked", async () => {
    const sizes: number[] = [];
    for (const quality of [10, 40, 60, 80, 90]) {
      sizes.push((await imageOf(await optimize(fine, { quality }))).length);
    }
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
  });
});

describe("presets", () => {
  const rows = [
    ["high", 40],
    ["medium", 60],
    ["low", 75],
  ] as const;
  for (const [preset, quality] of rows) {
    test(`${preset} is quality ${quality}, stripped and progressive; inside, nested or beside`, async () => {
      const options = { quality, progressive_jpeg: true, strip_metadata: true };
      const meant = await imageOf(await optimize(fine, options));
      const { base } = service();
      const beside = await postForm(`${base}/optimize`, [
        ["file", fine],
        ["preset", preset],
      ]);
      const both = await postForm(`${base}/optimize`, [
        ["file", fine],
        ["options", "{}"],
        ["preset", preset],
      ]);
      const replies = [
        await optimize(fine, { preset }),
        await optimize(fine, { optimization: { preset } }),
        await optimize(fine, { preset, optimization: {} }),
        beside,
        both,
        await postRaw(`${base}/optimize?preset=${preset}`, fine),
      ];
      for (const reply of replies)
        assert.deepEqual(await imageOf(reply), meant);
      assert.ok((await header(readerOfBytes(meant))).progressive);
    });
  }
});

describe("max_reduction", async () => {
  for (const cap of [0, 5, 10, 25, 50, 100, 12.5]) {
    test(`of ${cap} holds for a JPEG without metadata`, async () => {
      const response = await optimize(fine, {
        max_reduction: cap,
        quality: 40,
      });
      const { reduction, warnings } = await optimized(response, fine);
      assert.ok(reduction <= cap, `${reduction} %`);
      assert.ok(!warnings.includes("cap-exceeded-by-stripping"));
    });
  }

  test("of 25 is made use of", async () => {
    const response = await optimize(fine, { max_reduction: 25, quality: 40 });
    const { reduction } = await optimized(response, fine);
    assert.ok(reduction > 10, `only ${reduction} %`);
  });

  test("holds for a damaged JPEG: gentler settings bear what the first did", async () => {
    const end = Buffer.from([0xff, 0xd9]);
    const damaged = Buffer.concat([fine.subarray(0, -40), end]);
    const options = { max_reduction: 10, quality: 40, strip_metadata: false };
    const { reduction, warnings } = await optimized(
      await optimize(damaged, options),
      damaged,
    );
    assert.ok(reduction <= 10, `${reduction} %`);
    assert.match(warnings.join(), /damaged|truncated/);
  });

  const heavy = withMetadata(
    await photo(64, 64).jpeg({ quality: 60 }).toBuffer(),
    {
      comments: [new Uint8Array(40_000).fill(65)],
    },
  );

  test("gives way to stripping, and says so", async () => {
    const response = await optimize(heavy, { max_reduction: 10 });
    const { bytes, reduction, warnings } = await optimized(response, heavy);
    assert.ok(reduction > 50);
    assert.ok(warnings.includes("cap-exceeded-by-stripping"), warnings.join());
    assert.equal(readMetadata(bytes).comments, undefined);
  });

  test("holds where nothing is to be stripped", async () => {
    const options = { max_reduction: 10, strip_metadata: false };
    const { bytes, reduction, warnings } = await optimized(
      await optimize(heavy, options),
      heavy,
    );
    assert.ok(reduction <= 10);
    assert.deepEqual(warnings, []);
    assert.equal(readMetadata(bytes).comments?.length, 1);
  });
});
