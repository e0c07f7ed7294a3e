// Decides what an embedded ICC profile is: sRGB in effect, something else, or unusable; converts no color.

import type { ColorProfile } from "../../image/facts.ts";
import { Cursor, latin1 } from "./cursor.ts";
import { distanceFromSrgb, readCurve } from "./icc-curve.ts";

type Space = NonNullable<ColorProfile["space"]>;
type Tags = ReadonlyMap<string, Uint8Array>;

const HEADER_BYTES = 128;
/** Real profiles hold 9 to 30 tags; lcms refuses more than 100 (MAX_TABLE_TAG). */
const MAX_TAGS = 100;
const MAX_NAME = 100;

const SPACES: Readonly<Record<string, Space>> = {
  "RGB ": "rgb",
  GRAY: "gray",
  CMYK: "cmyk",
  "Lab ": "lab",
};

/** Input, display, output and color space profiles describe pixels; links, abstract and named ones do not (ICC.1:2022, 7.2.5). */
const USABLE_CLASSES = ["scnr", "mntr", "prtr", "spac"];
/** Lookup tables outrank matrix and curves (ICC.1:2022, 8.10). */
const LOOKUPS = ["A2B0", "A2B1", "A2B2", "D2B0", "D2B1", "D2B2", "D2B3"];

/** sRGB's primaries adapted to D50 (columns of the matrix in IEC 61966-2-1 by linear Bradford, as in ICC's sRGB2014). */
const SRGB_COLORANTS: Readonly<Record<string, readonly number[]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
/** Profiles that call themselves sRGB differ by up to 0.0004; 0.002 of full light is below half of an 8-bit level near white. */
const COLORANT_TOLERANCE = 0.002;
/** One 8-bit level of signal. */
const CURVE_TOLERANCE = 1 / 255;

const BROKEN: ColorProfile = { kind: "broken" };

/** Judges an ICC profile, version 2 or 4. Never throws: what cannot be read or used is "broken". */
export function readProfile(bytes: Uint8Array): ColorProfile {
  try {
    return judge(bytes);
  } catch {
    return BROKEN;
  }
}

function judge(bytes: Uint8Array): ColorProfile {
  const header = latin1(bytes.subarray(0, HEADER_BYTES));
  if (header.slice(36, 40) !== "acsp") return BROKEN;
  if (!USABLE_CLASSES.includes(header.slice(12, 16))) return BROKEN;
  const space = SPACES[header.slice(16, 20)];
  const tags = readTags(bytes);
  if (!space || !tags || !isComplete(space, tags, header.slice(20, 24)))
    return BROKEN;
  const name = nameOf(tags.get("desc"));
  return {
    kind: space === "rgb" && isSrgb(tags) ? "srgb" : "other",
    space,
    ...(name !== "" && { name }),
  };
}

/** The tag table (7.3); undefined when the profile or a tag claims more bytes than there are. */
function readTags(bytes: Uint8Array): Tags | undefined {
  const cursor = new Cursor(bytes);
  const size = cursor.u32();
  if (size > bytes.length) return undefined;
  cursor.at = HEADER_BYTES;
  const count = cursor.u32();
  if (count > MAX_TAGS) return undefined;
  const tags = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    const signature = cursor.fourcc();
    const offset = cursor.u32();
    const length = cursor.u32();
    if (offset + length > size) return undefined;
    tags.set(signature, bytes.subarray(offset, offset + length));
  }
  return tags;
}

/** Whether the tags that turn pixels into color are there (8.3 to 8.6). */
function isComplete(space: Space, tags: Tags, pcs: string): boolean {
  if (pcs !== "XYZ " && pcs !== "Lab ") return false;
  if (LOOKUPS.some((signature) => tags.has(signature))) return true;
  const curves =
    space === "gray"
      ? ["kTRC"]
      : space === "rgb" && pcs === "XYZ "
        ? ["rTRC", "gTRC", "bTRC"]
        : [];
  const colorants = space === "rgb" ? Object.keys(SRGB_COLORANTS) : [];
  return (
    curves.length > 0 &&
    curves.every((signature) => curveOf(tags, signature) !== undefined) &&
    colorants.every((signature) => colorantOf(tags, signature) !== undefined)
  );
}

function isSrgb(tags: Tags): boolean {
  if (LOOKUPS.some((signature) => tags.has(signature))) return false;
  const matrix = Object.entries(SRGB_COLORANTS).every(([signature, wanted]) => {
    const found = colorantOf(tags, signature);
    return wanted.every(
      (value, axis) =>
        Math.abs((found?.[axis] ?? 0) - value) <= COLORANT_TOLERANCE,
    );
  });
  return (
    matrix && ["rTRC", "gTRC", "bTRC"].every((tag) => isSrgbCurve(tags, tag))
  );
}

function isSrgbCurve(tags: Tags, signature: string): boolean {
  const curve = curveOf(tags, signature);
  return curve !== undefined && distanceFromSrgb(curve) <= CURVE_TOLERANCE;
}

function curveOf(tags: Tags, signature: string) {
  const tag = tags.get(signature);
  return tag && readCurve(tag);
}

function colorantOf(tags: Tags, signature: string) {
  const tag = tags.get(signature);
  if (!tag) return undefined;
  const cursor = new Cursor(tag);
  if (cursor.fourcc() !== "XYZ ") return undefined;
  cursor.u32();
  return [cursor.i32(), cursor.i32(), cursor.i32()].map(
    (fixed) => fixed / 65_536,
  );
}

/** The description: ASCII in version 2, the English or first text of `mluc` in version 4. A broken one is no name. */
function nameOf(tag: Uint8Array | undefined): string {
  if (!tag) return "";
  try {
    const cursor = new Cursor(tag);
    const type = cursor.fourcc();
    cursor.u32();
    const text = type === "desc" ? readDesc(cursor) : readMluc(cursor);
    return text
      .replaceAll(/\p{Cc}/gu, "")
      .trim()
      .slice(0, MAX_NAME);
  } catch {
    return "";
  }
}

function readDesc(cursor: Cursor): string {
  return latin1(cursor.take(Math.min(cursor.u32(), 2 * MAX_NAME)));
}

function readMluc(cursor: Cursor): string {
  const count = Math.min(cursor.u32(), MAX_TAGS);
  cursor.u32();
  let chosen: Uint8Array | undefined;
  for (let index = 0; index < count; index++) {
    const language = latin1(cursor.take(4)).slice(0, 2);
    const length = cursor.u32();
    const offset = cursor.u32();
    const text = cursor.bytes.subarray(offset, offset + length);
    if (!chosen || language === "en") chosen = text;
    if (language === "en") break;
  }
  return new TextDecoder("utf-16be").decode(chosen?.subarray(0, 4 * MAX_NAME));
}
