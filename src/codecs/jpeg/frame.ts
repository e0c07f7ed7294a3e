// Reads a JPEG's frame header, sampling and quantization tables; the metadata segments are not its business.

import { ServiceError } from "../../errors.ts";
import type { Chroma, Facts } from "../../image/facts.ts";
import { Cursor } from "../containers/cursor.ts";
import { qualityOfTable } from "./quality.ts";
import { MARKER, type Segment } from "./segments.ts";

/** A color component: what scans call it, and its sampling factors. */
export interface Component {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly table: number;
}

/** What a JPEG's frame header gives. */
export interface Frame {
  readonly facts: Pick<
    Facts,
    "width" | "height" | "bitDepth" | "color" | "lossy"
  > & { readonly progressive: boolean; readonly chroma?: Chroma };
  readonly components: readonly Component[];
  /** The quantization table of the first component. */
  readonly table: number;
}

const PROGRESSIVE = [0xc2, 0xca];
const COLORS = { 1: "gray", 3: "rgb", 4: "cmyk" } as const;
/** Baseline, extended and progressive processes, Huffman or arithmetic (T.81, table B.1); the others are lossless or hierarchical, which no engine here reads. */
const READABLE = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];

/** SOF0 to SOF15 are frame headers, but for DHT, JPG and DAC among them. */
export function isFrame(marker: number): boolean {
  return (
    marker >= MARKER.sof0 &&
    marker <= MARKER.sof15 &&
    marker !== MARKER.dht &&
    marker !== MARKER.jpg &&
    marker !== MARKER.dac
  );
}

/**
 * Reads the first SOF. Four components are "cmyk" whether they are stored as
 * CMYK or YCCK, three "rgb" whether as YCbCr or RGB. Throws `invalid_image`
 * when there is no frame, a side is 0 or the components are not 1, 3 or 4, and
 * `unsupported_format` for lossless, hierarchical and deep frames.
 */
export function readFrame(segments: readonly Segment[]): Frame {
  const segment = segments.find(({ marker }) => isFrame(marker));
  if (!segment) throw invalid("The JPEG has no frame header.");
  const cursor = new Cursor(segment.head);
  const bitDepth = cursor.u8();
  const height = cursor.u16();
  const width = cursor.u16();
  const count = cursor.u8();
  if (width === 0 || height === 0) throw invalid("The JPEG has no size.");
  if (bitDepth < 2 || bitDepth > 16)
    throw invalid("The JPEG's sample precision is impossible.");
  if (!READABLE.includes(segment.marker))
    throw unsupported("Lossless and hierarchical JPEGs are not supported.");
  if (bitDepth !== 8)
    throw unsupported(
      `JPEGs of ${bitDepth} bits are not supported, only of 8.`,
    );
  if (count !== 1 && count !== 3 && count !== 4)
    throw invalid("A JPEG has 1, 3 or 4 color components; this one has not.");
  const components = Array.from({ length: count }, () => readComponent(cursor));
  const chroma = chromaOf(components);
  const facts = {
    width,
    height,
    bitDepth,
    color: COLORS[count],
    lossy: true,
    progressive: PROGRESSIVE.includes(segment.marker),
    ...(chroma && { chroma }),
  };
  return { facts, components, table: components[0]?.table ?? 0 };
}

function readComponent(cursor: Cursor): Component {
  const id = cursor.u8();
  const sampling = cursor.u8();
  const table = cursor.u8();
  const h = sampling >> 4;
  const v = sampling & 15;
  if (h < 1 || h > 4 || v < 1 || v > 4)
    throw invalid("The JPEG's sampling factors are impossible.");
  return { id, h, v, table };
}

/** Luma's sampling over chroma's, as J:a:b. */
const CHROMA: Readonly<Record<string, Chroma>> = {
  "1,1": "444",
  "1,2": "440",
  "2,1": "422",
  "2,2": "420",
  "4,1": "411",
  "4,2": "410",
};

function chromaOf(components: readonly Component[]): Chroma | undefined {
  const [luma, blue, red, black] = components;
  if (!luma || !blue || !red) return undefined;
  const even =
    blue.h === red.h &&
    blue.v === red.v &&
    (!black || (black.h === luma.h && black.v === luma.v));
  const ratio = `${luma.h / blue.h},${luma.v / blue.v}`;
  return even ? (CHROMA[ratio] ?? "other") : "other";
}

/** The quality of the frame's first component, from the `payloads` of the DQT segments in file order. */
export function sourceQuality(
  frame: Frame,
  payloads: readonly Uint8Array[],
): number | undefined {
  let found: readonly number[] | undefined;
  for (const payload of payloads) {
    const cursor = new Cursor(payload);
    while (cursor.left > 0) {
      const kind = cursor.u8();
      const entries = Array.from({ length: 64 }, () =>
        kind >> 4 === 0 ? cursor.u8() : cursor.u16(),
      );
      if ((kind & 15) === frame.table) found = entries;
    }
  }
  return found && qualityOfTable(found);
}

function unsupported(message: string): ServiceError {
  return new ServiceError("unsupported_format", message, { detected: "jpeg" });
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid_image", message);
}
