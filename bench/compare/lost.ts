// What the first result has and the second lacks: cases that are gone or fail now, figures without a value, answers that went bad.

import type { BenchResult, CaseResult } from "../run/result.ts";
import { EXACT_FIGURES } from "./figures.ts";
import type { Sides } from "./finding.ts";

export interface Loss {
  readonly name: string;
  readonly reason: string;
}

export function lossesOf([before, after]: Sides): Loss[] {
  const cases = new Map(after.cases.map((item) => [nameOf(item), item]));
  const gone = before.cases.flatMap((item): Loss[] => {
    const name = nameOf(item);
    const later = cases.get(name);
    if (later === undefined) return [{ name, reason: "not run" }];
    if (item.outcome === null || later.outcome !== null) return [];
    return [{ name, reason: later.failures[0]?.code ?? "failed" }];
  });
  const known = new Set(gone.map(({ name }) => name));
  const silent = EXACT_FIGURES.flatMap(({ name: figure, samples }) => {
    const later = samples(after);
    return [...samples(before).keys()]
      .filter((name) => !later.has(name) && !known.has(name))
      .map((name) => ({ name, reason: `no ${figure}` }));
  });
  return [...gone, ...silent, ...lostAnswers([before, after])];
}

export function nameOf({ file, preset }: CaseResult): string {
  return `${file} ${preset}`;
}

/** A busy service may refuse with 503; any other answer than 200 that was never given before is a loss. */
function lostAnswers([before, after]: Sides): Loss[] {
  if (before.load === undefined) return [];
  const [had, has] = [answersOf(before), answersOf(after)];
  const missing = [...had]
    .filter((answer) => answer.endsWith(" 200") && !has.has(answer))
    .map((answer) => ({ name: "load", reason: `no answer: ${answer}` }));
  const bad = [...has]
    .filter((answer) => !/ (200|503)$/.test(answer) && !had.has(answer))
    .map((answer) => ({ name: "load", reason: `new answer: ${answer}` }));
  return [...missing, ...bad];
}

/** Kinds of request with the statuses that they met. */
function answersOf({ load }: BenchResult): Set<string> {
  return new Set(
    load?.requests.map(({ kind, status }) => `${kind} ${status}`) ?? [],
  );
}
