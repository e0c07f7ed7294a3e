// The door to sharp (libvips in-process): sets it up for a child that runs one job at a time.

import sharp from "sharp";

import type { SharpOptions } from "sharp";

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
  readonly output: "jpeg" | "webp" | "avif";
  readonly options: object;
  /** libvips' name of the color space the samples are in, and stay in. */
  readonly space: string;
  /** Whether the profile the samples are in is written with them; otherwise it is dropped. */
  readonly keepProfile?: boolean;
  /** A left-right mirror, then clockwise degrees. */
  readonly turn: { readonly degrees: number; readonly mirror: boolean };
  readonly tolerance: "warning" | "truncated" | "none";
  readonly maxPixels: number;
}

/** Interleaved samples, 8-bit or 16-bit by their array. */
export interface Samples {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/**
 * Decodes a file (at a path, or in memory), or takes samples as they are, and
 * encodes them again in the color space they are in; profiles are not applied.
 * Rejects with sharp's error when the file does not decode.
 */
export async function reencode(
  input: string | Uint8Array | Samples,
  {
    output,
    options,
    space,
    keepProfile,
    turn,
    tolerance,
    maxPixels,
  }: Reencoding,
): Promise<Uint8Array> {
  let chain = opened(input, space, {
    ignoreIcc: true,
    failOn: tolerance,
    limitInputPixels: maxPixels,
  });
  if (turn.mirror) chain = chain.flop();
  if (turn.degrees !== 0) chain = chain.rotate(turn.degrees);
  if (keepProfile) chain = chain.keepIccProfile();
  return chain.toColourspace(space).toFormat(output, options).toBuffer();
}

function opened(
  input: string | Uint8Array | Samples,
  space: string,
  options: SharpOptions,
): ReturnType<typeof sharp> {
  const isCmyk = space === "cmyk";
  if (typeof input === "string" || input instanceof Uint8Array) {
    const chain = sharp(input, options);
    return isCmyk ? chain.pipelineColourspace(space) : chain;
  }
  const { width, height, channels } = input;
  // A 16-bit array says its depth itself.
  const raw = (data: Samples["data"], count: Samples["channels"]) =>
    [data, { ...options, raw: { width, height, channels: count } }] as const;
  if (!isCmyk) return sharp(...raw(input.data, channels));
  // Four channels at once would be taken for RGB with alpha.
  const [cyan, ...inks] = planesOf(input);
  return inks.reduce(
    (chain, ink) => chain.joinChannel(Buffer.from(ink), raw(ink, 1)[1]),
    sharp(...raw(cyan!, 1)),
  );
}

/** Each channel's samples apart. */
function planesOf({ data, channels, width, height }: Samples): Uint8Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const plane = new Uint8Array(width * height);
    for (let pixel = 0; pixel < plane.length; pixel++) {
      plane[pixel] = data[pixel * channels + channel]!;
    }
    return plane;
  });
}

/**
 * A file's own samples, as they are stored: no profile applied, nothing turned.
 * Rejects with sharp's error when it does not decode.
 */
export async function decodeSamples(
  input: string | Uint8Array,
  {
    space,
    tolerance,
    maxPixels,
    page = 0,
  }: Pick<Reencoding, "space" | "tolerance" | "maxPixels"> & {
    readonly page?: number;
  },
): Promise<Samples> {
  const isDeep = ["rgb16", "grey16"].includes(space);
  const { data, info } = await sharp(input, {
    ignoreIcc: true,
    failOn: tolerance,
    limitInputPixels: maxPixels,
    page,
  })
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: isDeep ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const { channels } = info;
  const { buffer, byteOffset, length } = data;
  return {
    data: isDeep ? new Uint16Array(buffer, byteOffset, length / 2) : data,
    ...{ width, height, channels },
  };
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
 * Writes the pixels of a `.v` file into a PNG that is not compressed, for a tool
 * that reads those: 8-bit, or 16-bit when `deep`; no profile is applied.
 */
export async function rawToPng(
  path: string,
  output: string,
  options: { readonly deep: boolean; readonly keepProfile: boolean },
): Promise<void> {
  const chain = sharp(path, { ignoreIcc: true, limitInputPixels: false });
  if (options.keepProfile) chain.keepIccProfile();
  await chain
    .toColourspace(options.deep ? "rgb16" : "srgb")
    .png({ compressionLevel: 0 })
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

/**
 * Draws an SVG, which must have been sanitized, at its own size: RGBA. Rejects
 * with sharp's error.
 */
export async function drawSvg(
  svg: Uint8Array,
  maxPixels: number,
): Promise<Uint8Array> {
  return sharp(svg, { limitInputPixels: maxPixels })
    .ensureAlpha()
    .raw()
    .toBuffer();
}

export function probeSharp(): { version: string; abilities: string[] } {
  return {
    version: `${sharp.versions.sharp} (libvips ${sharp.versions.vips})`,
    abilities: ["sharp"],
  };
}
