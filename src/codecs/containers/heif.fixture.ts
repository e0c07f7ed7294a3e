// Builds tiny HEIF files for tests, box by box: an index without a picture that any decoder would take.

import { itemEntry, boxBytes, fullBoxBytes, numbers } from "./isobmff-write.ts";

/** What a test's file should hold; the primary item is 1. */
export interface HeifParts {
  readonly brands?: string;
  readonly type?: string;
  readonly properties?: readonly Uint8Array[];
  /** Further items: type and properties; ids from 2. */
  readonly items?: readonly (readonly [string, readonly Uint8Array[]])[];
  /** More boxes for the index. */
  readonly boxes?: readonly Uint8Array[];
  /** References as type, from, to. */
  readonly references?: readonly (readonly [string, number, number])[];
}

export function ispe(width: number, height: number): Uint8Array {
  return fullBoxBytes("ispe", 0, numbers(4, width, height));
}

export function irot(turns: number): Uint8Array {
  return boxBytes("irot", Uint8Array.of(turns));
}

export function imir(axis: number): Uint8Array {
  return boxBytes("imir", Uint8Array.of(axis));
}

/** A clean aperture of whole pixels, centered. */
export function clap(width: number, height: number): Uint8Array {
  return boxBytes("clap", numbers(4, width, 1, height, 1, 0, 1, 0, 1));
}

export function nclx(primaries: number, transfer: number): Uint8Array {
  const values = numbers(2, primaries, transfer, 6);
  return boxBytes("colr", Buffer.from("nclx"), values, Uint8Array.of(0x80));
}

/** An av1C whose third byte says depth and subsampling. */
export function av1C(bits: number): Uint8Array {
  return boxBytes("av1C", Uint8Array.of(0x81, 0, bits, 0));
}

export function auxC(urn: string): Uint8Array {
  return fullBoxBytes("auxC", 0, Buffer.from(`${urn}\0`));
}

/** An ftyp and a meta box. */
export function heif(parts: HeifParts = {}): Uint8Array {
  const primary = [parts.type ?? "av01", parts.properties ?? [ispe(64, 48)]];
  const items = [primary, ...(parts.items ?? [])] as readonly (readonly [
    string,
    readonly Uint8Array[],
  ])[];
  const boxes = items.flatMap(([, properties]) => properties);
  let index = 0;
  const links = items.map(([, properties], item) =>
    Buffer.concat([
      numbers(2, item + 1),
      Uint8Array.of(properties.length),
      Uint8Array.from(properties, () => ++index),
    ]),
  );
  const entries = items.map(([type], item) => itemEntry(item + 1, type));
  const meta = fullBoxBytes(
    "meta",
    0,
    ...(parts.boxes ?? []),
    fullBoxBytes("pitm", 0, numbers(2, 1)),
    fullBoxBytes("iinf", 0, numbers(2, entries.length), ...entries),
    boxBytes(
      "iprp",
      boxBytes("ipco", ...boxes),
      fullBoxBytes("ipma", 0, numbers(4, links.length), ...links),
    ),
    fullBoxBytes(
      "iref",
      0,
      ...(parts.references ?? []).map(([type, from, to]) =>
        boxBytes(type, numbers(2, from, 1, to)),
      ),
    ),
  );
  const brands = parts.brands ?? "avif\0\0\0\0mif1avif";
  return Buffer.concat([boxBytes("ftyp", Buffer.from(brands)), meta]);
}
