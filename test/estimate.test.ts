// POST /estimate: what it says is what /optimize does; it is told from the same options, from samples, and of large images at URLs from their headers alone.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { chunksIn } from "../src/codecs/png/chunks.ts";
import { gives, originAt } from "../src/net/origin.fixture.ts";
import type { Handler } from "../src/net/origin.fixture.ts";
import { photo, solid } from "./images.fixture.ts";
import {
  bytesOf,
  expectProblem,
  postForm,
  postJson,
  postRaw,
} from "./requests.fixture.ts";
import type { Part } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

interface Told {
  readonly original_size: number;
  readonly original_format: string;
  readonly dimensions: { readonly width: number; readonly height: number };
  readonly estimated_optimized_size: number;
  readonly estimated_range: { readonly low: number; readonly high: number };
  readonly predicted_method: string;
  readonly path: "exact" | "sample" | "header";
  readonly method: string;
  readonly confidence: string;
  readonly already_optimized: boolean;
  readonly warnings: readonly string[];
}

const MB = 1024 ** 2;
const small = await photo(320, 240).jpeg({ quality: 95 }).toBuffer();
const large = await photo(2600, 2000).jpeg({ quality: 95 }).toBuffer();
const png = await photo(120, 90).png().toBuffer();
/** A file whose header is whole, and whose rest nobody should want. */
const huge = Buffer.concat([large, Buffer.alloc(11 * MB)]);

const ranges: string[] = [];
const inParts: Handler = (request, response) => {
  const { range = "" } = request.headers;
  ranges.push(range);
  const [, first = 0, last = 0] = (/bytes=(\d+)-(\d+)/.exec(range) ?? []).map(
    Number,
  );
  const end = Math.min(last + 1, huge.length);
  response
    .writeHead(206, {
      "content-length": end - first,
      "content-range": `bytes ${first}-${end - 1}/${huge.length}`,
    })
    .end(huge.subarray(first, end));
};
/** An index at its end, as libtiff writes them: out of reach of who reads the beginning alone. */
const tiff = await photo(800, 600).tiff({ compression: "none" }).toBuffer();

const origin = await originAt("127.0.0.2", {
  "/huge.jpg": inParts,
  "/small.jpg": gives(small),
  "/page": gives(Buffer.from("<!doctype html>".repeat(100))),
  "/late.tif": gives(tiff),
});
after(() => origin.close());

const service = served({
  URL_FETCH_SCHEMES: "http",
  URL_FETCH_ALLOWED_NETWORKS: "127.0.0.2/32",
});
const url = (path: string): string => service().base + path;

async function toldOf(reply: Promise<Response>): Promise<Told> {
  const response = await reply;
  if (response.status !== 200) assert.fail(await response.text());
  return (await response.json()) as Told;
}

const estimate = (file: Uint8Array, ...fields: Part[]): Promise<Told> =>
  toldOf(postForm(url("/estimate"), [...fields, ["file", file]]));

async function optimized(file: Uint8Array, ...fields: Part[]) {
  const response = await postForm(url("/optimize"), [
    ...fields,
    ["file", file],
  ]);
  assert.equal(response.status, 200);
  return {
    bytes: (await bytesOf(response)).length,
    method: response.headers.get("x-optimization-method"),
    warnings: response.headers.get("x-warnings")?.split(", ") ?? [],
  };
}

describe("what is quickly done is done, and told exactly", () => {
  const ways: readonly (readonly [
    claim: string,
    file: Uint8Array,
    fields: Part[],
    as: Part[],
  ])[] = [
    ["with no options, as preset medium", small, [], [["preset", "medium"]]],
    ["by preset", small, [["preset", "high"]], [["preset", "high"]]],
    [
      "by options",
      small,
      [["options", '{"quality":50}']],
      [["options", '{"quality":50}']],
    ],
    [
      "within a cap",
      small,
      [["options", '{"quality":50,"max_reduction":20}']],
      [["options", '{"quality":50,"max_reduction":20}']],
    ],
    [
      "for a PNG",
      png,
      [["options", '{"png_lossy":false}']],
      [["options", '{"png_lossy":false}']],
    ],
  ];
  for (const [claim, file, fields, as] of ways) {
    test(claim, async () => {
      const told = await estimate(file, ...fields);
      const done = await optimized(file, ...as);
      assert.equal(told.path, "exact");
      assert.equal(told.method, "exact");
      assert.equal(told.original_size, file.length);
      assert.equal(told.estimated_optimized_size, done.bytes);
      assert.deepEqual(told.estimated_range, {
        low: done.bytes,
        high: done.bytes,
      });
      assert.equal(told.predicted_method, done.method);
      assert.deepEqual(told.warnings, done.warnings);
      assert.equal(told.confidence, "high");
    });
  }

  test("a raw body and its query, and JSON with a URL, are read alike", async () => {
    const form = await estimate(small, ["preset", "low"]);
    const raw = await toldOf(postRaw(url("/estimate?preset=low"), small));
    const json = await toldOf(
      postJson(url("/estimate"), {
        url: `${origin.base}/small.jpg`,
        preset: "low",
      }),
    );
    assert.deepEqual(raw, form);
    assert.deepEqual(json, form);
  });

  test("a result of /optimize is optimized already", async () => {
    const response = await postForm(url("/optimize"), [
      ["preset", "medium"],
      ["file", small],
    ]);
    const told = await estimate(await bytesOf(response));
    assert.equal(told.already_optimized, true);
  });
});

describe("what takes longer is told from a sample", () => {
  for (const preset of ["low", "medium", "high"]) {
    test(`of a large JPEG, preset ${preset}`, async () => {
      const told = await estimate(large, ["preset", preset]);
      const done = await optimized(large, ["preset", preset]);
      assert.equal(told.path, "sample");
      assert.equal(told.method, "direct-encode");
      assert.equal(told.predicted_method, done.method);
      const { low, high } = told.estimated_range;
      const bytes = told.estimated_optimized_size;
      assert.ok(low <= bytes && bytes <= high && high <= large.length);
      // Drawn, not photographed: the constants were fitted to photographs.
      assert.ok(
        Math.abs(bytes / done.bytes - 1) < 0.15,
        `${bytes} for ${done.bytes}`,
      );
    });
  }

  test("under a cap it ends at the cap", async () => {
    const told = await estimate(large, [
      "options",
      '{"quality":40,"max_reduction":10}',
    ]);
    assert.equal(told.estimated_range.low, Math.ceil(large.length * 0.9));
    assert.equal(told.estimated_optimized_size, Math.ceil(large.length * 0.9));
  });

  for (const chromaSubsampling of ["4:2:0", "4:4:4"]) {
    test(`what is whole but for its last rows is told of as it will be mended, and that is said: ${chromaSubsampling}`, async () => {
      const whole = await photo(2600, 2000)
        .jpeg({ quality: 95, chromaSubsampling })
        .toBuffer();
      const cut = whole.subarray(0, whole.length - 500);
      const told = await estimate(cut);
      const done = await optimized(cut, ["preset", "medium"]);
      assert.deepEqual(told.warnings, ["truncated"]);
      assert.deepEqual(done.warnings, ["truncated"]);
      assert.equal(told.path, "sample");
      assert.equal(told.predicted_method, done.method);
      const bytes = told.estimated_optimized_size;
      assert.ok(
        Math.abs(bytes / done.bytes - 1) < 0.15,
        `${bytes} for ${done.bytes}`,
      );
    });
  }

  test("a PNG whose image data have a wrong CRC is said to be damaged, as /optimize says", async () => {
    const file = Buffer.from(
      await photo(900, 700).png({ compressionLevel: 1 }).toBuffer(),
    );
    const [idat] = chunksIn(file).filter(({ type }) => type === "IDAT");
    file[idat!.offset + idat!.length]! ^= 255;
    const told = await estimate(file);
    const done = await optimized(file, ["preset", "medium"]);
    assert.deepEqual(told.warnings, ["damaged"]);
    assert.deepEqual(done.warnings, ["damaged"]);
    assert.equal(told.predicted_method, done.method);
    assert.equal(told.path, "sample");
  });

  test("a file that does not decode is refused as /optimize refuses it", async () => {
    await expectProblem(
      await postForm(url("/estimate"), [
        ["file", large.subarray(0, large.length / 2)],
      ]),
      { error: "invalid_image" },
    );
  });
});

describe("a large image at a URL", () => {
  test("is told of from its header, and never fetched whole", async () => {
    ranges.length = 0;
    const told = await toldOf(
      postJson(url("/estimate"), { url: `${origin.base}/huge.jpg` }),
    );
    assert.equal(told.path, "header");
    assert.equal(told.method, "generic");
    assert.equal(told.original_size, huge.length);
    assert.deepEqual(told.dimensions, { width: 2600, height: 2000 });
    assert.ok(told.estimated_optimized_size <= huge.length);
    assert.deepEqual(ranges, ["bytes=0-262143"]);
  });

  test("with thumbnail and size known, a small one is not fetched either", async () => {
    const told = await toldOf(
      postJson(url("/estimate"), {
        url: `${origin.base}/small.jpg`,
        thumbnail_url: `${origin.base}/small.jpg`,
        file_size: small.length,
      }),
    );
    assert.equal(told.path, "header");
    assert.deepEqual(told.dimensions, { width: 320, height: 240 });
  });

  test("whose header is out of reach is told of by its thumbnail, and that is said", async () => {
    const told = await toldOf(
      postJson(url("/estimate"), {
        url: `${origin.base}/late.tif`,
        thumbnail_url: `${origin.base}/small.jpg`,
        file_size: tiff.length,
      }),
    );
    assert.equal(told.path, "header");
    assert.equal(told.original_size, tiff.length);
    assert.notEqual(told.confidence, "high");
    assert.ok(told.warnings.includes("told-by-thumbnail"));
  });
});

describe("is refused by name", () => {
  const dot = solid(1, 1).png().toBuffer();
  test("nothing to tell of", async () => {
    await expectProblem(await postForm(url("/estimate"), [["preset", "low"]]), {
      error: "bad_request",
      context: { field: "file" },
    });
  });
  test("a file and a url", async () => {
    await expectProblem(
      await postForm(url("/estimate"), [
        ["url", `${origin.base}/small.jpg`],
        ["file", await dot],
      ]),
      { error: "bad_request", context: { field: "url" } },
    );
  });
  test("storage", async () => {
    await expectProblem(
      await postJson(url("/estimate"), {
        url: `${origin.base}/small.jpg`,
        storage: {},
      }),
      { error: "bad_request", context: { field: "storage" } },
    );
  });
  test("a page in the place of an image", async () => {
    await expectProblem(
      await postJson(url("/estimate"), { url: `${origin.base}/page` }),
      {
        error: "unsupported_format",
      },
    );
  });
});
