// Takes differences between neighboring samples and undoes them (TIFF 6.0, section 14; TIFF technical note 3 for floats).

import { endianness } from "node:os";

export const PREDICTOR = { none: 1, horizontal: 2, float: 3 } as const;

/** The rows of a segment. */
export interface Rows {
  readonly rowBytes: number;
  /** Samples from one pixel to the next in a row. */
  readonly stride: number;
  readonly bits: number;
  readonly littleEndian: boolean;
}

const HOST_LITTLE_ENDIAN = endianness() === "LE";

/** Whether a predictor is defined, here and in every reader, for samples of this depth. */
export function canPredict(predictor: number, bits: number): boolean {
  if (predictor === PREDICTOR.none) return true;
  const depths =
    predictor === PREDICTOR.horizontal ? [8, 16, 32] : [16, 32, 64];
  return (
    (predictor === PREDICTOR.horizontal || predictor === PREDICTOR.float) &&
    depths.includes(bits)
  );
}

/** A copy of the samples with the predictor applied. */
export function predict(
  predictor: number,
  samples: Uint8Array,
  rows: Rows,
): Uint8Array {
  if (predictor === PREDICTOR.none) return samples;
  const data = Uint8Array.from(samples);
  if (predictor === PREDICTOR.float) {
    eachRow(data, rows, (row) => {
      gatherPlanes(row, rows);
      difference(row, rows.stride);
    });
    return data;
  }
  inHostOrder(data, rows, () => {
    eachRow(data, rows, (row) => {
      difference(wide(row, rows.bits), rows.stride);
    });
  });
  return data;
}

/** A copy of the samples with the predictor undone. */
export function unpredict(
  predictor: number,
  coded: Uint8Array,
  rows: Rows,
): Uint8Array {
  if (predictor === PREDICTOR.none) return coded;
  const data = Uint8Array.from(coded);
  if (predictor === PREDICTOR.float) {
    eachRow(data, rows, (row) => {
      accumulate(row, rows.stride);
      scatterPlanes(row, rows);
    });
    return data;
  }
  inHostOrder(data, rows, () => {
    eachRow(data, rows, (row) => {
      accumulate(wide(row, rows.bits), rows.stride);
    });
  });
  return data;
}

type Samples = Uint8Array | Uint16Array | Uint32Array;

function eachRow(
  data: Uint8Array,
  { rowBytes }: Rows,
  work: (row: Uint8Array) => void,
): void {
  for (let at = 0; at + rowBytes <= data.length; at += rowBytes) {
    work(data.subarray(at, at + rowBytes));
  }
}

/** Rows of a fresh array begin at multiples of their sample's size. */
function wide(row: Uint8Array, bits: number): Samples {
  const { buffer, byteOffset, length } = row;
  if (bits === 16) return new Uint16Array(buffer, byteOffset, length / 2);
  if (bits === 32) return new Uint32Array(buffer, byteOffset, length / 4);
  return row;
}

function inHostOrder(
  data: Uint8Array,
  { bits, littleEndian }: Rows,
  work: () => void,
): void {
  const swaps = bits > 8 && littleEndian !== HOST_LITTLE_ENDIAN;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const swap = (): unknown => (bits === 16 ? bytes.swap16() : bytes.swap32());
  if (swaps) swap();
  work();
  if (swaps) swap();
}

function difference(row: Samples, stride: number): void {
  for (let at = row.length - 1; at >= stride; at--) {
    row[at] = row[at]! - row[at - stride]!;
  }
}

function accumulate(row: Samples, stride: number): void {
  for (let at = stride; at < row.length; at++) {
    row[at] = row[at]! + row[at - stride]!;
  }
}

/** Sorts the bytes of a row's floats by weight, the heaviest first, whatever the file's byte order. */
function gatherPlanes(row: Uint8Array, { bits, littleEndian }: Rows): void {
  const size = bits / 8;
  const count = row.length / size;
  const floats = row.slice();
  for (let byte = 0; byte < size; byte++) {
    const from = littleEndian ? size - 1 - byte : byte;
    for (let at = 0; at < count; at++) {
      row[byte * count + at] = floats[at * size + from]!;
    }
  }
}

function scatterPlanes(row: Uint8Array, { bits, littleEndian }: Rows): void {
  const size = bits / 8;
  const count = row.length / size;
  const planes = row.slice();
  for (let byte = 0; byte < size; byte++) {
    const to = littleEndian ? size - 1 - byte : byte;
    for (let at = 0; at < count; at++) {
      row[at * size + to] = planes[byte * count + at]!;
    }
  }
}
