// Finds where the pictures that a HEIF picture is made of begin to be coded; reads no codec's syntax.

import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import { walkHeif } from "./heif-file.ts";
import type { Meta } from "./heif-meta.ts";
import { partsOf } from "./heif-parts.ts";
import type { Box } from "./isobmff.ts";
import type { ByteReader } from "./reader.ts";
import { walkReader, type Walk } from "./walk.ts";

/** A coded picture: the first bytes of its data, and its properties. */
export interface CodedStart {
  readonly type: string;
  readonly data: Uint8Array;
  readonly properties: readonly Box[];
}

export interface CodedStarts {
  /** Some of the primary's tiles, evenly spread over them. */
  readonly sample: readonly CodedStart[];
  /** All coded pictures, alpha planes' too; the sample alone of a file that is far away. */
  readonly all: readonly CodedStart[];
}

/** Bytes of each: headers of a still take 20 to 60, messages before an HEVC slice 100. */
const START_BYTES = 512;

/**
 * The beginnings of the coded pictures that the primary is made of, `most` of
 * them as a sample. Those whose data lie in other files are left out. None
 * when there is no index. Throws `invalid_image` as `walkHeif` and `partsOf` do.
 */
export async function readCodedStarts(
  reader: ByteReader,
  most: number,
): Promise<CodedStarts> {
  const { meta } = await walkReader(reader, walkHeif(reader.size));
  if (!meta) return { sample: [], all: [] };
  const { coded, planes } = partsOf(meta);
  const sample = await walkReader(
    reader,
    walkStarts(meta, spread(coded, most)),
  );
  if (reader.distant) return { sample, all: sample };
  const all = walkStarts(meta, [...coded, ...planes]);
  return { sample, all: await walkReader(reader, all) };
}

function spread(items: readonly number[], most: number): readonly number[] {
  const step = Math.max(1, items.length / most);
  const length = Math.min(items.length, most);
  return Array.from(
    { length },
    (_, index) => items[Math.floor(index * step)] ?? 0,
  );
}

function* walkStarts(meta: Meta, items: readonly number[]): Walk<CodedStart[]> {
  const starts: CodedStart[] = [];
  for (const id of items) {
    const location = meta.locations.get(id);
    const [extent] = location?.extents ?? [];
    if (!location || !extent || location.method > 1 || location.file !== 0)
      continue;
    const { offset } = extent;
    const length =
      extent.length === 0 ? START_BYTES : Math.min(START_BYTES, extent.length);
    const data =
      location.method === 1
        ? meta.idat?.subarray(offset, offset + length)
        : yield { offset, length };
    const type = meta.items.get(id)?.type ?? "";
    if (data) starts.push({ type, data, properties: meta.properties(id) });
  }
  return starts;
}

/**
 * The facts, with what the coded data say of their own sizes where that is
 * more than the index says: decoders believe the data, and compare afterwards.
 * `sizeOf` may throw `invalid_image`: only a decoder may judge coded data.
 */
export function withCodedSizes(
  facts: Facts,
  starts: readonly CodedStart[],
  sizeOf: (start: CodedStart) => Size | undefined,
): Facts {
  const sizes = starts.map((start) => {
    const size = unlessBroken(() => sizeOf(start));
    return size ? size.width * size.height : 0;
  });
  const sum = sizes.reduce((total, pixels) => total + pixels, 0);
  return {
    ...facts,
    codedPixels: Math.max(facts.codedPixels, ...sizes),
    scannedPixels: Math.max(facts.scannedPixels ?? 0, sum),
  };
}

/** What `read` returns; undefined when the image is not what it expects. */
export function unlessBroken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
