// Builds an ICC display profile for code points of H.273, so that color management can read what a container says in numbers.

import type { Cicp } from "../../image/facts.ts";
import { srgbToLinear, type Curve } from "./icc-curve.ts";
import { hlgToDisplay, pqToDisplay } from "./hdr-curve.ts";
import {
  apply,
  diagonal,
  invert,
  multiply,
  scale,
  transpose,
  type Matrix,
  type Vector,
} from "./matrix.ts";

type Pair = readonly [x: number, y: number];

interface Primaries {
  readonly red: Pair;
  readonly green: Pair;
  readonly blue: Pair;
  readonly white: Pair;
}

const D65: Pair = [0.3127, 0.329];
const C: Pair = [0.31, 0.316];
const DCI: Pair = [0.314, 0.351];
/** SMPTE 170M and 240M share their primaries. */
const SMPTE: Primaries = {
  red: [0.63, 0.34],
  green: [0.31, 0.595],
  blue: [0.155, 0.07],
  white: D65,
};
const P3 = {
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
} as const;

/** ITU-T H.273 (07/2021), table 2. */
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 },
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: C },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: SMPTE,
  7: SMPTE,
  8: {
    red: [0.681, 0.319],
    green: [0.243, 0.692],
    blue: [0.145, 0.049],
    white: C,
  },
  9: {
    red: [0.708, 0.292],
    green: [0.17, 0.797],
    blue: [0.131, 0.046],
    white: D65,
  },
  11: { ...P3, white: DCI },
  12: { ...P3, white: D65 },
  22: {
    red: [0.63, 0.34],
    green: [0.295, 0.605],
    blue: [0.155, 0.077],
    white: D65,
  },
};

/**
 * H.273, table 3. The camera curves of BT.709, 601 and 2020 are shown with
 * sRGB's, as browsers do: a display does not undo the camera.
 */
const SRGB_LIKE = [1, 2, 6, 7, 11, 12, 13, 14, 15];
const CURVES: Readonly<Record<number, Curve>> = {
  4: (signal) => signal ** 2.2,
  5: (signal) => signal ** 2.8,
  8: (signal) => signal,
  16: pqToDisplay,
  18: hlgToDisplay,
};

const UNSPECIFIED = 2;
/** Entries of a curve: what lcms samples curves to, and 16 per 8-bit level. */
const ENTRIES = 4096;
/** ICC's profile connection white (ICC.1:2022, 7.2.16). */
const D50: Vector = [0.9642, 1, 0.8249];

/**
 * An ICC version 2 matrix profile for code points; undefined when they are
 * sRGB in effect, unspecified, or not known. Unspecified primaries beside a
 * known transfer count as BT.709's, and the reverse as sRGB's curve. PQ and
 * HLG are tone-mapped per channel by hdr-curve.ts. The matrix coefficients and
 * range are the decoder's concern and change nothing here.
 */
export function profileFromCicp(cicp: Cicp): Uint8Array | undefined {
  const number = cicp.primaries === UNSPECIFIED ? 1 : cicp.primaries;
  const primaries = PRIMARIES[number];
  const isSrgbLike = SRGB_LIKE.includes(cicp.transfer);
  const curve = isSrgbLike ? srgbToLinear : CURVES[cicp.transfer];
  if (!primaries || !curve || (number === 1 && isSrgbLike)) return undefined;
  const colorants = adaptedColorants(primaries);
  const name = `H.273 ${cicp.primaries}/${cicp.transfer}`;
  return assemble(name, colorants, curveTag(curve));
}

/** The XYZ of full red, green and blue, as rows, under D50 by linear Bradford adaptation (ICC.1:2022, annex E). */
function adaptedColorants({ red, green, blue, white }: Primaries): Matrix {
  const rows: Matrix = [toXyz(red), toXyz(green), toXyz(blue)];
  const target = toXyz(white);
  const amounts = apply(invert(transpose(rows)), target);
  const adapt = adaptation(target);
  return [
    apply(adapt, scale(rows[0], amounts[0])),
    apply(adapt, scale(rows[1], amounts[1])),
    apply(adapt, scale(rows[2], amounts[2])),
  ];
}

/** Chromaticity at luminance 1. */
function toXyz([x, y]: Pair): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

/** Bradford's cone responses (ICC.1:2022, annex E.2). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

function adaptation(white: Vector): Matrix {
  const from = apply(BRADFORD, white);
  const to = apply(BRADFORD, D50);
  const gains = diagonal([to[0] / from[0], to[1] / from[1], to[2] / from[2]]);
  return multiply(invert(BRADFORD), multiply(gains, BRADFORD));
}

function curveTag(curve: Curve): Uint8Array {
  const tag = Buffer.alloc(12 + ENTRIES * 2);
  tag.write("curv", "latin1");
  tag.writeUInt32BE(ENTRIES, 8);
  for (let entry = 0; entry < ENTRIES; entry++) {
    const light = Math.min(Math.max(curve(entry / (ENTRIES - 1)), 0), 1);
    tag.writeUInt16BE(Math.round(light * 65_535), 12 + entry * 2);
  }
  return tag;
}

function xyzTag(vector: Vector): Uint8Array {
  const tag = Buffer.alloc(20);
  tag.write("XYZ ", "latin1");
  vector.forEach((axis, index) => {
    tag.writeInt32BE(Math.round(axis * 65_536), 8 + index * 4);
  });
  return tag;
}

/** textDescriptionType with its ASCII part alone (ICC.1:2001-04, 6.5.17). */
function descriptionTag(name: string): Uint8Array {
  const tag = Buffer.alloc(12 + name.length + 1 + 78);
  tag.write("desc", "latin1");
  tag.writeUInt32BE(name.length + 1, 8);
  tag.write(name, 12, "latin1");
  return tag;
}

function textTag(text: string): Uint8Array {
  return Buffer.from(`text\0\0\0\0${text}\0`, "latin1");
}

/** Header, tag table and tags; the three curves share one. */
function assemble(
  name: string,
  [red, green, blue]: Matrix,
  curve: Uint8Array,
): Uint8Array {
  const tags: readonly (readonly [Uint8Array, ...string[]])[] = [
    [descriptionTag(name), "desc"],
    [textTag("No copyright"), "cprt"],
    [xyzTag(D50), "wtpt"],
    [xyzTag(red), "rXYZ"],
    [xyzTag(green), "gXYZ"],
    [xyzTag(blue), "bXYZ"],
    [curve, "rTRC", "gTRC", "bTRC"],
  ];
  const count = tags.reduce((sum, [, ...names]) => sum + names.length, 0);
  const table = Buffer.alloc(4 + count * 12);
  table.writeUInt32BE(count);
  let row = 4;
  let at = 128 + table.length;
  const parts: Uint8Array[] = [];
  for (const [tag, ...names] of tags) {
    for (const signature of names) {
      table.write(signature, row, "latin1");
      table.writeUInt32BE(at, row + 4);
      table.writeUInt32BE(tag.length, row + 8);
      row += 12;
    }
    const padding = new Uint8Array(-tag.length & 3);
    parts.push(tag, padding);
    at += tag.length + padding.length;
  }
  return new Uint8Array(Buffer.concat([headerOf(at), table, ...parts]));
}

/** Version 2.4, display, RGB to XYZ, media-relative (ICC.1:2001-04, 6.1). The date is fixed: equal input, equal bytes. */
function headerOf(size: number): Uint8Array {
  const header = Buffer.alloc(128);
  header.writeUInt32BE(size);
  header.writeUInt32BE(0x02400000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  [2025, 1, 1].forEach((part, index) =>
    header.writeUInt16BE(part, 24 + index * 2),
  );
  header.write("acsp", 36, "latin1");
  header.writeUInt32BE(1, 64);
  xyzTag(D50)
    .subarray(8)
    .forEach((byte, index) => header.writeUInt8(byte, 68 + index));
  return header;
}
