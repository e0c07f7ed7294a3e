// Tells whether a HEIF file shows one picture and nothing beside it that coding it again would lose.

import { walkHeif } from "./heif-file.ts";
import { itemsToKeep } from "./heif-keep.ts";
import { isAlpha } from "./heif-parts.ts";
import { walkBytes } from "./walk.ts";

/**
 * The primary's id, when all that stays of the file is the primary, its parts,
 * and its alpha plane, not multiplied in; undefined otherwise. Throws `invalid_image` when the
 * file is no HEIF.
 */
export function primaryAlone(file: Uint8Array): number | undefined {
  const { meta } = walkBytes(file, walkHeif(file.length));
  if (!meta) return undefined;
  const { references, primary } = meta;
  if (references.some(({ type }) => type === "prem")) return undefined;
  const parts = new Set(
    references.filter(({ type }) => type === "dimg").flatMap(({ to }) => to),
  );
  const isAlphaPlane = (id: number) =>
    references.some(({ type, from }) => type === "auxl" && from === id) &&
    isAlpha(meta, id);
  const others = [...itemsToKeep(file, meta)].filter(
    (id) => id !== primary && !parts.has(id) && !isAlphaPlane(id),
  );
  return others.length === 0 ? primary : undefined;
}
