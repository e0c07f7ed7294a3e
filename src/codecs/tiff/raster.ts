// Reads a page's samples out of its strips or tiles, a piece at a time; decides how a page is cut, not how it is coded.

import type { Page } from "./page.ts";
import { canPredict, PREDICTOR, unpredict, type Rows } from "./predictor.ts";
import { canDecode, decodeSegment } from "./segments.ts";
import type { Form } from "./structure.ts";
import { COMPRESSION, PHOTOMETRIC } from "./tags.ts";
import type { Tree } from "./tree.ts";

/** A page's samples in pieces that can each be a strip or tile. */
export interface Raster {
  readonly rows: Rows;
  /** Bytes of all samples, tiles' overhang included. */
  readonly bytes: number;
  /** What RowsPerStrip must say; undefined for tiles. */
  readonly rowsPerStrip?: number;
  readonly pieces: number;
  /** Samples of one piece. Throws `invalid_image` when they are damaged; undefined where the scheme's variant is not known. */
  readonly piece: (index: number) => Uint8Array | undefined;
}

/**
 * Bytes of samples that a strip is made to hold. Deflate's window is 32 KiB: a
 * photo in strips of 64 KiB is 2.9 % larger than in one, of 256 KiB 0.6 %, of
 * 1 MiB 0.2 %; readers hold a strip in memory.
 */
const STRIP_BYTES = 512 * 1024;

/**
 * Bytes of samples in one of the source's strips or tiles: one strip of 64 MP
 * in 16-bit RGBA. A tile may declare 64 samples of 64 bits for each pixel, and
 * a few bytes of deflate fill it.
 */
const MAX_SEGMENT_BYTES = 512 * 1024 * 1024;

/** Schemes that a predictor goes with (libtiff ignores the tag beside others). */
const PREDICTED: readonly number[] = [
  COMPRESSION.lzw,
  COMPRESSION.deflate,
  COMPRESSION.oldDeflate,
  COMPRESSION.zstd,
];

/** The page's samples, or undefined where only an engine could read them, or they are cut in a way that is better left alone. */
export function openRaster(
  page: Page,
  { segments }: Tree,
  form: Form,
): Raster | undefined {
  const { compression, width, height, tile } = page;
  const predictor = PREDICTED.includes(compression)
    ? page.predictor
    : PREDICTOR.none;
  const readable =
    canDecode(compression) &&
    page.evenBits &&
    canPredict(predictor, page.bits) &&
    // Bits in reverse order, and chroma samples between luma ones.
    page.fillOrder === 1 &&
    !isSubsampled(page);
  if (!readable || segments.some(({ length }) => length === 0)) {
    return undefined;
  }
  const stride = page.planar ? 1 : page.samples;
  const planes = page.planar ? page.samples : 1;
  const rowBytes = Math.ceil(((tile?.width ?? width) * stride * page.bits) / 8);
  if ((tile?.height ?? page.rowsPerStrip) * rowBytes > MAX_SEGMENT_BYTES) {
    return undefined;
  }
  const { littleEndian } = form;
  const rows: Rows = { rowBytes, stride, bits: page.bits, littleEndian };
  const decode = (index: number, count: number): Uint8Array | undefined => {
    const segment = segments[index] ?? new Uint8Array();
    const coded = decodeSegment(compression, segment, count * rowBytes);
    return coded && unpredict(predictor, coded, rows);
  };
  if (tile) {
    const across = Math.ceil(width / tile.width);
    const pieces = across * Math.ceil(height / tile.height) * planes;
    return {
      rows,
      bytes: pieces * tile.height * rowBytes,
      pieces,
      piece: (index) => decode(index, tile.height),
    };
  }
  return stripRaster(page, rows, planes, decode);
}

function isSubsampled({ photometric, samples, chroma }: Page): boolean {
  if (photometric !== PHOTOMETRIC.ycbcr || samples < 3) return false;
  // 2 and 2 are the defaults (TIFF 6.0, page 91).
  return (chroma[0] ?? 2) !== 1 || (chroma[1] ?? 2) !== 1;
}

/** Strips re-cut to about STRIP_BYTES: several of the source's to one, or one to several. */
function stripRaster(
  { height, rowsPerStrip: sourceRows }: Page,
  rows: Rows,
  planes: number,
  decode: (index: number, count: number) => Uint8Array | undefined,
): Raster {
  const { rowBytes } = rows;
  const sourceStrips = Math.ceil(height / sourceRows);
  const fitting = Math.max(1, Math.floor(STRIP_BYTES / rowBytes));
  const rowsPerStrip = Math.min(height, fitting);
  const strips = Math.ceil(height / rowsPerStrip);
  let held: { readonly index: number; readonly data: Uint8Array } | undefined;
  const source = (index: number): Uint8Array | undefined => {
    if (held?.index === index) return held.data;
    const first = (index % sourceStrips) * sourceRows;
    const data = decode(index, Math.min(sourceRows, height - first));
    held = data && { index, data };
    return data;
  };
  const piece = (index: number): Uint8Array | undefined => {
    const plane = Math.floor(index / strips);
    const from = (index % strips) * rowsPerStrip;
    const to = Math.min(height, from + rowsPerStrip);
    const out = new Uint8Array((to - from) * rowBytes);
    for (let row = from; row < to;) {
      const strip = Math.floor(row / sourceRows);
      const data = source(plane * sourceStrips + strip);
      if (!data) return undefined;
      const stop = Math.min(to, (strip + 1) * sourceRows);
      const start = (row - strip * sourceRows) * rowBytes;
      const part = data.subarray(start, start + (stop - row) * rowBytes);
      out.set(part, (row - from) * rowBytes);
      row = stop;
    }
    return out;
  };
  return {
    rows,
    bytes: planes * height * rowBytes,
    rowsPerStrip,
    pieces: strips * planes,
    piece,
  };
}
