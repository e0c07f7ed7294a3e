// Claims about /optimize's options: nested or flat, preset inside or beside, and the intent they mean.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../errors.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import { optimizeRequest } from "./optimize-options.ts";

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
    { ...PRESET, ...look(75), paletteLoss: "refused" },
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
    { ...PRESET, ...look(75), paletteLoss: "refused" },
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
  ["storage", { storage: { provider: "local" } }],
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
