// One page of a TIFF coded again by sharp, alone; decides nothing about what is asked for.

import { sharp } from "./sharp.ts";

export interface PageEncoding {
  /** From 0. */
  readonly page: number;
  /** libvips' name of the color space the samples are in, and stay in. */
  readonly space: string;
  /** What the page is made into, and sharp's options of that format. */
  readonly output: "tiff" | "jpeg";
  readonly options: Readonly<Record<string, unknown>>;
  readonly tolerance: "warning" | "truncated" | "none";
  readonly maxPixels: number;
}

/** A file of that page, no profile applied. Rejects with sharp's error when the page does not decode. */
export async function encodePage(
  path: string,
  { page, space, output, options, tolerance, maxPixels }: PageEncoding,
): Promise<Uint8Array> {
  return sharp(path, {
    page,
    ignoreIcc: true,
    failOn: tolerance,
    limitInputPixels: maxPixels,
  })
    .toColourspace(space)
    .toFormat(output, options)
    .toBuffer();
}
