// Reads the PNM files that djxl writes (PGM, PPM, and PAM for alpha), lays frames below each other, and writes one such file.

import type { RawPixels } from "../codec.ts";

interface PnmHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: RawPixels["channels"];
  readonly isDeep: boolean;
  /** Where the samples begin. */
  readonly start: number;
}

/** Headers are one line of three numbers, or seven lines. */
const MAX_HEADER_BYTES = 512;

/** The frames of one animation, or one picture, as one raster. Throws a plain Error when a file is not djxl's. */
export function stackPnm(files: readonly Buffer[]): RawPixels {
  const [first] = files;
  if (!first) throw new Error("no frames were decoded");
  const { width, height, channels, isDeep } = readHeader(first);
  const size = width * height * channels * (isDeep ? 2 : 1);
  const all = Buffer.allocUnsafeSlow(size * files.length);
  for (const [index, file] of files.entries()) {
    const { start } = readHeader(file);
    if (file.length - start !== size) throw new Error("frames differ in size");
    file.copy(all, index * size, start);
  }
  if (isDeep) all.swap16();
  return {
    data: isDeep
      ? new Uint16Array(all.buffer, all.byteOffset, all.length / 2)
      : all,
    width,
    height: height * files.length,
    channels,
  };
}

/** As djxl writes it, and cjxl reads it. */
export function pnmOf({ data, width, height, channels }: RawPixels): Buffer {
  const isDeep = data instanceof Uint16Array;
  const most = isDeep ? 65_535 : 255;
  const plain = `P${channels === 1 ? 5 : 6}\n${width} ${height}\n${most}\n`;
  const isAlpha = channels % 2 === 0;
  const kind = channels === 2 ? "GRAYSCALE_ALPHA" : "RGB_ALPHA";
  const named = [
    ...["P7", `WIDTH ${width}`, `HEIGHT ${height}`, `DEPTH ${channels}`],
    ...[`MAXVAL ${most}`, `TUPLTYPE ${kind}`, "ENDHDR\n"],
  ].join("\n");
  const samples = Buffer.from(
    isDeep ? new Uint16Array(data).buffer : new Uint8Array(data).buffer,
  );
  if (isDeep) samples.swap16();
  return Buffer.concat([Buffer.from(isAlpha ? named : plain), samples]);
}

function readHeader(file: Buffer): PnmHeader {
  const text = file.toString("latin1", 0, MAX_HEADER_BYTES);
  const plain = /^P([56])\s(\d+)\s(\d+)\s(\d+)\s/.exec(text);
  if (plain) {
    const [whole, kind, width, height, max] = plain;
    const channels = kind === "5" ? 1 : 3;
    return headerOf(width, height, channels, max, whole.length);
  }
  const pam =
    /^P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH ([1-4])\nMAXVAL (\d+)\n[^]*?ENDHDR\n/.exec(
      text,
    );
  if (!pam) throw new Error("not a PNM file of ours");
  const [whole, width, height, depth, max] = pam;
  const channels = Number(depth) as RawPixels["channels"];
  return headerOf(width, height, channels, max, whole.length);
}

function headerOf(
  width: string | undefined,
  height: string | undefined,
  channels: RawPixels["channels"],
  max: string | undefined,
  start: number,
): PnmHeader {
  return {
    width: Number(width),
    height: Number(height),
    channels,
    isDeep: Number(max) > 255,
    start,
  };
}
