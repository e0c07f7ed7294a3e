// Which cases are judged together: all of them, and each group that is large enough to speak for itself.

import type { Pair } from "./finding.ts";

/** Below this a group says no more than its cases do on their own. */
const LEAST = 4;

export interface Group {
  readonly scope: "all" | "group";
  readonly name: string;
  readonly pairs: readonly Pair[];
}

/** Nothing for no pairs. */
export function groupsOf(pairs: readonly Pair[]): Group[] {
  if (pairs.length === 0) return [];
  const groups = [...Map.groupBy(pairs, ({ group }) => group)]
    .filter(([, { length }]) => length >= LEAST && length < pairs.length)
    .map(
      ([name, members]) => ({ scope: "group", name, pairs: members }) as const,
    );
  return [{ scope: "all", name: "all", pairs }, ...groups];
}
