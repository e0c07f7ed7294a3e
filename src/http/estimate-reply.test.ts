// Claims about the words of /estimate's reply: potential, confidence, kinds of pixels, and what counts as done already.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Facts } from "../image/facts.ts";
import type { Estimate } from "../pool/protocol.ts";
import { estimateReply } from "./estimate-reply.ts";

const SOURCE: Facts = {
  format: "jpeg",
  bytes: 1000,
  width: 40,
  height: 30,
  codedPixels: 1200,
  orientation: 1,
  frames: 1,
  bitDepth: 8,
  color: "rgb",
  hasAlpha: false,
  profile: { kind: "none" },
  lossy: true,
  hasGainMap: false,
  metadata: [],
};

const reply = (told: Partial<Estimate>, source: Partial<Facts> = {}) => {
  const bytes = told.bytes ?? 500;
  const estimate: Estimate = {
    ...{ bytes, low: bytes, high: bytes },
    method: "mozjpeg",
    path: "exact",
    warnings: [],
    spans: {},
    ...told,
  };
  return estimateReply({
    source: { ...SOURCE, ...source },
    estimate,
  }) as Record<string, unknown>;
};

test("names what it was told of, and what would come of it", () => {
  assert.deepEqual(reply({ bytes: 512, low: 500, high: 540, path: "sample" }), {
    original_size: 1000,
    original_format: "jpeg",
    dimensions: { width: 40, height: 30 },
    color_type: "RGB",
    bit_depth: 8,
    estimated_optimized_size: 512,
    estimated_reduction_percent: 48.8,
    optimization_potential: "high",
    method: "direct-encode",
    already_optimized: false,
    confidence: "high",
    estimated_range: { low: 500, high: 540 },
    predicted_method: "mozjpeg",
    path: "sample",
    warnings: [],
  });
});

for (const [bytes, potential] of [
  [700, "high"],
  [701, "medium"],
  [900, "medium"],
  [901, "low"],
  [1000, "low"],
] as const) {
  test(`${bytes} of 1000 bytes: the potential is ${potential}`, () => {
    assert.equal(reply({ bytes })["optimization_potential"], potential);
  });
}

for (const [low, high, confidence] of [
  [500, 500, "high"],
  [463, 538, "high"],
  [462, 538, "medium"],
  [375, 625, "medium"],
  [374, 625, "low"],
] as const) {
  test(`500 bytes between ${low} and ${high}: confidence is ${confidence}`, () => {
    assert.equal(reply({ bytes: 500, low, high })["confidence"], confidence);
  });
}

for (const [path, method] of [
  ["exact", "exact"],
  ["sample", "direct-encode"],
  ["header", "generic"],
] as const) {
  test(`told by ${path}, the method is ${method}`, () => {
    assert.equal(reply({ path })["method"], method);
  });
}

for (const [told, already] of [
  [{ bytes: 1000, method: "none" }, true],
  [{ bytes: 995, method: "metadata-strip" }, true],
  [{ bytes: 990, method: "jpegtran" }, false],
] as const) {
  test(`${told.bytes} of 1000 bytes by ${told.method}: ${already ? "" : "not "}optimized already`, () => {
    assert.equal(reply(told)["already_optimized"], already);
  });
}

for (const [source, type] of [
  [{}, "RGB"],
  [{ hasAlpha: true }, "RGBA"],
  [{ color: "gray" }, "L"],
  [{ color: "gray", hasAlpha: true }, "LA"],
  [{ color: "palette", hasAlpha: true }, "P"],
  [{ color: "cmyk" }, "CMYK"],
  [{ format: "svg" }, null],
] as const) {
  test(`${JSON.stringify(source)} is ${type}`, () => {
    assert.equal(reply({}, source)["color_type"], type);
  });
}
