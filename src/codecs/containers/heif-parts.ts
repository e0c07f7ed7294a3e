// Finds the pictures that a HEIF picture is made of, and adds up the pixels that decoding them takes; reads no coded data.

import { ServiceError } from "../../errors.ts";
import type { Meta } from "./heif-meta.ts";
import { readIspe } from "./heif-picture.ts";
import { openFull } from "./isobmff.ts";

/** Auxiliary pictures that are alpha planes (23000-22, 7.3.5; 23008-12, annex F). */
export const ALPHA_URNS = [
  "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
  "urn:mpeg:hevc:2015:auxid:1",
];

export interface Parts {
  /** Items with coded data: the primary itself, or its tiles in their order. */
  readonly coded: readonly number[];
  /** The same of its alpha planes. */
  readonly planes: readonly number[];
  /** Pixels of the largest picture among them all. */
  readonly largest: number;
  /** Pixels of all pictures that are decoded or put together, each as often as it is used. */
  readonly pixels: number;
}

/** An alpha plane of a grid of a derived picture: three deep. */
const MAX_DEPTH = 4;

/**
 * What the primary is made of. Throws `invalid_image` when that is itself, or
 * deeper than any real picture. Alpha planes count: they may be larger than
 * what they belong to, and are decoded whole.
 */
export function partsOf(meta: Meta): Parts {
  const tiles = linksOf(meta, "dimg", ({ from, to }) => [[from, to]]);
  const alphas = linksOf(meta, "auxl", ({ from, to }) =>
    isAlpha(meta, from) ? to.map((item) => [item, [from]] as const) : [],
  );
  const coded = new Set<number>();
  const planes = new Set<number>();
  const totals = new Map<number, number>();
  let largest = 0;

  function add(item: number, depth: number, found: Set<number>): number {
    const known = totals.get(item);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw tangled();
    const size = readIspe(meta.properties(item));
    const own = size ? size.width * size.height : 0;
    largest = Math.max(largest, own);
    const below = tiles.get(item);
    if (!below) found.add(item);
    let total = own;
    for (const part of below ?? []) total += add(part, depth + 1, found);
    for (const plane of alphas.get(item) ?? [])
      total += add(plane, depth + 1, planes);
    totals.set(item, total);
    return total;
  }

  const pixels = add(meta.primary, 0, coded);
  return { coded: [...coded], planes: [...planes], largest, pixels };
}

type Link = readonly [item: number, others: readonly number[]];

/** The links that references of a type make, joined by item. */
function linksOf(
  { references }: Meta,
  wanted: string,
  read: (reference: Meta["references"][number]) => readonly Link[],
): ReadonlyMap<number, readonly number[]> {
  const links = new Map<number, number[]>();
  for (const reference of references) {
    if (reference.type !== wanted) continue;
    for (const [item, others] of read(reference)) {
      const found = links.get(item) ?? [];
      found.push(...others);
      links.set(item, found);
    }
  }
  return links;
}

export function isAlpha(meta: Meta, item: number): boolean {
  return meta
    .properties(item)
    .some(
      ({ type, content }) =>
        type === "auxC" && ALPHA_URNS.includes(openFull(content).cursor.text()),
    );
}

function tangled(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The image is made of itself, or of pictures within pictures beyond any real one.",
  );
}
