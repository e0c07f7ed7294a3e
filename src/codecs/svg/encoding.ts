// Turns an SVG's bytes into text and back without loss; decides which encodings are taken.

import { invalid } from "./limits.ts";

export interface Decoded {
  /** One character a code unit; of one-byte encodings, one a byte. */
  readonly text: string;
  /** Bytes of a text of the same encoding. */
  readonly encode: (text: string) => Uint8Array;
  /** What to call the encoding to read real characters. */
  readonly label: string;
}

const UTF8 = ["utf-8", "utf8", "us-ascii", "ascii"];
/** One byte a character and ASCII below 128: markup reads the same in all of them. */
const ONE_BYTE = /^(iso-8859-\d\d?|latin-?1|windows-125\d)$/;

/**
 * Text in UTF-8, in UTF-16 with its mark, or in a declared one-byte encoding.
 * Others could hide markup from us that another reader sees (UTF-7, EBCDIC).
 * Throws `invalid_image`.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe && (third !== 0 || fourth !== 0))
    return utf16(bytes, "utf-16le");
  if (first === 0xfe && second === 0xff) return utf16(bytes, "utf-16be");
  const label = declared(bytes);
  if (ONE_BYTE.test(label)) {
    return {
      text: Buffer.from(bytes).toString("latin1"),
      encode: (text) => Buffer.from(text, "latin1"),
      label,
    };
  }
  if (!UTF8.includes(label)) throw invalid(`is in ${label.slice(0, 40)}`);
  return {
    text: strictly(bytes, "utf-8"),
    encode: (text) => Buffer.from(text, "utf8"),
    label: "utf-8",
  };
}

/** The text as people read it, which one-byte encodings need a table for. */
export function readable({ text, encode, label }: Decoded): string {
  return ONE_BYTE.test(label)
    ? new TextDecoder(label).decode(encode(text))
    : text;
}

function declared(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 256)).toString("latin1");
  const found = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)/;
  return found.exec(head)?.[1]?.toLowerCase() ?? "utf-8";
}

function utf16(bytes: Uint8Array, label: "utf-16le" | "utf-16be"): Decoded {
  return {
    text: strictly(bytes, label),
    encode: (text) => {
      const encoded = Buffer.from(text, "utf16le");
      return label === "utf-16be" ? encoded.swap16() : encoded;
    },
    label,
  };
}

/** The byte order mark stays a character, so that encoding gives the same bytes. */
function strictly(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    throw invalid(`is not valid ${label.toUpperCase()}`);
  }
}
