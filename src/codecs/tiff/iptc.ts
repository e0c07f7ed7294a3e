// Moves IPTC-IIM between Photoshop's image resources and TIFF's own tag; reads nothing of what it says.

import { latin1 } from "../containers/cursor.ts";

/** The resource that holds IPTC-IIM (Photoshop file formats specification, image resource IDs). */
const IPTC_RESOURCE = 0x0404;
const SIGNATURE = "8BIM";

/** A block of image resources that holds this IPTC record alone. */
export function resourcesOf(iptc: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12);
  head.write(SIGNATURE, "latin1");
  head.writeUInt16BE(IPTC_RESOURCE, 4);
  head.writeUInt32BE(iptc.length, 8);
  return new Uint8Array(
    Buffer.concat([head, iptc, Buffer.alloc(iptc.length % 2)]),
  );
}

/** The IPTC record in a block of image resources; undefined when there is none. */
export function iptcOf(resources: Uint8Array): Uint8Array | undefined {
  const view = new DataView(
    resources.buffer,
    resources.byteOffset,
    resources.length,
  );
  let at = 0;
  while (at + 12 <= resources.length) {
    if (latin1(resources.subarray(at, at + 4)) !== SIGNATURE) return undefined;
    const id = view.getUint16(at + 4);
    // The name is a Pascal string, padded to even.
    const name = 1 + view.getUint8(at + 6);
    const size = at + 6 + name + (name % 2);
    if (size + 4 > resources.length) return undefined;
    const length = view.getUint32(size);
    const data = resources.subarray(size + 4, size + 4 + length);
    if (id === IPTC_RESOURCE && data.length === length) return data;
    at = size + 4 + length + (length % 2);
  }
  return undefined;
}
