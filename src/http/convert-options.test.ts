// Claims about /convert's fields: the contract's names, defaults and bounds, and the intent they mean.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../errors.ts";
import type { ConvertIntent } from "../image/intent.ts";
import { convertIntent } from "./convert-options.ts";

const DEFAULTS = { resize: "exact" } as const;

const intent = (
  given: Record<string, string> = {},
  hasOverlay = false,
): ConvertIntent =>
  convertIntent(Object.entries(given), "text", hasOverlay, DEFAULTS);

test("nothing given means the contract's defaults", () => {
  assert.deepEqual(intent(), {
    verb: "convert",
    target: "jpeg",
    quality: { scale: "encoder", value: 80 },
    square: false,
    stripMetadata: false,
    sharpen: "auto",
    resize: "exact",
    encoding: { speed: 6, depth: 8, chroma: "420" },
  });
});

test("every field has its place in the intent", () => {
  const given = {
    format: "avif",
    q: "0",
    size: "800",
    square: "yes",
    strip_exif: "1",
    overlay_scale: "33.5",
    overlay_opacity: "0",
    overlay_safe_zone: "off",
    avif_speed: "10",
    avif_depth: "10",
    avif_yuv: "444",
    sharpen: "none",
    resize: "fast",
  };
  assert.deepEqual(intent(given, true), {
    verb: "convert",
    target: "avif",
    quality: { scale: "encoder", value: 0 },
    longEdge: 800,
    square: true,
    stripMetadata: true,
    sharpen: "none",
    resize: "fast",
    overlay: { scalePercent: 33.5, opacityPercent: 0, safeZone: false },
    encoding: { speed: 10, depth: 10, chroma: "444" },
  });
});

test("a logo without options is 15 % wide, opaque, in the safe zone", () => {
  assert.deepEqual(intent({}, true).overlay, {
    scalePercent: 15,
    opacityPercent: 100,
    safeZone: true,
  });
});

test("options of a logo that was not sent mean nothing", () => {
  assert.equal(intent({ overlay_scale: "50" }).overlay, undefined);
});

for (const [format, target] of [
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
  ["JPG", "jpeg"],
  ["png", "png"],
  ["webp", "webp"],
  ["avif", "avif"],
] as const) {
  test(`format ${format} is ${target}`, () => {
    assert.equal(intent({ format }).target, target);
  });
}

test("how to resize is the operator's choice where the caller makes none", () => {
  for (const resize of ["exact", "fast"] as const) {
    assert.equal(convertIntent([], "text", false, { resize }).resize, resize);
  }
});

for (const [field, value] of [
  ["format", "exe"],
  ["q", "-1"],
  ["q", "101"],
  ["size", "0"],
  ["size", "65536"],
  ["square", "perhaps"],
  ["overlay_scale", "0"],
  ["overlay_scale", "101"],
  ["overlay_opacity", "-1"],
  ["avif_speed", "11"],
  ["avif_depth", "12"],
  ["avif_yuv", "411"],
  ["sharpen", "2"],
  ["resize", "best"],
  ["quality", "80"],
  ["src_url", "https://example.com/a.jpg"],
  ["overlay_url", "https://example.com/a.png"],
  ["key_name", "a"],
  ["key_prefix", "a"],
  ["upload_s3", "true"],
] as const) {
  test(`${field}=${value} is refused by its name`, () => {
    assert.throws(
      () => intent({ [field]: value }),
      (error) => {
        assert.ok(error instanceof ServiceError);
        assert.equal(error.code, "bad_request");
        assert.deepEqual(error.context, { field });
        assert.ok(error.message.length > 10);
        return true;
      },
    );
  });
}

for (const field of ["upload_s3", "return_binary"]) {
  test(`${field}=false asks for nothing that is not there`, () => {
    assert.deepEqual(intent({ [field]: "false" }), intent());
  });
}
