// Orders the presets, names the look of each, and picks the cases that presets can be compared over; the looks are page.css's.

const KNOWN = ["low", "medium", "high"];

/** Those that occur, gentlest first, strangers last. */
export function presetsOf(
  cases: readonly { readonly preset: string }[],
): string[] {
  const rank = (preset: string): number => (KNOWN.indexOf(preset) + 4) % 4;
  return [...new Set(cases.map(({ preset }) => preset))].toSorted(
    (a, b) => rank(a) - rank(b),
  );
}

export function presetLook(preset: string): string {
  return KNOWN.includes(preset) ? preset : "other";
}

/** The cases of files that every preset was tried on, for of other files a preset would only win or lose by choice; all cases where there is no such file. */
export function comparable<
  Case extends { corpus: string | null; file: string; preset: string },
>(cases: readonly Case[]): readonly Case[] {
  const presets = presetsOf(cases).length;
  const files = Map.groupBy(cases, ({ corpus, file }) =>
    JSON.stringify([corpus, file]),
  );
  const shared = [...files.values()].filter(
    (group) => group.length === presets,
  );
  return shared.length === 0 ? cases : shared.flat();
}
