// Tells whether a JPEG carries anything but its picture, a JFIF or Adobe header, and a profile.

/** Payload bytes, with the two of the length, of JFIF without thumbnail and of Adobe's color transform. */
const HEADERS: Readonly<Record<number, number>> = { 0xe0: 16, 0xee: 14 };
const MARKER = { profile: 0xe2, comment: 0xfe, scan: 0xda, end: 0xd9 };

/** Judges a JPEG whose structure its writer vouches for; anything odd counts as not bare. */
export function isBareJpeg(file: Uint8Array): boolean {
  const { buffer, byteOffset, length } = file;
  const view = new DataView(buffer, byteOffset, length);
  let at = 2;
  while (at + 4 <= length && file[at] === 0xff) {
    const marker = file[at + 1] ?? 0;
    const size = view.getUint16(at + 2);
    if (!isHarmless(file, marker, at, size)) return false;
    at += 2 + size;
    if (marker === MARKER.scan) at = endOfScan(file, at);
    if (file[at] === 0xff && file[at + 1] === MARKER.end)
      return at + 2 === length;
  }
  return false;
}

function isHarmless(
  file: Uint8Array,
  marker: number,
  at: number,
  size: number,
): boolean {
  if (marker === MARKER.comment) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  if (marker === MARKER.profile) {
    const name = Buffer.from(file.subarray(at + 4, at + 16)).toString("latin1");
    return name === "ICC_PROFILE\0";
  }
  return HEADERS[marker] === size;
}

/** The first marker behind a scan's data: neither a stuffed zero nor a restart (T.81, B.1.1.2). */
function endOfScan(file: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = file.indexOf(0xff, at);
    if (at < 0) return file.length;
    const next = file[at + 1] ?? 0;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
    at += 2;
  }
}
