// Writes the least EXIF that keeps a picture's orientation and density, for a container that has no other home for them.

import type { Density, Orientation } from "../../image/facts.ts";
import { orientationExif } from "./exif.ts";

/** TIFF 6.0: tags 274, 282, 283 and 296, of type SHORT or RATIONAL. */
const TAG = { orientation: 274, x: 282, y: 283, unit: 296 } as const;
const TYPE = { short: 3, rational: 5 } as const;
const INCH = 2;
/** Header, number of entries, four entries of 12 bytes, no next directory. */
const RATIONALS_AT = 8 + 2 + 4 * 12 + 4;
/** Denominator of densities: they stay within 0.001 pixels per inch. */
const PARTS = 1000;

/** A TIFF block that says the orientation, and the density (in pixels per inch) where there is one; nothing when neither says anything. */
export function essentialExif(
  orientation: Orientation,
  density: Density | undefined,
): Uint8Array | undefined {
  if (!density) {
    return orientation === 1 ? undefined : orientationExif(orientation);
  }
  const block = Buffer.alloc(RATIONALS_AT + 16);
  block.write("II*\0", "latin1");
  block.writeUInt32LE(8, 4);
  const entries = [
    [TAG.orientation, TYPE.short, orientation],
    [TAG.x, TYPE.rational, RATIONALS_AT],
    [TAG.y, TYPE.rational, RATIONALS_AT + 8],
    [TAG.unit, TYPE.short, INCH],
  ] as const;
  block.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, value], index) => {
    const at = 10 + index * 12;
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(1, at + 4);
    block.writeUInt32LE(value, at + 8);
  });
  writeRational(block, RATIONALS_AT, density.x);
  writeRational(block, RATIONALS_AT + 8, density.y);
  return new Uint8Array(block);
}

/** Beyond 4 million pixels per inch there is no room for the parts, and no truth either. */
function writeRational(block: Buffer, at: number, value: number): void {
  const parts = Math.min(Math.round(value * PARTS), 0xffff_ffff);
  block.writeUInt32LE(parts, at);
  block.writeUInt32LE(PARTS, at + 4);
}
