// Writes animated PNG (PNG, third edition, 11.3.6), which no library here does; each frame holds only the rectangle that changed.

import { crc32, deflateSync } from "node:zlib";

import type { Raster } from "../picture.ts";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
/** Color types of RGB and RGBA (11.2.1). */
const COLOR_TYPE = { 3: 2, 4: 6 } as const;
/** Filter type Sub (9.2): one fixed filter, so that recompression has something to win. */
const SUB = 1;

/** Left, top, width and height in pixels. */
type Area = readonly [number, number, number, number];

/** An animation of 8-bit samples that loops for ever: disposal none, blending by source. */
export function apng(raster: Raster): Uint8Array {
  const { width, height, channels, delaysMs } = raster;
  const parts = [
    SIGNATURE,
    chunk("IHDR", [...u32(width, height), 8, COLOR_TYPE[channels], 0, 0, 0]),
    chunk("acTL", u32(delaysMs.length, 0)),
  ];
  let sequence = 0;
  delaysMs.forEach((delayMs, frame) => {
    const area: Area =
      frame === 0 ? [0, 0, width, height] : changedArea(raster, frame);
    const [left, top, areaWidth, areaHeight] = area;
    const place = u32(sequence++, areaWidth, areaHeight, left, top);
    const delay = [...u16(delayMs, 1000), 0, 0];
    parts.push(chunk("fcTL", [...place, ...delay]));
    const data = deflateSync(filterRows(raster, frame, area));
    parts.push(
      frame === 0
        ? chunk("IDAT", data)
        : chunk("fdAT", Buffer.concat([Buffer.from(u32(sequence++)), data])),
    );
  });
  return Buffer.concat([...parts, chunk("IEND", [])]);
}

/** The smallest rectangle in which a frame differs from the one before; one pixel where it does not. */
function changedArea(raster: Raster, frame: number): Area {
  const { width, height, channels, samples } = raster;
  const length = width * height * channels;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let at = 0; at < length; at++) {
    const now = frame * length + at;
    if (samples[now] === samples[now - length]) continue;
    const pixel = Math.floor(at / channels);
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (left > right) return [0, 0, 1, 1];
  return [left, top, right - left + 1, bottom - top + 1];
}

function filterRows(
  { width, height, channels, samples }: Raster,
  frame: number,
  [left, top, areaWidth, areaHeight]: Area,
): Uint8Array {
  const stride = areaWidth * channels;
  const rows = new Uint8Array((stride + 1) * areaHeight);
  for (let y = 0; y < areaHeight; y++) {
    const from = ((frame * height + top + y) * width + left) * channels;
    const to = y * (stride + 1);
    rows[to] = SUB;
    for (let at = 0; at < stride; at++) {
      const before = at < channels ? 0 : (samples[from + at - channels] ?? 0);
      rows[to + 1 + at] = (samples[from + at] ?? 0) - before;
    }
  }
  return rows;
}

function chunk(type: string, data: Uint8Array | readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  const end = 8 + data.length;
  bytes.writeUInt32BE(crc32(bytes.subarray(4, end)), end);
  return bytes;
}

function u32(...values: readonly number[]): number[] {
  return values.flatMap((value) => [
    (value >>> 24) & 255,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255,
  ]);
}

function u16(...values: readonly number[]): number[] {
  return values.flatMap((value) => [(value >>> 8) & 255, value & 255]);
}
