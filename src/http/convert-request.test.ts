// Claims about /convert's fields: the contract's names, defaults and bounds, the intent they mean, and where the picture comes from and goes to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../errors.ts";
import { GRAVITIES } from "../image/intent.ts";
import type { BoxIntent, ConvertIntent } from "../image/intent.ts";
import { convertRequest } from "./convert-request.ts";
import type { ConvertRequest } from "./convert-request.ts";

const DEFAULTS = { resize: "exact" } as const;

const intent = (
  given: Record<string, string> = {},
  hasOverlay = false,
): ConvertIntent =>
  convertRequest(Object.entries(given), "text", hasOverlay, DEFAULTS).intent;

test("nothing given means the contract's defaults", () => {
  assert.deepEqual(intent(), {
    verb: "convert",
    target: "jpeg",
    quality: { scale: "encoder", value: 80 },
    background: [255, 255, 255, 255],
    stripMetadata: false,
    sharpen: "auto",
    resize: "exact",
    encoding: { speed: 6, depth: 8, chroma: "420", lossless: false },
  });
});

test("every field has its place in the intent", () => {
  const given = {
    format: "avif",
    q: "0",
    width: "800",
    height: "600",
    fit: "contain",
    enlarge: "yes",
    background: "#11223344",
    strip_exif: "1",
    overlay_scale: "33.5",
    overlay_opacity: "0",
    overlay_safe_zone: "off",
    overlay_gravity: "northwest",
    overlay_margin: "2.5",
    lossless: "on",
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
    box: { width: 800, height: 600, fit: "contain", enlarge: true },
    background: [0x11, 0x22, 0x33, 0x44],
    stripMetadata: true,
    sharpen: "none",
    resize: "fast",
    overlay: {
      scalePercent: 33.5,
      opacityPercent: 0,
      safeZone: false,
      gravity: "northwest",
      marginPercent: 2.5,
    },
    encoding: { speed: 10, depth: 10, chroma: "444", lossless: true },
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
  const given = { overlay_scale: "50", overlay_gravity: "north" };
  assert.equal(intent(given).overlay, undefined);
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

test("every fit and every place of a logo means itself, margins to both bounds", () => {
  for (const fit of ["inside", "cover", "contain", "fill"] as const) {
    assert.equal(intent({ width: "9", fit }).box?.fit, fit);
  }
  for (const gravity of GRAVITIES) {
    const { overlay } = intent({ overlay_gravity: gravity }, true);
    assert.equal(overlay?.gravity, gravity);
    assert.equal("marginPercent" in overlay, false);
  }
  for (const margin of ["0", "50"]) {
    const { overlay } = intent({ overlay_margin: margin }, true);
    assert.equal(overlay?.marginPercent, Number(margin));
    assert.equal("gravity" in overlay, false);
  }
});

test("how to resize is the operator's choice where the caller makes none", () => {
  for (const resize of ["exact", "fast"] as const) {
    const asked = convertRequest([], "text", false, { resize });
    assert.equal(asked.intent.resize, resize);
  }
});

for (const [field, value] of [
  ["format", "exe"],
  ["q", "-1"],
  ["q", "101"],
  ["size", "0"],
  ["size", "65536"],
  ["square", "perhaps"],
  ["width", "0"],
  ["width", "65536"],
  ["width", "12.5"],
  ["height", "-3"],
  ["height", "tall"],
  ["fit", "outside"],
  ["enlarge", "2"],
  ["background", "mauve"],
  ["background", "#12"],
  ["background", "rgb(1,2,3)"],
  ["background", ""],
  ["background", "white".repeat(5)],
  ["overlay_gravity", "middle"],
  ["overlay_margin", "-1"],
  ["overlay_margin", "51"],
  ["lossless", "perhaps"],
  ["overlay_scale", "0"],
  ["overlay_scale", "101"],
  ["overlay_opacity", "-1"],
  ["avif_speed", "11"],
  ["avif_depth", "12"],
  ["avif_yuv", "411"],
  ["sharpen", "2"],
  ["resize", "best"],
  ["quality", "80"],
  ["upload_s3", "maybe"],
  ["return_binary", "2"],
  ["key_name", ""],
  ["key_name", "../a"],
  ["key_prefix", "/a"],
  ["key_prefix", "a".repeat(972)],
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

/** The box that each way to ask for a size means. */
const boxes: readonly (readonly [
  given: Record<string, string>,
  box: BoxIntent | undefined,
])[] = [
  [{}, undefined],
  [{ fit: "cover", enlarge: "true" }, undefined],
  [{ size: "800" }, { width: 800, height: 800, fit: "inside", enlarge: false }],
  [
    { size: "800", square: "true" },
    { width: 800, height: 800, fit: "cover", enlarge: false },
  ],
  [
    { square: "true" },
    { width: 65_535, height: 65_535, fit: "cover", enlarge: false },
  ],
  [{ width: "70" }, { width: 70, fit: "inside", enlarge: false }],
  [
    { height: "70", fit: "fill", enlarge: "1" },
    { height: 70, fit: "fill", enlarge: true },
  ],
  [
    { width: "1", height: "65535", fit: "cover" },
    { width: 1, height: 65_535, fit: "cover", enlarge: false },
  ],
];
for (const [given, box] of boxes) {
  test(`${JSON.stringify(given)} means ${JSON.stringify(box)}`, () => {
    assert.deepEqual(intent(given).box, box);
    assert.equal("box" in intent(given), box !== undefined);
  });
}

for (const [given, field] of [
  [{ size: "10", width: "10" }, "size"],
  [{ size: "10", height: "10" }, "size"],
  [{ size: "10", width: "10", height: "10" }, "size"],
  [{ square: "true", width: "10" }, "square"],
  [{ square: "true", size: "10", height: "10" }, "square"],
] as const) {
  test(`${Object.keys(given).join(" with ")} is refused, naming ${field}`, () => {
    assert.throws(() => intent(given), {
      code: "bad_request",
      context: { field },
      message: /cannot be combined with width and height/,
    });
  });
}

test("square=false beside a box asks for nothing that conflicts", () => {
  assert.deepEqual(
    intent({ square: "false", width: "10" }),
    intent({ width: "10" }),
  );
});

for (const [color, rgba] of [
  ["BLACK", [0, 0, 0, 255]],
  ["00ff00", [0, 255, 0, 255]],
  ["transparent", [0, 0, 0, 0]],
] as const) {
  test(`background=${color} is ${rgba.join()}, from a form and from JSON`, () => {
    assert.deepEqual(intent({ background: color }).background, rgba);
    const given = [["background", color]] as const;
    const asked = convertRequest(given, "json", false, DEFAULTS);
    assert.deepEqual(asked.intent.background, rgba);
  });
}

const request = (
  given: Record<string, string>,
  hasOverlay = false,
): Omit<ConvertRequest, "intent"> => {
  const entries = Object.entries(given);
  const { intent: _, ...rest } = convertRequest(
    entries,
    "text",
    hasOverlay,
    DEFAULTS,
  );
  return rest;
};

/** What is asked for besides the picture: where it comes from, and where it goes. */
const asked: readonly (readonly [
  what: string,
  given: Record<string, string>,
  wanted: Omit<ConvertRequest, "intent">,
])[] = [
  ["nothing", {}, {}],
  ["no storing", { upload_s3: "false", return_binary: "false" }, {}],
  ["the image alone", { return_binary: "true" }, {}],
  ["names for nothing", { key_name: "a", key_prefix: "b" }, {}],
  [
    "src_url",
    { src_url: "https://example.com/ä|b.jpg" },
    { source: { url: "https://example.com/ä|b.jpg", field: "src_url" } },
  ],
  [
    "url",
    { url: "https://example.com/" },
    { source: { url: "https://example.com/", field: "url" } },
  ],
  [
    "overlay_url",
    { overlay_url: "https://example.com/" },
    { overlayUrl: "https://example.com/" },
  ],
  [
    "upload_s3",
    { upload_s3: "yes" },
    { storing: { returnBinary: false, naming: {} } },
  ],
  [
    "both replies",
    { upload_s3: "1", return_binary: "on" },
    { storing: { returnBinary: true, naming: {} } },
  ],
  [
    "all of a name",
    { upload_s3: "1", key_name: "a/b.jpg", key_prefix: "c/", size: "70" },
    {
      storing: {
        returnBinary: false,
        naming: { key: "a/b.jpg", prefix: "c", size: 70 },
      },
    },
  ],
  [
    "the longest folder for a generated name",
    { upload_s3: "1", key_prefix: "a".repeat(971) },
    { storing: { returnBinary: false, naming: { prefix: "a".repeat(971) } } },
  ],
];
for (const [what, given, wanted] of asked) {
  test(`${what} asks for just that`, () => {
    assert.deepEqual(request(given), wanted);
  });
}

test("a logo by URL is a logo", () => {
  const given = { overlay_url: "https://example.com/", overlay_scale: "50" };
  assert.equal(intent(given).overlay?.scalePercent, 50);
});

for (const [what, given, field] of [
  ["url and src_url", { url: "https://a.b/", src_url: "https://a.b/" }, "url"],
  ["overlay_url and overlay", { overlay_url: "https://a.b/" }, "overlay_url"],
  [
    "a folder and a name that are too long together",
    { key_prefix: "a".repeat(600), key_name: "b".repeat(600) },
    "key_prefix",
  ],
] as const) {
  test(`${what}: refused, naming ${field}`, () => {
    assert.throws(() => request(given, true), {
      code: "bad_request",
      context: { field },
    });
  });
}
