// A tiny JPEG XL of our own making, and the tools that make larger ones; tests skip by name where those are missing.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import sharp from "sharp";

import { findCommand } from "../../engines/command.ts";

/** 24 × 16 px of a pattern with alpha, by cjxl 0.7 at distance 3, effort 3: a bare codestream. */
const TINY = [
  "/woDwYbiQgBMgCAAXASLTQkAgAqVUcYNXs71fPmhw2LaxnWGttq2sCSRCtEzrRkGHK9OKrDI",
  "wME3PJUcUlBQUOAUxjDGGCNjjDQZOWERY/AYWKjqSVPjGRIlSqJESZRIdEWJkihREiVSIgi7",
  "JEpUkCSIABwQgimyhFBUiIFRPm1ltIl9ZEsa6IV9Oa8Lqtwh4i5ZaTDxyJTHCqcBJRMmczSV",
  "1WCCV3YDI/AEfHCoscr178BWNRMA31RIgQwAtsVKZLwTT7AcOABxwuMNyZOuiObIWtViNA2E",
  "IcohTL2A+tZWVnNtrheMUppO+vM5ybEdVRg8Vbl/Ge9yqB/13+kM3fJ/dUUbvMxDVXeLbMqy",
  "3aXmPta960HbjCO6QASqpr0xVOsLjws=",
].join("");

export const tinyJxl = (): Uint8Array =>
  new Uint8Array(Buffer.from(TINY, "base64"));

/** False where libjxl's tools are, else the reason to skip. */
export const withoutTools =
  findCommand("cjxl") && findCommand("djxl")
    ? false
    : "libjxl-tools are not installed";

export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** A picture with edges, slopes and grain, the same every time. */
export function picture({ width, height, channels }: Shape): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isAlpha = channels % 2 === 0 && at % channels === channels - 1;
    if (isAlpha) return x < width / 4 ? 0 : 255 - (y % 64);
    const grain = ((pixel * 7919 + at * 104_729) % 31) - 15;
    const slope = (x * 200) / width + (y * 40) / height;
    const edge = (Math.floor(x / 40) + Math.floor(y / 40)) % 2 === 0 ? 30 : 0;
    return Math.max(
      0,
      Math.min(255, slope + edge + grain + (at % channels) * 9),
    );
  });
}

/** A PNG or JPEG of it in `folder`. */
export async function pictureFile(
  folder: string,
  shape: Shape,
  name: string,
  orientation = 1,
): Promise<string> {
  const path = join(folder, name);
  const { channels, ...size } = shape;
  const image = sharp(picture(shape), { raw: { ...size, channels } });
  const space = channels < 3 ? "b-w" : "srgb";
  const upright = image.toColourspace(space);
  const turned =
    orientation === 1 ? upright : upright.withMetadata({ orientation });
  await turned.toFile(path);
  return path;
}

/** What cjxl makes of a file. */
export function encoded(path: string, ...options: string[]): Uint8Array {
  const output = `${path}.jxl`;
  execFileSync("cjxl", ["--quiet", ...options, path, output], {
    stdio: "ignore",
  });
  return new Uint8Array(readFileSync(output));
}

/** The JPEG that djxl makes again of a file. */
export function reconstructed(folder: string, file: Uint8Array): Buffer {
  const input = join(folder, "again.jxl");
  const output = join(folder, "again.jpg");
  writeFileSync(input, file);
  execFileSync("djxl", ["--quiet", input, output], { stdio: "ignore" });
  return readFileSync(output);
}
