// Writes tables and numbers for people to read; knows nothing of what they mean.

/** A markdown table, or a dash where there are no rows. Columns after the first are numbers, and stand to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return "–";
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [head, rule, ...rows]
    .map((cells) => `| ${cells.map(escaped).join(" | ")} |`)
    .join("\n");
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** A number to `digits` behind the point; a dash for none. */
export function fixed(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? "–"
    : value.toFixed(digits);
}

export function megabytes(bytes: number | null | undefined): string {
  return fixed(
    bytes === null || bytes === undefined ? bytes : bytes / 1024 ** 2,
    0,
  );
}

/** Each word with how often it occurs, most often first. */
export function counts(words: readonly string[]): string {
  const groups = Map.groupBy(words, (word) => word);
  const ranked = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  const shown = ranked.map(([word, { length }]) => `${word} ${length}`);
  return shown.length === 0 ? "–" : shown.join(", ");
}
