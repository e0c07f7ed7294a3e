// Tells what kind of data a JPEG's marker segment carries, by its signature; reads none of it.

import { latin1, startsWith } from "../containers/cursor.ts";
import { MARKER, type Segment } from "./segments.ts";

/** What a segment carries beside the picture. "iso" is ISO 21496-1's gain map segment, "jfxx" JFIF's extension. */
export type Kind = keyof typeof SIGNATURES;

interface Signature {
  readonly marker: number;
  readonly text: string;
}

/** JFIF 1.02; CIPA DC-008 4.7.2; XMP part 3 1.1.3; ICC.1:2022 B.4; CIPA DC-007 4; ISO 21496-1 C.4.4; Photoshop's own. */
export const SIGNATURES = {
  jfif: { marker: MARKER.app0, text: "JFIF\0" },
  jfxx: { marker: MARKER.app0, text: "JFXX\0" },
  exif: { marker: MARKER.app1, text: "Exif\0" },
  xmp: { marker: MARKER.app1, text: "http://ns.adobe.com/xap/1.0/\0" },
  extendedXmp: {
    marker: MARKER.app1,
    text: "http://ns.adobe.com/xmp/extension/\0",
  },
  icc: { marker: MARKER.app2, text: "ICC_PROFILE\0" },
  mpf: { marker: MARKER.app2, text: "MPF\0" },
  iso: { marker: MARKER.app2, text: "urn:iso:std:iso:ts:21496:-1\0" },
  iptc: { marker: MARKER.app13, text: "Photoshop 3.0\0" },
  comment: { marker: MARKER.com, text: "" },
} as const satisfies Record<string, Signature>;

const KINDS = Object.keys(SIGNATURES) as Kind[];

/** The kind of a segment; undefined for tables, frames, scans and what nobody here knows. */
export function kindOf({ marker, head }: Segment): Kind | undefined {
  return KINDS.find((kind) => {
    const signature = SIGNATURES[kind];
    return signature.marker === marker && startsWith(head, signature.text);
  });
}

/** Where the data of a kind begin in its payload. EXIF's signature is padded to six bytes. */
export function prefixBytes(kind: Kind): number {
  return kind === "exif" ? 6 : SIGNATURES[kind].text.length;
}

/** Whether XMP, of the primary or of the second image, announces a gain map: Adobe's, Google's container's or Apple's. */
export function announcesGainMap(xmp: Uint8Array): boolean {
  return /hdrgm:Version|["'>]GainMap["'<]|HDRGainMap/.test(latin1(xmp));
}
