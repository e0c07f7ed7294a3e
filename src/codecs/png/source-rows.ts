// Reads a PNG's rows for samples of them: what they are, and how many bytes each took in the source. Codes nothing.

import { createInflate } from "node:zlib";

import { NotForetold } from "../forecast.ts";
import { readCoded, type Coded } from "./assemble.ts";
import { rowBytes, type ImageHeader } from "./image-header.ts";
import { inflatedBytes, rowsOf } from "./scanlines.ts";

/** An image's rows, as `readRows` gives them. */
export interface SourceRows {
  /** Never interlaced. */
  readonly image: Omit<Coded, "data">;
  readonly rows: Uint8Array;
  /** Bytes that the rows from `top` up to `bottom` took as they came. */
  readonly codedBytes: (top: number, bottom: number) => number;
}

/** Some of the rows, one after the other as if they were an image. */
export interface Bands {
  readonly image: Omit<Coded, "data">;
  readonly rows: Uint8Array;
  /** Bytes that they took in the source. */
  readonly codedBytes: number;
}

/** Pieces in which data are inflated: where each ends in the rows is known, between is interpolated. */
const PIECES = 128;
/** Inflated at once: 128 pieces of 13 MB take 43 CPU-ms so, twice that in Node's 16 KB. */
const CHUNK_BYTES = 128 * 1024;
/** A band's first row has a strange one above it. */
const LEAST_ROWS = 16;
const MOST_BANDS = 8;

/** Throws `NotForetold` where the data are damaged. */
export async function readSourceRows(file: Uint8Array): Promise<SourceRows> {
  const { data, ...image } = readCoded(file);
  const { filtered, marks } = await inflate(data, inflatedBytes(image.header));
  const rows = rowsOf(filtered, image.header);
  const { interlaced, height } = image.header;
  const header = { ...image.header, interlaced: false };
  const line = rowBytes(header) + 1;
  return {
    image: { ...image, header },
    rows,
    codedBytes: (top, bottom) =>
      interlaced
        ? (data.length * (bottom - top)) / height
        : codedAt(marks, bottom * line) - codedAt(marks, top * line),
  };
}

/** How far the coded data and the inflated reach at the end of a piece. */
interface Mark {
  readonly coded: number;
  readonly inflated: number;
}

async function inflate(
  data: Uint8Array,
  wanted: number,
): Promise<{ filtered: Uint8Array; marks: Mark[] }> {
  const stream = createInflate({ chunkSize: CHUNK_BYTES });
  const filtered = new Uint8Array(wanted);
  const marks: Mark[] = [{ coded: 0, inflated: 0 }];
  let inflated = 0;
  const failed = new Promise<never>((_, reject) => {
    stream.on("error", (cause) => {
      reject(new NotForetold("the image data are broken", { cause }));
    });
  });
  stream.on("data", (part: Uint8Array) => {
    filtered.set(part.subarray(0, wanted - inflated), inflated);
    inflated = Math.min(wanted, inflated + part.length);
  });
  const size = Math.max(1, Math.ceil(data.length / PIECES));
  for (let at = 0; at < data.length; at += size) {
    const piece = data.subarray(at, at + size);
    const written = new Promise<void>((resolve) => {
      stream.write(piece, () => {
        resolve();
      });
    });
    await Promise.race([written, failed]);
    marks.push({ coded: at + piece.length, inflated });
    // What the header does not ask for is not inflated: a bomb ends here.
    if (inflated >= wanted) break;
  }
  stream.destroy();
  if (inflated < wanted) throw new NotForetold("image data are missing");
  return { filtered, marks };
}

/** Coded bytes before the byte that lies at `at` among the inflated. */
function codedAt(marks: readonly Mark[], at: number): number {
  const next = marks.findIndex(({ inflated }) => inflated >= at);
  const [before, after] = [marks[next - 1], marks[next]];
  if (!before || !after) return 0;
  const share = (at - before.inflated) / (after.inflated - before.inflated);
  return before.coded + share * (after.coded - before.coded);
}

/** Evenly spread bands of whole rows, of about `bytes`; all rows where that is most of them. */
export function takeBands(source: SourceRows, bytes: number): Bands {
  const { image, rows } = source;
  const { height } = image.header;
  const length = rowBytes(image.header);
  const wanted = Math.max(LEAST_ROWS, Math.floor(bytes / length));
  if (wanted >= height * 0.7) {
    return { image, rows, codedBytes: source.codedBytes(0, height) };
  }
  const count = Math.min(MOST_BANDS, Math.floor(wanted / LEAST_ROWS));
  const perBand = Math.floor(wanted / count);
  const parts: Uint8Array[] = [];
  let codedBytes = 0;
  for (let band = 0; band < count; band++) {
    const top = Math.floor(((height - perBand) * (band + 0.5)) / count);
    const bottom = top + perBand;
    parts.push(rows.subarray(top * length, bottom * length));
    codedBytes += source.codedBytes(top, bottom);
  }
  return {
    image: { ...image, header: withHeight(image.header, count * perBand) },
    rows: Buffer.concat(parts),
    codedBytes,
  };
}

function withHeight(header: ImageHeader, height: number): ImageHeader {
  return { ...header, height };
}
