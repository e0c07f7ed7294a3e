// What a load consists of: the kinds of request, the words for their weights, and which request comes when.

import { shuffled } from "../run/schedule.ts";
import { UsageError } from "../usage-error.ts";

export const KINDS = {
  /** To WebP as a page shows it: the long edge at most 1600 px. */
  convert: "/convert?format=webp&size=1600",
  optimize: "/optimize?preset=medium",
  estimate: "/estimate?preset=medium",
} as const;

export type Kind = keyof typeof KINDS;

/** Requests of each kind for one round of the mix; kinds that do not occur are not in it. */
export type Mix = Readonly<Partial<Record<Kind, number>>>;

/** Kinds alike: what a service's traffic is, nobody knows. */
export const DEFAULT_MIX: Mix = { convert: 1, optimize: 1, estimate: 1 };

const MOST = 100;

/** Reads `convert=3,optimize=1`. Throws UsageError. */
export function readMix(text: string): Mix {
  const entries = text.split(",").map((part): [Kind, number] => {
    const [kind, count, ...more] = part.split("=");
    const weight = Number(count ?? "");
    const isRight =
      more.length === 0 &&
      Number.isInteger(weight) &&
      weight >= 1 &&
      weight <= MOST;
    if (isKind(kind) && isRight) return [kind, weight];
    throw new UsageError(
      `--mix takes ${Object.keys(KINDS).join(", ")} with whole numbers from 1 to ${MOST}, as convert=3,optimize=1; not "${part}".`,
    );
  });
  return Object.fromEntries(entries);
}

function isKind(word: string | undefined): word is Kind {
  return word !== undefined && Object.hasOwn(KINDS, word);
}

/**
 * Requests without end: every file once for each unit of weight, in an order
 * that the seed alone decides, then all again in another.
 */
export function* requestsOf<File>(
  mix: Mix,
  files: readonly File[],
  seed: number,
): Generator<{ kind: Kind; file: File }, never> {
  const round = Object.entries(mix).flatMap(([kind, weight]) =>
    Array.from({ length: weight }, () =>
      files.map((file) => ({ kind: kind as Kind, file })),
    ).flat(),
  );
  if (round.length === 0) throw new RangeError("nothing to ask for");
  for (let turn = seed; ; turn++) yield* shuffled(round, turn);
}
