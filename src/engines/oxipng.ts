// The door to @napi-rs/image: oxipng packs PNGs exactly, libimagequant reduces them to a palette. Loaded when first used.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const PACKAGE = "@napi-rs/image";

/** PNG's row filters by number: none, sub, up, average, Paeth. */
export type RowFilter = 0 | 1 | 2 | 3 | 4;

export const ALL_FILTERS: readonly RowFilter[] = [0, 1, 2, 3, 4];

/** What oxipng may say in another way, when it is smaller and the pixels stay. */
export interface Reductions {
  /** 16 bits to 8, 8 to fewer. */
  readonly depth: boolean;
  /** Among truecolor, gray and palette, with and without alpha. */
  readonly color: boolean;
  readonly gray: boolean;
  readonly palette: boolean;
}

/** Every sample stays as it is said. */
export const NO_REDUCTIONS: Reductions = {
  depth: false,
  color: false,
  gray: false,
  palette: false,
};

/**
 * The PNG without any ancillary chunk but tRNS, no interlacing, its data
 * deflated by libdeflate once for each of `filters`. Sees one frame only: never
 * hand it an animation. 1.1 CPU-s per megapixel and filter. Rejects with the
 * library's error when the file does not decode. Cannot be interrupted.
 */
export async function oxipng(
  png: Uint8Array,
  reductions: Reductions,
  filters: readonly RowFilter[],
): Promise<Uint8Array> {
  const { losslessCompressPng } = await import("@napi-rs/image");
  return losslessCompressPng(png, {
    strip: true,
    filter: [...filters],
    bitDepthReduction: reductions.depth,
    colorTypeReduction: reductions.color,
    grayscaleReduction: reductions.gray,
    paletteReduction: reductions.palette,
  });
}

/**
 * The PNG with at most 256 colors, packed by oxipng. `quality` is
 * libimagequant's 1 to 100; speed 10 takes 2 CPU-s per megapixel. Cannot be
 * interrupted.
 */
export async function quantize(
  png: Uint8Array,
  { quality, speed }: { readonly quality: number; readonly speed: number },
): Promise<Uint8Array> {
  const { pngQuantize } = await import("@napi-rs/image");
  return pngQuantize(png, { minQuality: 0, maxQuality: quality, speed });
}

/** Whether the native part loads here; its version is the package's. */
export async function probeOxipng(): Promise<{
  version: string;
  abilities: string[];
}> {
  await import("@napi-rs/image");
  const path = createRequire(import.meta.url).resolve(
    `${PACKAGE}/package.json`,
  );
  const { version } = JSON.parse(await readFile(path, "utf8")) as {
    version: string;
  };
  return {
    version: `${PACKAGE} ${version}`,
    abilities: ["oxipng", "imagequant"],
  };
}
