// The count without scripts, for a Redis whose access list forbids them: one transaction, stricter than the script by a hair and never laxer.

import type { RateVerdict, RateWindow } from "./rate.ts";

export type Command = readonly [
  name: string,
  key: string,
  ...rest: (string | number)[],
];

/** Runs the commands as one transaction; resolves to their answers. */
export type Transact = (commands: readonly Command[]) => Promise<unknown[]>;

/** Commands for each window; the answer that counts is the third. */
const COMMANDS = 4;
const COUNT = 2;

/**
 * Enters the request into a set for each window, and takes it out again where
 * one had no room: until then it holds a place that a neighbor may be refused
 * for. The time is this process's own, and every window is said to free when
 * it is over. Throws what `transact` throws.
 */
export async function takeByTransaction(
  transact: Transact,
  key: string,
  request: string,
  windows: readonly RateWindow[],
): Promise<RateVerdict> {
  const now = Date.now();
  const keyOf = ({ name }: RateWindow): string => `${key}:${name}`;
  const answers = await transact(
    windows.flatMap((window): Command[] => {
      const lengthMs = window.seconds * 1000;
      return [
        ["zremrangebyscore", keyOf(window), "-inf", now - lengthMs],
        ["zadd", keyOf(window), now, request],
        ["zcard", keyOf(window)],
        ["pexpire", keyOf(window), lengthMs],
      ];
    }),
  );
  const counts = windows.map((_, index) =>
    Number(answers[COMMANDS * index + COUNT]),
  );
  if (!counts.every(Number.isInteger))
    throw new Error("Redis did not count the request");
  const passed = windows.every(({ limit }, index) => counts[index]! <= limit);
  if (!passed)
    await transact(
      windows.map((window) => ["zrem", keyOf(window), request] as const),
    );
  const ours = passed ? 0 : 1;
  return {
    passed,
    states: windows.map(({ limit, seconds }, index) => ({
      remaining: Math.max(0, limit - counts[index]! + ours),
      freesInMs: seconds * 1000,
    })),
  };
}
