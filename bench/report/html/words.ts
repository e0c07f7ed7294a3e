// Writes figures as people read them: bytes, time, percent, counts and names; decides nothing about what is shown.

import { CODECS } from "../../../src/codecs/table.ts";

const KIB = 1024;
const NONE = "–";
/** Keeps figure and unit on one line. */
const GAP = "\u00a0";

/** Three digits or so: "512 B", "48.2 KiB", "6.5 MiB". */
export function bytesText(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return NONE;
  if (bytes < KIB) return `${Math.round(bytes)}${GAP}B`;
  const [amount, unit] =
    bytes < KIB ** 2
      ? [bytes / KIB, "KiB"]
      : bytes < KIB ** 3
        ? [bytes / KIB ** 2, "MiB"]
        : [bytes / KIB ** 3, "GiB"];
  return `${amount.toFixed(amount < 99.95 ? 1 : 0)}${GAP}${unit}`;
}

/** "4.2 ms", "412 ms", "1.34 s", "12.5 s". */
export function timeText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NONE;
  if (ms < 999.5) return `${ms.toFixed(ms < 9.95 ? 1 : 0)}${GAP}ms`;
  return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)}${GAP}s`;
}

/** As on a tick: "10 KiB" for "10.0 KiB". */
export function plain(text: string): string {
  return text.replace(/\.0+(?=\D)/, "");
}

/** A number with a true minus; a dash for none. */
export function numberText(value: number | null, digits = 1): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  const text = value.toFixed(digits);
  return text.replace(/^-(?=.*[1-9])/, "−").replace("-", "");
}

export function percentText(value: number | null, digits = 1): string {
  const text = numberText(value, digits);
  return text === NONE ? text : `${text}${GAP}%`;
}

/** "1 file", "12 files". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2
    ? last
    : `${words.slice(0, -1).join(", ")} and ${last}`;
}

export function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** "21 November 2026", of an ISO date. */
export function dayText(date: string): string {
  const day = new Date(date);
  return Number.isNaN(day.getTime())
    ? date
    : day.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
}

/** At most `most` characters, the middle left out: the ends of file names tell most. */
export function shortened(name: string, most: number): string {
  const signs = Array.from(name);
  if (signs.length <= most) return name;
  const tail = Math.floor((most - 1) / 2);
  return [...signs.slice(0, most - 1 - tail), "…", ...signs.slice(-tail)].join(
    "",
  );
}

/** As people write the format; as the result does, where the table does not know it. */
export function formatName(id: string): string {
  const rows: Readonly<Record<string, { readonly name: string }>> = CODECS;
  return (Object.hasOwn(rows, id) ? rows[id]?.name : undefined) ?? id;
}
