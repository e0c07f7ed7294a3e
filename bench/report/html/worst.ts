// Chooses which results are shown as pictures: of each format its worst-looking, then its second, and so on.

import type { PageCase } from "./material.ts";
import { isEqual, scoredOf } from "./scored.ts";

/** At most `most` cases, worst first, no file twice; results equal to the pixel have nothing to show. */
export function worstOf(cases: readonly PageCase[], most: number): PageCase[] {
  const ranked = scoredOf(cases)
    .filter((one) => !isEqual(one))
    .toSorted((a, b) => a.score - b.score);
  const seen = new Set<string>();
  const distinct = ranked.filter(({ item: { corpus, file } }) => {
    const name = JSON.stringify([corpus, file]);
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
  const places = new Map<string, number>();
  return distinct
    .map((one) => {
      const place = places.get(one.item.format) ?? 0;
      places.set(one.item.format, place + 1);
      return { ...one, place };
    })
    .toSorted((a, b) => a.place - b.place)
    .slice(0, most)
    .toSorted((a, b) => a.score - b.score)
    .map(({ item }) => item);
}
