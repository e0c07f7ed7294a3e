// Posts to /optimize and judges its replies: headers that agree with each other, with the bytes and with the source.

import assert from "node:assert/strict";

import sharp from "sharp";

import { writeMetadata } from "../src/codecs/jpeg/metadata.ts";
import type { Metadata } from "../src/codecs/metadata.ts";

import { imageOf, postForm } from "./requests.fixture.ts";

/** Posts `image` with its options in one field. */
export function postOptimize(
  base: string,
  image: Uint8Array,
  options: object = {},
): Promise<Response> {
  return postForm(`${base}/optimize`, [
    ["file", image],
    ["options", JSON.stringify(options)],
  ]);
}

export interface Optimized {
  readonly bytes: Uint8Array;
  readonly method: string;
  readonly reduction: number;
  readonly warnings: readonly string[];
}

/** The result, when its headers agree with each other and with `source`. */
export async function optimized(
  response: Response,
  source: Uint8Array,
): Promise<Optimized> {
  const bytes = await imageOf(response);
  const header = (name: string): string => response.headers.get(name) ?? "";
  assert.ok(bytes.length <= source.length, "never larger");
  assert.equal(header("content-type"), "image/jpeg");
  assert.equal(header("content-length"), String(bytes.length));
  assert.equal(header("x-optimized-size"), String(bytes.length));
  assert.equal(header("x-original-size"), String(source.length));
  assert.equal(header("x-original-format"), "jpeg");
  const reduction = header("x-reduction-percent");
  assert.match(reduction, /^\d+\.\d$/);
  const truth = 100 * (1 - bytes.length / source.length);
  assert.ok(Math.abs(Number(reduction) - truth) <= 0.051, reduction);
  const method = header("x-optimization-method");
  assert.match(method, /^(mozjpeg|jpegtran|metadata-strip|none)$/);
  if (method === "none") assert.deepEqual(bytes, new Uint8Array(source));
  assert.match(header("server-timing"), /\bencode;dur=/);
  assert.notEqual(header("x-request-id"), "");
  const { autoOrient: size } = await sharp(source).metadata();
  assert.deepEqual((await sharp(bytes).metadata()).autoOrient, size);
  const warnings = header("x-warnings");
  return {
    bytes,
    method,
    reduction: Number(reduction),
    warnings: warnings === "" ? [] : warnings.split(", "),
  };
}

/** A JPEG with metadata put in. */
export function withMetadata(file: Uint8Array, metadata: Metadata): Uint8Array {
  return writeMetadata(file, metadata).bytes;
}

/** Upright pixels in sRGB. */
export async function rawOf(file: Uint8Array): Promise<Buffer> {
  return sharp(file).autoOrient().toColourspace("srgb").raw().toBuffer();
}

/** Of the same size upright, and within 6 levels on average: quality 80 of a grainy picture stays within 4. */
export async function assertLooksAlike(
  a: Uint8Array,
  b: Uint8Array,
): Promise<void> {
  const [left, right] = [await rawOf(a), await rawOf(b)];
  assert.equal(left.length, right.length);
  const sum = left.reduce(
    (total, value, at) => total + Math.abs(value - right[at]!),
    0,
  );
  assert.ok(sum / left.length <= 6, `mean difference ${sum / left.length}`);
}
