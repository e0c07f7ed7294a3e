// Holds one result against another and says whether it is worse; reads no file and refuses nothing.

import { EXACT_FIGURES, NOISY_FIGURES } from "./figures.ts";
import { exactFindings } from "./exact.ts";
import type { Finding, Sides, Verdict } from "./finding.ts";
import { lossesOf, nameOf } from "./lost.ts";
import type { Loss } from "./lost.ts";
import { noisyFindings } from "./noisy.ts";
import type { Thresholds } from "./thresholds.ts";

export interface Comparison {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly losses: readonly Loss[];
  /** Cases that only the second result has. */
  readonly added: readonly string[];
  /** Cases with another method than before. */
  readonly methods: readonly MethodChange[];
}

export interface MethodChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Worse when anything is lost or worse; better when something is better and nothing worse. */
export function compareResults(
  sides: Sides,
  thresholds: Thresholds,
): Comparison {
  const findings = [
    ...EXACT_FIGURES.flatMap((figure) =>
      exactFindings(figure, sides, thresholds[figure.threshold]),
    ),
    ...NOISY_FIGURES.flatMap((figure) =>
      noisyFindings(figure, sides, thresholds[figure.threshold]),
    ),
  ];
  const losses = lossesOf(sides);
  return {
    verdict: overall(findings, losses),
    findings,
    losses,
    added: addedTo(sides),
    methods: methodChanges(sides),
  };
}

function overall(
  findings: readonly Finding[],
  losses: readonly Loss[],
): Verdict {
  const verdicts = new Set(findings.map(({ verdict }) => verdict));
  if (losses.length > 0 || verdicts.has("worse")) return "worse";
  return verdicts.has("better") ? "better" : "same";
}

function addedTo([before, after]: Sides): string[] {
  const known = new Set(before.cases.map(nameOf));
  return after.cases.map(nameOf).filter((name) => !known.has(name));
}

function methodChanges([before, after]: Sides): MethodChange[] {
  const later = new Map(
    after.cases.map((item) => [nameOf(item), item.outcome?.method]),
  );
  return before.cases.flatMap((item) => {
    const name = nameOf(item);
    const [was, is] = [item.outcome?.method, later.get(name)];
    const isChanged = was !== undefined && is !== undefined && was !== is;
    return isChanged ? [{ name, before: was, after: is }] : [];
  });
}
