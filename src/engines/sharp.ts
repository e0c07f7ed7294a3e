// The door to sharp (libvips in-process): sets it up for a child that runs one job at a time.

import sharp from "sharp";

export type { Sharp } from "sharp";
export { sharp };

/**
 * One job per child and one thread per job unless told otherwise; parallelism
 * comes from the pool. The operation cache would only hold memory: no two
 * requests share a pixel.
 */
export function setUpSharp(threads: number): void {
  sharp.concurrency(threads);
  sharp.cache(false);
}

export interface Reencoding {
  readonly output: "jpeg" | "webp";
  readonly options: object;
  /** libvips' name of the color space the samples are in, and stay in. */
  readonly space: string;
  /** A left-right mirror, then clockwise degrees. */
  readonly turn: { readonly degrees: number; readonly mirror: boolean };
  readonly tolerance: "warning" | "truncated" | "none";
  readonly maxPixels: number;
}

/**
 * Decodes a file (at a path, or in memory) and encodes its samples again in the color space they are in;
 * profiles are neither applied nor kept. Rejects with sharp's error when the
 * file does not decode.
 */
export async function reencode(
  input: string | Uint8Array,
  { output, options, space, turn, tolerance, maxPixels }: Reencoding,
): Promise<Uint8Array> {
  let chain = sharp(input, {
    ignoreIcc: true,
    failOn: tolerance,
    limitInputPixels: maxPixels,
  });
  if (turn.mirror) chain = chain.flop();
  if (turn.degrees !== 0) chain = chain.rotate(turn.degrees);
  if (space === "cmyk") chain = chain.pipelineColourspace(space);
  return chain.toColourspace(space).toFormat(output, options).toBuffer();
}

/**
 * Decodes a file to a libvips `.v` file of its own samples, 16-bit when it is
 * deeper than 8, with no profile applied. Rejects with sharp's error.
 */
export async function decodeToRaw(
  path: string,
  output: string,
  facts: {
    readonly bitDepth: number;
    readonly width: number;
    readonly height: number;
    readonly codedPixels: number;
  },
): Promise<void> {
  await sharp(path, {
    ignoreIcc: true,
    limitInputPixels: Math.max(facts.width * facts.height, facts.codedPixels),
  })
    .toColourspace(facts.bitDepth > 8 ? "rgb16" : "srgb")
    .toFile(output);
}

/**
 * Decodes `frames` frames of an animation, from number `first` on, to a libvips
 * `.v` file of them all, each below the last; no profile is applied. Rejects
 * with sharp's error.
 */
export async function decodeFrames(
  path: string,
  output: string,
  options: {
    readonly first: number;
    readonly frames: number;
    readonly maxPixels: number;
  },
): Promise<void> {
  await sharp(path, {
    ignoreIcc: true,
    page: options.first,
    pages: options.frames,
    limitInputPixels: options.maxPixels,
  }).toFile(output);
}

export function probeSharp(): { version: string; abilities: string[] } {
  return {
    version: `${sharp.versions.sharp} (libvips ${sharp.versions.vips})`,
    abilities: ["sharp"],
  };
}
