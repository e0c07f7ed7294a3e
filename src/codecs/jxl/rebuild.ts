// Writes a JPEG XL file around a codestream that stays as it is: the boxes that are kept, and metadata given.

import { boxBytes } from "../containers/isobmff-write.ts";
import { walkBytes } from "../containers/walk.ts";
import { codestreamOf, CONTAINER_MAGIC, walkJxl } from "./boxes.ts";
import { walkStructure } from "./structure.ts";

/** Version 0 of the file type, compatible with itself. */
const FILE_TYPE = boxBytes("ftyp", Buffer.from("jxl \0\0\0\0jxl ", "latin1"));

/** Boxes that hold the codestream or open the file, which are written anew. */
const OWN = ["JXL ", "ftyp", "jxlc", "jxlp"];
/** They say how the codestream is to be read: first. */
const LEADING = ["jxll", "jxli"];

export interface Blocks {
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
}

/**
 * The file with its codestream in one piece, without what trails behind the
 * last frame, the boxes whose type `isKept` says, and the blocks given. A
 * codestream that needs no box goes bare, which saves 40 bytes. Throws
 * `invalid_image`.
 */
export function rebuild(
  file: Uint8Array,
  isKept: (type: string) => boolean,
  { exif, xmp }: Blocks,
): Uint8Array {
  const { file: found, codeEnd } = walkBytes(file, walkStructure(file.length));
  const codestream = codestreamOf(file, found).subarray(0, codeEnd);
  const kept = found.boxes.filter(
    ({ type }) => !OWN.includes(type) && isKept(type),
  );
  const bytesOf = (isLeading: boolean): Uint8Array[] =>
    kept
      .filter(({ type }) => LEADING.includes(type) === isLeading)
      .map(({ type, offset, length }) =>
        boxBytes(type, file.subarray(offset, offset + length)),
      );
  const [leading, following] = [bytesOf(true), bytesOf(false)];
  const blocks = [
    // No bytes lie between the offset and the TIFF structure.
    ...(exif ? [boxBytes("Exif", new Uint8Array(4), exif)] : []),
    ...(xmp ? [boxBytes("xml ", xmp)] : []),
  ];
  if (leading.length + following.length + blocks.length === 0) {
    return codestream;
  }
  return new Uint8Array(
    Buffer.concat([
      CONTAINER_MAGIC,
      FILE_TYPE,
      ...leading,
      ...blocks,
      ...following,
      boxBytes("jxlc", codestream),
    ]),
  );
}

/** Whether a file carries a kind of box. */
export function holds(file: Uint8Array, type: string): boolean {
  return walkBytes(file, walkJxl(file.length)).boxes.some(
    (box) => box.type === type,
  );
}
