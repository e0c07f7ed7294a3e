// Reads the textual chunks and the compressed profile of a PNG; decides nothing about what becomes of them.

import { inflateSync } from "node:zlib";

import { Cursor, latin1 } from "../containers/cursor.ts";

/** The keyword Adobe gave XMP's iTXt chunk (XMP part 3, 1.1.5). */
export const XMP_KEYWORD = "XML:com.adobe.xmp";

/** Inflated text and profiles end here: a few kilobytes of deflate can hold gigabytes of zeros. Large CMYK profiles take 2 MB. */
const MAX_INFLATED_BYTES = 4 * 1024 * 1024;

/** A textual chunk: keyword and UTF-8 text. */
export interface Text {
  readonly keyword: string;
  readonly text: Uint8Array;
}

/** Zlib data inflated; undefined when broken or longer than 4 MB. */
export function inflateBounded(data: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    return undefined;
  }
}

/** Reads a tEXt, zTXt or iTXt chunk's data (PNG third edition, 11.3.3); undefined when broken or of another type. */
export function readText(type: string, data: Uint8Array): Text | undefined {
  const cursor = new Cursor(data);
  const keyword = cursor.text();
  if (type === "tEXt") return { keyword, text: utf8(rest(cursor)) };
  if (cursor.left < 2) return undefined;
  if (type === "zTXt") {
    cursor.u8();
    const text = inflateBounded(rest(cursor));
    return text && { keyword, text: utf8(text) };
  }
  if (type !== "iTXt") return undefined;
  const isCompressed = cursor.u8() === 1;
  cursor.u8();
  cursor.text();
  cursor.text();
  const text = isCompressed ? inflateBounded(rest(cursor)) : rest(cursor);
  return text && { keyword, text };
}

/** The profile in an iCCP chunk's data; undefined when broken or longer than 4 MB. */
export function readIccp(data: Uint8Array): Uint8Array | undefined {
  const cursor = new Cursor(data);
  cursor.text();
  if (cursor.left < 1 || cursor.u8() !== 0) return undefined;
  return inflateBounded(rest(cursor));
}

function rest(cursor: Cursor): Uint8Array {
  return cursor.take(cursor.left);
}

/** tEXt and zTXt are ISO 8859-1. */
function utf8(bytes: Uint8Array): Uint8Array {
  return Buffer.from(latin1(bytes), "utf8");
}
