// The logo on /convert: where it stands, how large it is, how it mixes; and what happens when it is no image.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  distance,
  GRAY,
  noise,
  pixelsOf,
  pngClaiming,
  RED,
  solid,
} from "./images.fixture.ts";
import type { Pixels, Rgb } from "./images.fixture.ts";
import { expectProblem, imageOf, postForm } from "./requests.fixture.ts";
import type { Part } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const logo = await solid(100, 50, { ...RED, alpha: 1 })
  .png()
  .toBuffer();

async function overlaid(
  frame: Uint8Array,
  overlay: Uint8Array,
  ...fields: readonly Part[]
): Promise<Pixels> {
  const parts: Part[] = [
    ["format", "png"],
    ...fields,
    ["file", frame],
    ["overlay", overlay],
  ];
  const response = await postForm(`${service().base}/convert`, parts);
  return pixelsOf(await imageOf(response));
}

/** The rectangle of what is nearer to `color` than to the frame's gray. */
function boxOf(
  { width, height, at }: Pixels,
  color: Rgb,
): { left: number; top: number; right: number; bottom: number } {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = at(x, y);
      if (distance(pixel, color) > distance(pixel, GRAY)) continue;
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x + 1);
      box.bottom = Math.max(box.bottom, y + 1);
    }
  }
  return box;
}

function assertNear(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1.5,
    `${what}: ${actual}, not ${expected}`,
  );
}

describe("place and size", () => {
  // The contract's figures: bottom lift 250 px at a height of 1920, margin 50 px at a long edge of 1920.
  const rows: readonly (readonly [
    width: number,
    height: number,
    safeZone: boolean,
    scale: number,
  ])[] = [
    [320, 569, true, 15],
    [320, 569, false, 15],
    [320, 200, true, 50],
    [320, 200, false, 50],
    [1080, 1920, true, 15],
    [1080, 1920, false, 15],
    [4000, 1000, true, 15],
    [4000, 1000, false, 15],
  ];
  for (const [width, height, safeZone, scale] of rows) {
    const where = safeZone
      ? "bottom centre, above the safe zone"
      : "bottom right";
    test(`on ${width}×${height} a logo of ${scale} % stands ${where}`, async () => {
      const frame = await solid(width, height)
        .png({ compressionLevel: 1 })
        .toBuffer();
      const result = await overlaid(
        frame,
        logo,
        ["overlay_safe_zone", String(safeZone)],
        ...(scale === 15 ? [] : ([["overlay_scale", String(scale)]] as const)),
      );
      const box = boxOf(result, RED);
      const logoWidth = (width * scale) / 100;
      assertNear(box.right - box.left, logoWidth, "width");
      assertNear(box.bottom - box.top, logoWidth / 2, "height");
      if (safeZone) {
        assertNear((box.left + box.right) / 2, width / 2, "centre");
        assertNear(height - box.bottom, (height * 250) / 1920, "lift");
      } else {
        const margin = (Math.max(width, height) * 50) / 1920;
        assertNear(width - box.right, margin, "right margin");
        assertNear(height - box.bottom, margin, "bottom margin");
      }
    });
  }

  test("the safe zone is the default", async () => {
    const frame = await solid(320, 569).png().toBuffer();
    const box = boxOf(await overlaid(frame, logo), RED);
    assertNear((box.left + box.right) / 2, 160, "centre");
  });

  test("the scale is of the output's width, not the source's", async () => {
    const frame = await solid(640, 400).png().toBuffer();
    const box = boxOf(await overlaid(frame, logo, ["size", "320"]), RED);
    assertNear(box.right - box.left, 48, "width");
  });

  test("a logo taller than the frame is made to fit", async () => {
    const frame = await solid(300, 100).png().toBuffer();
    const pole = await solid(20, 400, RED).png().toBuffer();
    const box = boxOf(
      await overlaid(frame, pole, ["overlay_scale", "100"]),
      RED,
    );
    assert.ok(box.top >= 0 && box.bottom <= 100 && box.right > box.left);
  });
});

describe("opacity", async () => {
  const mixed = (share: number): Rgb => ({
    r: RED.r * share + GRAY.r * (1 - share),
    g: RED.g * share + GRAY.g * (1 - share),
    b: RED.b * share + GRAY.b * (1 - share),
  });
  const logos = [
    ["with alpha", logo],
    ["without alpha", await solid(100, 50, RED).png().toBuffer()],
    [
      "as JPEG",
      await solid(100, 50, RED)
        .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
        .toBuffer(),
    ],
    ["as WebP", await solid(100, 50, RED).webp({ lossless: true }).toBuffer()],
  ] as const;
  for (const [what, bytes] of logos) {
    for (const opacity of [0, 50, 100]) {
      test(`of ${opacity} mixes a logo ${what} by as much`, async () => {
        const frame = await solid(400, 400).png().toBuffer();
        const result = await overlaid(
          frame,
          bytes,
          ["overlay_opacity", String(opacity)],
          ["overlay_scale", "50"],
        );
        const lift = (400 * 250) / 1920;
        const center = result.at(200, 400 - lift - 50);
        assert.ok(
          distance(center, mixed(opacity / 100)) <= 3,
          JSON.stringify(center),
        );
      });
    }
  }
});

describe("a logo that is no image", async () => {
  const frame = await solid(64, 64).png().toBuffer();
  const jpeg = await noise(64, 64).jpeg().toBuffer();
  const rows = [
    ["text", Buffer.from("not an image at all")],
    ["nothing", new Uint8Array()],
    ["a PDF", Buffer.from("%PDF-1.7 and so on")],
    ["half a JPEG", jpeg.subarray(0, jpeg.length / 2)],
    ["a PNG of garbage", pngClaiming(64, 64)],
    ["a PNG beyond the pixel limit", pngClaiming(50_000, 50_000)],
  ] as const;
  for (const [what, overlay] of rows) {
    test(`${what} is refused, and nothing is left out quietly`, async () => {
      const parts: Part[] = [
        ["file", frame],
        ["overlay", overlay],
      ];
      const response = await postForm(`${service().base}/convert`, parts);
      await expectProblem(response, { error: "overlay_failed" });
    });
  }

  test("a broken image under a sound logo is the image's fault", async () => {
    const parts: Part[] = [
      ["file", jpeg.subarray(0, jpeg.length / 2)],
      ["overlay", logo],
    ];
    const response = await postForm(`${service().base}/convert`, parts);
    await expectProblem(response, { error: "invalid_image" });
  });
});
