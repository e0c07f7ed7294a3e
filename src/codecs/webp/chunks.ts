// Writes a WebP's chunks and the file around them; decides nothing about which.

/** VP8X's flags (RFC 9649, 2.7). */
export const FLAG = {
  animation: 0x02,
  xmp: 0x04,
  exif: 0x08,
  alpha: 0x10,
  icc: 0x20,
} as const;

/** A chunk, padded to an even length. `name` is four Latin-1 characters. */
export function chunkBytes(name: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(8 + data.length + (data.length & 1));
  chunk.write(name, "latin1");
  chunk.writeUInt32LE(data.length, 4);
  chunk.set(data, 8);
  return chunk;
}

/** A WebP file of these chunks. */
export function fileOf(chunks: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(chunks);
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(body.length + 4, 4);
  return new Uint8Array(Buffer.concat([head, body]));
}

/** Where a WebP ends by its own word, which its first 8 bytes say. */
export function endOf(file: Uint8Array): number {
  const length = Buffer.from(file).readUInt32LE(4);
  return 8 + length + (length & 1);
}

/** VP8X's data: flags, three reserved bytes, then width and height in pixels less one, 24 bits a side. */
export function vp8xData(
  flags: number,
  size: { readonly width: number; readonly height: number },
): Uint8Array {
  const data = Buffer.alloc(10);
  data.writeUInt8(flags, 0);
  data.writeUIntLE(size.width - 1, 4, 3);
  data.writeUIntLE(size.height - 1, 7, 3);
  return data;
}
