// Finds the index of a HEIF file and fetches its items' data; decides nothing about what the items are.

import { ServiceError } from "../../errors.ts";
import { readMeta, type Meta } from "./heif-meta.ts";
import { readBrands, walkBoxes, type BoxSpan } from "./isobmff.ts";
import type { Walk } from "./walk.ts";

/** A HEIF file: brands (the major one first), its meta box, and the movie box of a sequence. */
export interface HeifFile {
  readonly brands: readonly string[];
  readonly metaBox?: BoxSpan;
  readonly meta?: Meta;
  readonly moov?: BoxSpan;
}

/** A 12 MP iPhone photo's index takes 4 KB; small pictures may lie in it whole. heif-meta.ts bounds the rest of it. */
const MAX_META_BYTES = 8 * 1024 * 1024;
const MAX_FTYP_BYTES = 1024;

/**
 * Reads ftyp and meta of a file of `size` bytes, and finds moov when a brand
 * announces a sequence. Throws `invalid_image` when the file does not begin
 * with ftyp, or has neither.
 */
export function* walkHeif(size: number): Walk<HeifFile> {
  const [first] = yield* walkBoxes(0, size, () => true);
  if (first?.type !== "ftyp") throw invalid("The file is not a HEIF image.");
  const { offset, length } = first;
  const ftyp = yield { offset, length: Math.min(length, MAX_FTYP_BYTES) };
  const brands = readBrands(ftyp);
  const wantsMovie = brands.some((brand) => SEQUENCES.includes(brand));
  const last = wantsMovie ? "moov" : "meta";
  const boxes = yield* walkBoxes(
    offset + length,
    size,
    ({ type }) => type === last,
  );
  const metaBox = boxes.find(({ type }) => type === "meta");
  const moov = boxes.find(({ type }) => type === "moov");
  if (!metaBox && !moov) throw invalid("The HEIF file has no index.");
  const meta = metaBox && readMeta(yield* walkMeta(metaBox));
  return {
    brands,
    ...(metaBox && meta && { metaBox, meta }),
    ...(moov && { moov }),
  };
}

/** Brands of image sequences (23008-12, annex B; AVIF 1.1, 6.3). */
const SEQUENCES = ["avis", "msf1", "hevc", "hevx", "hevm", "hevs"];

/** Whether a file of these brands plays its movie rather than shows its primary item: the major brand decides. */
export function isSequence([major]: readonly string[]): boolean {
  return major !== undefined && SEQUENCES.includes(major);
}

function* walkMeta({ offset, length }: BoxSpan): Walk<Uint8Array> {
  if (length > MAX_META_BYTES) throw invalid("The image's index is too long.");
  return yield { offset, length };
}

/**
 * An item's data, its extents joined; a length of 0 means up to the end.
 * Undefined when it has none, lies in another item, or exceeds `maxBytes`.
 */
export function* walkItem(
  meta: Meta,
  item: number,
  maxBytes: number,
): Walk<Uint8Array | undefined> {
  const location = meta.locations.get(item);
  if (!location || location.method > 1 || location.file !== 0) return undefined;
  const parts: Uint8Array[] = [];
  let left = maxBytes;
  for (const { offset, length } of location.extents) {
    const wanted = length === 0 ? left : length;
    if (wanted > left) return undefined;
    const part =
      location.method === 1
        ? (meta.idat ?? new Uint8Array(0)).subarray(offset, offset + wanted)
        : yield { offset, length: wanted };
    parts.push(part);
    left -= part.length;
  }
  return new Uint8Array(Buffer.concat(parts));
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid_image", message);
}
