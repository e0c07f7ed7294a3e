// Brings a TIFF to something sharp can open: mostly the file itself, else a plain copy of its pages; refuses by name what neither does.

import { writeFile } from "node:fs/promises";

import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { DecodedSource, WorkBench } from "../codec.ts";
import { withFileReader, readBytes } from "../containers/reader.ts";
import { walkReader } from "../containers/walk.ts";
import { decodeInPlace } from "../decode-in-place.ts";
import { engineReads } from "./engine-page.ts";
import { leavesOf } from "./keep.ts";
import { walkBook, type Book, type Page } from "./page.ts";
import { plainly } from "./repack.ts";
import { canDecode } from "./segments.ts";
import { COMPRESSION, PHOTOMETRIC, SAMPLE_FORMAT } from "./tags.ts";
import { writeTiff } from "./write.ts";

/**
 * Where sharp finds the pages. A file whose pages do not stand first in its
 * chain, or are compressed as prebuilt libtiff cannot read (Zstandard), is
 * copied without its reduced copies and with plain samples. Throws
 * `unsupported_format` for samples that are no picture to libvips.
 */
export async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const book = await withFileReader(path, (reader) =>
    walkReader(reader, walkBook()),
  );
  const pages = book.pages.slice(0, facts.frames);
  const reason = pages.map(whyUnreadable).find((why) => why !== undefined);
  if (reason !== undefined) {
    throw new ServiceError(
      "unsupported_format",
      `TIFFs with ${reason} cannot be converted.`,
      { detected: "tiff" },
    );
  }
  const inOrder = pages.every(({ index }, at) => index === at);
  if (inOrder && pages.every(engineReads)) {
    return decodeInPlace(path, facts);
  }
  const copy = bench.scratch("pages.tiff");
  const file = await readBytes(path);
  await writeFile(copy, pagesAlone(file, book, pages));
  return decodeInPlace(copy, facts);
}

function pagesAlone(
  file: Uint8Array,
  book: Book,
  pages: readonly Page[],
): Uint8Array {
  const trees = leavesOf(file, book, false)
    .filter(({ page }) => pages.includes(page))
    .map(({ page, tree }) =>
      engineReads(page) ? tree : plainly(page, tree, book.form),
    );
  return writeTiff(book.form, trees);
}

const COLORS: readonly number[] = [
  PHOTOMETRIC.whiteIsZero,
  PHOTOMETRIC.blackIsZero,
  PHOTOMETRIC.rgb,
  PHOTOMETRIC.palette,
  PHOTOMETRIC.separated,
];

/** What libvips cannot read, or would show as something else: found by trying (sharp 0.35.5). */
function whyUnreadable(page: Page): string | undefined {
  const { bits, sampleFormat, photometric, compression, extras } = page;
  const strangeColors = whyStrangeColors(page);
  if (strangeColors !== undefined) return strangeColors;
  if (!engineReads(page) && !canDecode(compression)) {
    return `compression scheme ${compression}`;
  }
  if (extras > 1) return "more than one extra channel";
  if (sampleFormat === SAMPLE_FORMAT.float) {
    // A gray one holds heights or counts: no value of it is known to be white.
    return bits === 32 && photometric === PHOTOMETRIC.rgb
      ? undefined
      : "floating-point samples other than RGB of 32 bits";
  }
  if (sampleFormat !== SAMPLE_FORMAT.unsigned && sampleFormat !== 4) {
    return "signed or complex samples";
  }
  return bits > 16 ? `samples of ${bits} bits` : undefined;
}

function whyStrangeColors({
  photometric,
  compression,
}: Page): string | undefined {
  if (COLORS.includes(photometric)) return undefined;
  switch (photometric) {
    case PHOTOMETRIC.ycbcr:
      // Elsewhere they would be shown as if they were red, green and blue.
      return compression === COMPRESSION.jpeg
        ? undefined
        : "YCbCr samples outside JPEG";
    case PHOTOMETRIC.cieLab:
    case PHOTOMETRIC.iccLab:
    case PHOTOMETRIC.ituLab:
      return "Lab samples";
    default:
      return `color model ${photometric}`;
  }
}
