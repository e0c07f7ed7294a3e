// Builds a profile of Adobe RGB (1998), which sharp does not bring; decides its numbers, not who embeds it.

/** Adobe RGB (1998) Color Image Encoding, version 2005-05, annex C: colorants adapted to D50, as fixed point of 16 bits. */
const COLORANTS = {
  rXYZ: [0x9c18, 0x4fa5, 0x04fc],
  gXYZ: [0x348d, 0xa02c, 0x0f95],
  bXYZ: [0x2631, 0x102f, 0xbe9c],
  wtpt: [0xf351, 0x10000, 0x116cc],
} as const;
/** The encoding's gamma, 2 51/256, as 8.8 fixed point (4.3.4.2). */
const GAMMA = 0x0233;
/** ICC's profile connection white D50 (ICC.1:2001-04, 6.1). */
const D50 = [0xf6d6, 0x10000, 0xd32d];

/** An ICC version 2.1 display profile; equal bytes on every call. */
export function adobeRgbProfile(): Uint8Array {
  const tags: readonly (readonly [string, Buffer])[] = [
    ["desc", description("Adobe RGB compatible")],
    ["cprt", Buffer.from("text\0\0\0\0No copyright\0\0\0\0", "latin1")],
    ...Object.entries(COLORANTS).map(
      ([name, values]) => [name, xyz(values)] as const,
    ),
    ...["rTRC", "gTRC", "bTRC"].map((name) => [name, curve()] as const),
  ];
  const head = Buffer.alloc(128 + 4 + tags.length * 12);
  head.writeUInt32BE(tags.length, 128);
  let at = head.length;
  tags.forEach(([name, tag], index) => {
    const row = 132 + index * 12;
    head.write(name, row, "latin1");
    head.writeUInt32BE(at, row + 4);
    head.writeUInt32BE(tag.length, row + 8);
    at += tag.length;
  });
  head.writeUInt32BE(at);
  head.writeUInt32BE(0x02100000, 8);
  head.write("mntrRGB XYZ ", 12, "latin1");
  [2025, 1, 1].forEach((part, index) =>
    head.writeUInt16BE(part, 24 + index * 2),
  );
  head.write("acsp", 36, "latin1");
  D50.forEach((value, index) => head.writeInt32BE(value, 68 + index * 4));
  return Buffer.concat([head, ...tags.map(([, tag]) => tag)]);
}

function xyz(values: readonly number[]): Buffer {
  const tag = Buffer.alloc(20);
  tag.write("XYZ ", "latin1");
  values.forEach((value, index) => tag.writeInt32BE(value, 8 + index * 4));
  return tag;
}

function curve(): Buffer {
  const tag = Buffer.alloc(16);
  tag.write("curv", "latin1");
  tag.writeUInt32BE(1, 8);
  tag.writeUInt16BE(GAMMA, 12);
  return tag;
}

/** textDescriptionType with its ASCII part alone (ICC.1:2001-04, 6.5.17), padded to 4 bytes. */
function description(name: string): Buffer {
  const tag = Buffer.alloc(Math.ceil((12 + name.length + 1 + 78) / 4) * 4);
  tag.write("desc", "latin1");
  tag.writeUInt32BE(name.length + 1, 8);
  tag.write(name, 12, "latin1");
  return tag;
}
