// Claims about /estimate's options: those of /optimize, "medium" where there are none, and what may be told of an image at a URL.

import assert from "node:assert/strict";
import { test } from "node:test";

import { estimateRequest } from "./estimate-options.ts";
import { optimizeRequest } from "./optimize-options.ts";

const read = (given: object, origin: "json" | "text" = "json") =>
  estimateRequest(Object.entries(given), origin, 80);
const asOptimize = (given: object) =>
  optimizeRequest(Object.entries(given), "json", 80).intent;
const MEDIUM = asOptimize({ preset: "medium" });

const rows: readonly (readonly [
  claim: string,
  given: object,
  meant: ReturnType<typeof asOptimize>,
])[] = [
  ["nothing means medium", {}, MEDIUM],
  ["empty options mean medium", { options: "{}" }, MEDIUM],
  ["an empty optimization means medium", { optimization: {} }, MEDIUM],
  ["a url alone means medium", { url: "https://a.test/x" }, MEDIUM],
  [
    "hints alone mean medium",
    {
      url: "https://a.test/x",
      thumbnail_url: "https://a.test/t",
      file_size: 9,
    },
    MEDIUM,
  ],
  ["a preset", { preset: "high" }, asOptimize({ preset: "high" })],
  ["flat options", { quality: 33 }, asOptimize({ quality: 33 })],
  [
    "nested ones",
    { optimization: { quality: 33 } },
    asOptimize({ quality: 33 }),
  ],
  ["packed ones", { options: '{"quality":33}' }, asOptimize({ quality: 33 })],
  [
    "a preset wins over options",
    { preset: "low", options: '{"quality":33}' },
    asOptimize({ preset: "low", quality: 33 }),
  ],
];

for (const [claim, given, meant] of rows) {
  test(`${claim}: as /optimize reads it`, () => {
    assert.deepEqual(read(given).asked, meant);
  });
}

test("hints are read beside any way of giving options", () => {
  const { hints, source } = read(
    { url: "https://a.test/x", options: '{"quality":33}', file_size: "5000" },
    "text",
  );
  assert.deepEqual(hints, { file_size: 5000 });
  assert.deepEqual(source, { url: "https://a.test/x", field: "url" });
});

const refused: readonly (readonly [
  claim: string,
  given: object,
  field: string,
])[] = [
  ["a size without an image", { file_size: 5 }, "file_size"],
  [
    "a thumbnail without an image",
    { thumbnail_url: "https://a.test/t" },
    "thumbnail_url",
  ],
  ["a size of nothing", { url: "https://a.test/x", file_size: 0 }, "file_size"],
  [
    "a size in words",
    { url: "https://a.test/x", file_size: "5000" },
    "file_size",
  ],
  ["storage", { storage: { provider: "local" } }, "storage"],
  ["an unknown option", { qualty: 5 }, "qualty"],
];

for (const [claim, given, field] of refused) {
  test(`${claim} is refused by name`, () => {
    assert.throws(() => read(given), {
      code: "bad_request",
      context: { field },
    });
  });
}
