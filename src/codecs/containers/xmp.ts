// Makes an XMP packet true of a picture that was turned or resized; leaves everything else in it as it was, byte for byte.

interface Size {
  readonly width: number;
  readonly height: number;
}

const TIFF = "http://ns.adobe.com/tiff/1.0/";
const EXIF = "http://ns.adobe.com/exif/1.0/";
const XMP = "http://ns.adobe.com/xap/1.0/";
const IMAGE = "http://ns.adobe.com/xap/1.0/g/img/";

/**
 * The packet with orientation 1 and the given size in pixels wherever it says
 * either, as attribute or element, and without embedded thumbnails. A packet
 * that says neither comes back unchanged, and so does one in UTF-16. Prefixes
 * are taken from the packet's own namespace declarations (XMP part 1, 7.9).
 */
export function settleXmp(packet: Uint8Array, size: Size): Uint8Array {
  // ISO 8859-1 keeps every byte of the UTF-8 that is not touched.
  const text = Buffer.from(packet).toString("latin1");
  let settled = text;
  for (const [namespace, name, value] of [
    [TIFF, "Orientation", 1],
    [TIFF, "ImageWidth", size.width],
    [TIFF, "ImageLength", size.height],
    [EXIF, "PixelXDimension", size.width],
    [EXIF, "PixelYDimension", size.height],
  ] as const) {
    for (const prefix of prefixesOf(text, namespace))
      settled = setValue(settled, `${prefix}:${name}`, value);
  }
  for (const prefix of prefixesOf(text, XMP))
    settled = cutElements(settled, `${prefix}:Thumbnails`);
  for (const prefix of prefixesOf(text, IMAGE))
    settled = cutElements(settled, `${prefix}:image`);
  return settled === text ? packet : Buffer.from(settled, "latin1");
}

/** The prefixes a packet binds to a namespace: one, as a rule; a packet that binds hundreds is no packet. */
function prefixesOf(text: string, namespace: string): string[] {
  const declared =
    /xmlns:([A-Za-z_][\w.-]{0,63})\s?=\s?["']([^"'<>]{1,100})["']/g;
  const prefixes = new Set<string>();
  for (const [, prefix, uri] of text.matchAll(declared)) {
    if (prefix && uri === namespace) prefixes.add(prefix);
    if (prefixes.size >= 8) break;
  }
  return [...prefixes];
}

function setValue(text: string, name: string, value: number): string {
  const escaped = name.replaceAll(".", "\\.");
  const attribute = new RegExp(
    `(\\s${escaped}\\s?=\\s?["'])[^"'<>]{0,40}(?=["'])`,
    "g",
  );
  const element = new RegExp(`(<${escaped}>)[^<>]{0,40}(?=</)`, "g");
  return text
    .replaceAll(attribute, (_, before: string) => `${before}${value}`)
    .replaceAll(element, (_, before: string) => `${before}${value}`);
}

/** The text without the elements of a name. One that is never closed stays: cutting it would break the packet further. */
function cutElements(text: string, name: string): string {
  const parts: string[] = [];
  const close = `</${name}>`;
  let at = 0;
  for (;;) {
    const start = findElement(text, name, at);
    const end = start < 0 ? -1 : text.indexOf(close, start);
    if (end < 0) break;
    parts.push(text.slice(at, start));
    at = end + close.length;
  }
  return parts.join("") + text.slice(at);
}

/** Where an element of a name opens, and not one whose name only begins alike. */
function findElement(text: string, name: string, from: number): number {
  let start = text.indexOf(`<${name}`, from);
  while (start >= 0 && !/[\s>]/.test(text[start + name.length + 1] ?? ""))
    start = text.indexOf(`<${name}`, start + 1);
  return start;
}
