// Keeps stretches of a file and says where each byte of them has gone; knows no format.

/** Bytes [start, end) of a file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Stretches in order, those that touch or overlap joined. */
export function joined(spans: readonly Span[]): Span[] {
  const all: { start: number; end: number }[] = [];
  const ordered = spans
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start);
  for (const { start, end } of ordered) {
    const last = all.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else all.push({ start, end });
  }
  return all;
}

/** What of `spans` none of `cuts` covers. */
export function without(spans: readonly Span[], cuts: readonly Span[]): Span[] {
  const gaps = joined(cuts);
  return joined(spans).flatMap(({ start, end }) => {
    const left: Span[] = [];
    let at = start;
    for (const gap of gaps) {
      if (gap.end <= at || gap.start >= end) continue;
      if (gap.start > at) left.push({ start: at, end: gap.start });
      at = gap.end;
    }
    if (at < end) left.push({ start: at, end });
    return left;
  });
}

/** Stretches put together, the first at `base`: where the byte at an old offset lies then; undefined for one that is gone. */
export function relocation(
  spans: readonly Span[],
  base: number,
): (offset: number) => number | undefined {
  let at = base;
  const places = spans.map(({ start, end }) => {
    const place = { start, end, to: at };
    at += end - start;
    return place;
  });
  return (offset) => {
    // The last that starts at or before it, by halves: an index may hold 100,000.
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (places[middle]!.start <= offset) low = middle;
      else high = middle - 1;
    }
    const place = places[low];
    return place && offset >= place.start && offset < place.end
      ? place.to + offset - place.start
      : undefined;
  };
}
