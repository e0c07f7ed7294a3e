// Claims about /optimize's options: nested or flat, preset inside or beside, the intent they mean, and where the picture comes from and goes to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../errors.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import { optimizeRequest } from "./optimize-options.ts";
import type { OptimizeRequest } from "./optimize-options.ts";

const intent = (given: object = {}, defaultQuality = 80): OptimizeIntent =>
  optimizeRequest(Object.entries(given), "json", defaultQuality).intent;

const DEFAULT: OptimizeIntent = {
  verb: "optimize",
  quality: { scale: "look", value: 80 },
  stripMetadata: true,
  progressive: false,
  paletteLoss: "allowed",
  maxReductionPercent: null,
};
const PRESET = { ...DEFAULT, progressive: true };

const look = (value: number) =>
  ({ quality: { scale: "look", value } }) as const;

const rows: readonly (readonly [
  claim: string,
  given: object,
  wanted: OptimizeIntent,
])[] = [
  ["nothing", {}, DEFAULT],
  ["a quality", { quality: 33 }, { ...DEFAULT, ...look(33) }],
  [
    "metadata kept",
    { strip_metadata: false },
    { ...DEFAULT, stripMetadata: false },
  ],
  [
    "progressive",
    { progressive_jpeg: true },
    { ...DEFAULT, progressive: true },
  ],
  [
    "palettes asked for",
    { png_lossy: true },
    { ...DEFAULT, paletteLoss: "asked" },
  ],
  [
    "palettes refused",
    { png_lossy: false },
    { ...DEFAULT, paletteLoss: "refused" },
  ],
  ["a cap", { max_reduction: 30 }, { ...DEFAULT, maxReductionPercent: 30 }],
  ["a cap of 0", { max_reduction: 0 }, { ...DEFAULT, maxReductionPercent: 0 }],
  ["no cap", { max_reduction: null }, DEFAULT],
  [
    "high",
    { preset: "high" },
    { ...PRESET, ...look(40), paletteLoss: "asked" },
  ],
  ["medium", { preset: "medium" }, { ...PRESET, ...look(60) }],
  [
    "low",
    { preset: "low" },
    {
      ...PRESET,
      ...look(75),
      paletteLoss: "refused",
      sparesRecentCodecs: true,
    },
  ],
  [
    "a preset wins over what it sets",
    {
      preset: "low",
      quality: 5,
      strip_metadata: false,
      progressive_jpeg: false,
      png_lossy: true,
    },
    {
      ...PRESET,
      ...look(75),
      paletteLoss: "refused",
      sparesRecentCodecs: true,
    },
  ],
  [
    "a preset leaves the cap alone",
    { preset: "medium", max_reduction: 20 },
    { ...PRESET, ...look(60), maxReductionPercent: 20 },
  ],
  [
    "nested options",
    { optimization: { quality: 33 } },
    { ...DEFAULT, ...look(33) },
  ],
  [
    "a preset inside",
    { optimization: { preset: "medium" } },
    { ...PRESET, ...look(60) },
  ],
  [
    "a preset beside",
    { preset: "medium", optimization: { max_reduction: 5 } },
    { ...PRESET, ...look(60), maxReductionPercent: 5 },
  ],
];
for (const [claim, given, wanted] of rows) {
  test(`${claim} means what the contract says`, () => {
    assert.deepEqual(intent(given), wanted);
  });
}

test("the operator's quality holds where the caller names none", () => {
  assert.equal(intent({}, 55).quality.value, 55);
  assert.equal(intent({ quality: 70 }, 55).quality.value, 70);
});

for (const [field, given] of [
  ["quality", { quality: 0 }],
  ["quality", { quality: 101 }],
  ["quality", { quality: "80" }],
  ["max_reduction", { max_reduction: -1 }],
  ["max_reduction", { max_reduction: 100.1 }],
  ["preset", { preset: "extreme" }],
  ["qualty", { optimization: { qualty: 3 } }],
  ["optimization", { optimization: 3 }],
  ["optimization", { optimization: null }],
  ["optimization", { optimization: [] }],
  ["optimization", { optimization: { optimization: { quality: 3 } } }],
  ["quality", { quality: 3, optimization: { quality: 3 } }],
  ["preset", { preset: "low", optimization: { preset: "low" } }],
  ["url", { url: 3 }],
  ["url", { url: "a", optimization: { url: "a" } }],
  ["storage", { storage: "local" }],
  ["storage", { storage: [] }],
  ["path", { storage: { provider: "local" } }],
  ["path", { storage: { path: "//a" } }],
  ["path", { storage: { path: "a/../b" } }],
  ["provider", { storage: { path: "a", provider: "azure" } }],
  ["public", { storage: { path: "a", public: "true" } }],
  ["keys", { storage: { path: "a", keys: 1 } }],
] as const) {
  test(`${JSON.stringify(given)} is refused by the name ${field}`, () => {
    assert.throws(
      () => intent(given),
      (error) => {
        assert.ok(error instanceof ServiceError);
        assert.equal(error.code, "bad_request");
        assert.deepEqual(error.context, { field });
        return true;
      },
    );
  });
}

test("text is coerced in queries", () => {
  const given: [string, unknown][] = [
    ["quality", "33"],
    ["strip_metadata", "no"],
    ["max_reduction", "null"],
  ];
  const wanted = { ...DEFAULT, ...look(33), stripMetadata: false };
  assert.deepEqual(optimizeRequest(given, "text", 80).intent, wanted);
});

const request = (
  given: object,
  origin: "text" | "json" = "json",
): Omit<OptimizeRequest, "intent"> => {
  const { intent: _, ...rest } = optimizeRequest(
    Object.entries(given),
    origin,
    80,
  );
  return rest;
};
const STORAGE = {
  provider: "gcs",
  bucket: "b",
  path: "/a/b.jpg",
  project: "p",
  public: true,
};
const STORED = {
  key: "a/b.jpg",
  destination: {
    provider: "gcs",
    bucket: "b",
    project: "p",
    isPublic: true,
  },
} as const;
const url = "https://example.com/";

const besides: readonly (readonly [
  what: string,
  given: object,
  wanted: Omit<OptimizeRequest, "intent">,
  origin?: "text",
])[] = [
  ["nothing", {}, {}],
  ["a url", { url }, { source: { url, field: "url" } }],
  [
    "a url inside options",
    { options: JSON.stringify({ url, quality: 3 }) },
    { source: { url, field: "url" } },
    "text",
  ],
  [
    "a url beside options",
    { options: '{"quality": 3}', url },
    { source: { url, field: "url" } },
    "text",
  ],
  ["storage", { storage: STORAGE }, { storage: STORED }],
  [
    "storage beside optimization",
    { optimization: { quality: 3 }, storage: STORAGE },
    { storage: STORED },
  ],
  [
    "storage inside options",
    { options: JSON.stringify({ storage: STORAGE }) },
    { storage: STORED },
    "text",
  ],
  [
    "storage as a form's field",
    { storage: JSON.stringify(STORAGE) },
    { storage: STORED },
    "text",
  ],
  [
    "storage by default",
    { storage: { path: "a" } },
    { storage: { key: "a", destination: { isPublic: false } } },
  ],
];
for (const [what, given, wanted, origin] of besides) {
  test(`${what} asks for just that`, () => {
    assert.deepEqual(request(given, origin), wanted);
  });
}
