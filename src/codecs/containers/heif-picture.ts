// Works out what a HEIF item's properties make of its picture: size, orientation, depth and color; reads no coded data.

import { ServiceError } from "../../errors.ts";
import type {
  Chroma,
  Cicp,
  ColorProfile,
  Facts,
  Orientation,
} from "../../image/facts.ts";
import { Cursor } from "./cursor.ts";
import { readProfile } from "./icc.ts";
import { openFull, type Box } from "./isobmff.ts";
import type { Meta } from "./heif-meta.ts";

/** The facts a picture's properties give. */
export type Picture = Pick<
  Facts,
  | "width"
  | "height"
  | "codedPixels"
  | "orientation"
  | "bitDepth"
  | "color"
  | "profile"
> & { readonly chroma?: Chroma; readonly cicp?: Cicp };

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture made of pictures made of pictures ends here: a grid of itself is valid syntax. */
const MAX_DEPTH = 4;

/** The picture of an item, through the tiles of a grid where it has no coding of its own. Throws `invalid_image` without a size. */
export function readItemPicture(meta: Meta, item: number): Picture {
  const own = meta.properties(item);
  const coded = findCoded(meta, item, MAX_DEPTH);
  const tiles = tilesOf(meta, item);
  const tilePixels = tiles.reduce((sum, tile) => {
    const size = readIspe(meta.properties(tile));
    return sum + (size ? size.width * size.height : 0);
  }, 0);
  return readPicture([...own, ...coded], tilePixels);
}

/** The picture that a list of properties, or a sample entry's boxes with an `ispe`, describe. */
export function readPicture(boxes: readonly Box[], tilePixels = 0): Picture {
  const size = readIspe(boxes);
  if (!size || size.width === 0 || size.height === 0)
    throw new ServiceError("invalid_image", "The image declares no size.");
  const coding = readCoding(boxes);
  return {
    ...readClap(boxes, size),
    codedPixels: Math.max(size.width * size.height, tilePixels),
    orientation: readOrientation(boxes),
    bitDepth: coding.bitDepth,
    color: coding.isGray ? "gray" : "rgb",
    ...(coding.chroma && { chroma: coding.chroma }),
    ...readColor(boxes),
  };
}

function tilesOf(meta: Meta, item: number): readonly number[] {
  const reference = meta.references.find(
    ({ type, from }) => type === "dimg" && from === item,
  );
  return reference?.to ?? [];
}

/** Properties of the first tile below an item that has none of the coding itself: its depth and color stand for the whole. */
function findCoded(meta: Meta, item: number, depth: number): readonly Box[] {
  const [tile] = tilesOf(meta, item);
  if (tile === undefined || depth === 0) return [];
  const inherited = ["av1C", "hvcC", "pixi", "colr"];
  return [
    ...meta.properties(tile).filter(({ type }) => inherited.includes(type)),
    ...findCoded(meta, tile, depth - 1),
  ];
}

function find(boxes: readonly Box[], type: string): Uint8Array | undefined {
  return boxes.find((box) => box.type === type)?.content;
}

/** Width and height, as the index says. */
export function readIspe(boxes: readonly Box[]): Size | undefined {
  const content = find(boxes, "ispe");
  if (!content) return undefined;
  const { cursor } = openFull(content);
  return { width: cursor.u32(), height: cursor.u32() };
}

/** The clean aperture (23008-12, 6.5.9); one that is larger than the picture or has a zero in it is ignored. */
function readClap(boxes: readonly Box[], size: Size): Size {
  const content = find(boxes, "clap");
  if (!content) return size;
  const cursor = new Cursor(content);
  const width = Math.floor(cursor.u32() / cursor.u32());
  const height = Math.floor(cursor.u32() / cursor.u32());
  const before = boxes.slice(
    0,
    boxes.findIndex(({ type }) => type === "clap"),
  );
  const isTurned = readOrientation(before) >= 5;
  const clean = isTurned ? { width: height, height: width } : { width, height };
  const fits =
    clean.width >= 1 &&
    clean.height >= 1 &&
    clean.width <= size.width &&
    clean.height <= size.height;
  return fits ? clean : size;
}

/** Each EXIF orientation as what it does to (x right, y down): rows of a 2 × 2 matrix (TIFF 6.0 page 36). */
const MATRICES: Readonly<Record<string, Orientation>> = {
  "1,0,0,1": 1,
  "-1,0,0,1": 2,
  "-1,0,0,-1": 3,
  "1,0,0,-1": 4,
  "0,1,1,0": 5,
  "0,-1,1,0": 6,
  "0,-1,-1,0": 7,
  "0,1,-1,0": 8,
};

/**
 * `irot` and `imir` in the order of association as one EXIF orientation.
 * irot counts quarter turns anticlockwise (23008-12, 6.5.10); imir axis 0
 * exchanges top and bottom, 1 left and right (6.5.12 of the 2022 edition).
 */
function readOrientation(boxes: readonly Box[]): Orientation {
  let [a, b, c, d] = [1, 0, 0, 1];
  for (const { type, content } of boxes) {
    const value = content[0] ?? 0;
    const turns = type === "irot" ? value & 3 : 0;
    for (let turn = 0; turn < turns; turn++) [a, b, c, d] = [c, d, -a, -b];
    if (type === "imir" && (value & 1) === 0) [c, d] = [-c, -d];
    if (type === "imir" && (value & 1) === 1) [a, b] = [-a, -b];
  }
  // Adding 0 turns −0 into 0.
  return MATRICES[[a, b, c, d].map((entry) => entry + 0).join()] ?? 1;
}

interface Coding {
  readonly bitDepth: number;
  readonly isGray: boolean;
  readonly chroma?: Chroma;
}

/** The decoder's configuration, else `pixi`, else 8 bits of color. */
function readCoding(boxes: readonly Box[]): Coding {
  const av1 = find(boxes, "av1C");
  if (av1) return readAv1(new Cursor(av1));
  const hevc = find(boxes, "hvcC");
  if (hevc) return readHevc(new Cursor(hevc));
  const pixi = find(boxes, "pixi");
  if (!pixi) return { bitDepth: 8, isGray: false };
  const { cursor } = openFull(pixi);
  const channels = cursor.take(cursor.u8());
  const bitDepth = Math.min(Math.max(...channels, 1), 16);
  return { bitDepth, isGray: channels.length === 1 };
}

/** av1C's third byte (AV1-ISOBMFF, 2.3.3): tier, high bit depth, twelve bit, monochrome, subsampling x, y, position. */
function readAv1(cursor: Cursor): Coding {
  cursor.u16();
  const bits = cursor.u8();
  const bitDepth = bits & 0x40 ? (bits & 0x20 ? 12 : 10) : 8;
  if (bits & 0x10) return { bitDepth, isGray: true };
  const chroma = bits & 0x08 ? (bits & 0x04 ? "420" : "422") : "444";
  return { bitDepth, isGray: false, chroma };
}

/** hvcC's bytes 16 and 17 (ISO/IEC 14496-15, 8.3.2.1): chroma_format_idc and luma depth less 8. */
function readHevc(cursor: Cursor): Coding {
  cursor.take(16);
  const chroma = ([undefined, "420", "422", "444"] as const)[cursor.u8() & 3];
  const bitDepth = (cursor.u8() & 7) + 8;
  return { bitDepth, isGray: !chroma, ...(chroma && { chroma }) };
}

/** Both kinds of `colr` (14496-12, 12.1.5): a profile, and code points. */
function readColor(boxes: readonly Box[]): {
  profile: ColorProfile;
  cicp?: Cicp;
} {
  let profile: ColorProfile | undefined;
  let cicp: Cicp | undefined;
  for (const { type, content } of boxes) {
    if (type !== "colr") continue;
    const cursor = new Cursor(content);
    const kind = cursor.fourcc();
    if (kind === "prof" || kind === "rICC")
      profile ??= readProfile(content.subarray(4));
    if (kind === "nclx") cicp ??= readNclx(cursor);
  }
  return { profile: profile ?? { kind: "none" }, ...(cicp && { cicp }) };
}

function readNclx(cursor: Cursor): Cicp {
  const primaries = cursor.u16();
  const transfer = cursor.u16();
  const matrix = cursor.u16();
  // QuickTime's "nclc" has no range byte; nor have some files that call it nclx.
  const fullRange = cursor.left > 0 && (cursor.u8() & 0x80) !== 0;
  return { primaries, transfer, matrix, fullRange };
}
