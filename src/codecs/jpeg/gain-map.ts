// Takes the HDR gain map out of a JPEG and puts one behind another; never decodes it, and decides not when it is kept.

import { latin1 } from "../containers/cursor.ts";
import {
  readMetadata,
  rebuild,
  segmentBytes,
  writeMetadata,
} from "./metadata.ts";
import { INDEX_BYTES, indexOfTwo, readPictures } from "./mpf.ts";
import { MARKER, segmentsIn, type Segment } from "./segments.ts";
import { kindOf, prefixBytes, SIGNATURES } from "./signatures.ts";

/**
 * A gain map as a JPEG of its own, and how it describes itself: ISO 21496-1 in
 * an APP2 segment, Adobe's hdrgm in XMP (Ultra HDR 1.0), or Apple's XMP. One
 * that does both of the first is "iso".
 */
export interface GainMap {
  readonly image: Uint8Array;
  readonly kind: "ultrahdr" | "iso" | "apple";
}

/**
 * The gain map behind a JPEG: by the multi-picture index, else by the lengths
 * of Google's container directory, whose items fill the file's end. Undefined
 * when neither leads to a JPEG that describes itself as one. Throws
 * `invalid_image` when the file is no JPEG.
 */
export function readGainMap(file: Uint8Array): GainMap | undefined {
  for (const { offset, size } of [...indexed(file), ...contained(file)]) {
    const image = file.subarray(offset, offset + size);
    if (offset <= 0 || image[0] !== 0xff || image[1] !== MARKER.soi) continue;
    const kind = kindOfGainMap(image);
    if (kind) return { image, kind };
  }
  return undefined;
}

function indexed(file: Uint8Array) {
  const segment = segmentsIn(file).find((found) => kindOf(found) === "mpf");
  if (!segment) return [];
  const base = segment.offset + prefixBytes("mpf");
  const block = file.subarray(base, segment.offset + segment.length);
  return readPictures(block, base).slice(1);
}

/** Items of `Container:Directory` after the primary, from the file's end backwards (Ultra HDR image format 1.1, "GContainer"). */
function contained(file: Uint8Array) {
  const { xmp } = readMetadata(file);
  if (!xmp) return [];
  const items = latin1(xmp).match(ITEM) ?? [];
  let end = file.length;
  return items.toReversed().flatMap((item) => {
    const size = Number(LENGTH.exec(item)?.[1] ?? 0);
    end -= size;
    return item.includes("GainMap") && end > 0 ? [{ offset: end, size }] : [];
  });
}

const ITEM = /<Container:Item\s[^<>]{0,1000}>/g;
const LENGTH = /Item:Length="(\d{1,10})"/;

function kindOfGainMap(image: Uint8Array): GainMap["kind"] | undefined {
  const { xmp } = readMetadata(image);
  const text = xmp ? latin1(xmp) : "";
  if (segmentsIn(image).some((segment) => kindOf(segment) === "iso"))
    return "iso";
  if (text.includes("hdrgm:")) return "ultrahdr";
  return text.includes("HDRGainMap") ? "apple" : undefined;
}

/**
 * `primary` with the gain map behind it: a multi-picture index of both, for
 * "iso" the version segment, and, where the gain map describes itself in
 * hdrgm XMP, the container directory in the primary's XMP (added to a packet
 * that is there). `primary` must end with its own EOI: data behind it would
 * come between. Throws `invalid_image` when it is no JPEG.
 */
export function attachGainMap(
  primary: Uint8Array,
  gainMap: GainMap,
): Uint8Array {
  const { image, kind } = gainMap;
  const bare = rebuild(
    primary,
    [],
    (found) => found === "mpf" || found === "iso",
  );
  const text = latin1(readMetadata(image).xmp ?? new Uint8Array(0));
  const base = text.includes("hdrgm:Version")
    ? withDirectory(bare, image.length)
    : bare;
  const at = endOfApplicationData(segmentsIn(base));
  const iso =
    kind === "iso" ? segmentBytes(MARKER.app2, ISO_VERSION) : new Uint8Array(0);
  const size = base.length + iso.length + 4 + INDEX_BYTES;
  const index = indexOfTwo([size, image.length], at + iso.length);
  return new Uint8Array(
    Buffer.concat([
      base.subarray(0, at),
      iso,
      segmentBytes(MARKER.app2, index),
      base.subarray(at),
      image,
    ]),
  );
}

/** Minimum and writer version 0: the primary's segment says no more (ISO 21496-1, C.4.4). */
const ISO_VERSION = Buffer.from(`${SIGNATURES.iso.text}\0\0\0\0`, "latin1");

/** Behind the last of the APPn segments that a file begins with. */
function endOfApplicationData(segments: readonly Segment[]): number {
  let end = 2;
  for (const { marker, offset, length } of segments) {
    if ((marker & 0xf0) !== MARKER.app0) break;
    end = offset + length;
  }
  return end;
}

function withDirectory(file: Uint8Array, gainMapBytes: number): Uint8Array {
  const { xmp, extendedXmp } = readMetadata(file);
  const packet = xmp ? latin1(xmp) : EMPTY_PACKET;
  const described = packet.includes("hdrgm:Version")
    ? packet.replaceAll(ITEM, (item) =>
        item.includes("GainMap")
          ? item.replace(LENGTH, `Item:Length="${gainMapBytes}"`)
          : item,
      )
    : packet.replace("</rdf:RDF>", `${directory(gainMapBytes)}</rdf:RDF>`);
  return writeMetadata(file, {
    xmp: Buffer.from(described, "latin1"),
    ...(extendedXmp && { extendedXmp }),
  }).bytes;
}

const EMPTY_PACKET =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta>';

function directory(gainMapBytes: number): string {
  const item = (attributes: string) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" ${attributes}/></rdf:li>`;
  return [
    '<rdf:Description rdf:about="" hdrgm:Version="1.0"',
    ' xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"',
    ' xmlns:Container="http://ns.google.com/photos/1.0/container/"',
    ' xmlns:Item="http://ns.google.com/photos/1.0/container/item/">',
    "<Container:Directory><rdf:Seq>",
    item('Item:Semantic="Primary"'),
    item(`Item:Semantic="GainMap" Item:Length="${gainMapBytes}"`),
    "</rdf:Seq></Container:Directory></rdf:Description>",
  ].join("");
}
