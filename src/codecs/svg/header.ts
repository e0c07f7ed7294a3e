// Decides what an SVG or SVGZ is from its root element; reads and unpacks no further.

import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { ByteReader } from "../containers/reader.ts";
import { decodeText } from "./encoding.ts";
import { isGzip, unpackHead } from "./gzip.ts";
import { invalid } from "./limits.ts";
import { looksLikeSvg } from "./magic.ts";
import { canvasOf, wholeSize } from "./size.ts";
import { isSvg } from "./values.ts";
import { rootTag, type Tag } from "./xml.ts";

/** Bytes that the root's tag must end within: licenses and DOCTYPEs before it take up to 8 KB. */
const HEAD_BYTES = 128 * 1024;

/** Facts of an SVG. Throws `invalid_image`, and `unsupported_format` where another kind of file is packed or meant. */
export async function header(reader: ByteReader): Promise<Facts> {
  const start = await reader.read(0, HEAD_BYTES);
  const isPacked = isGzip(start);
  const head = isPacked ? await unpackHead(start, HEAD_BYTES) : start;
  if (!looksLikeSvg(head)) {
    throw new ServiceError(
      "unsupported_format",
      "The file is not an SVG image.",
      { detected: isPacked ? "gzip" : "xml" },
    );
  }
  const { width, height } = wholeSize(canvasOf(rootOf(head)));
  return {
    format: isPacked ? "svgz" : "svg",
    bytes: reader.size,
    width,
    height,
    codedPixels: width * height,
    orientation: 1,
    frames: 1,
    bitDepth: 8,
    color: "rgb",
    hasAlpha: true,
    profile: { kind: "none" },
    lossy: false,
    hasGainMap: false,
    metadata: [],
  };
}

function rootOf(head: Uint8Array): Tag {
  // What is cut off may end within a character: the last tag's end is a safe place.
  const end = head.lastIndexOf(0x3e) + 1;
  const isWide = head[0] === 0xff || head[0] === 0xfe;
  const { text } = decodeText(head.subarray(0, isWide ? end + (end % 2) : end));
  const root = rootTag(text);
  if (!isSvg(root) || root.local !== "svg")
    throw invalid("has another root element");
  return root;
}
