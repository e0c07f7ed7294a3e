// Writes a comparison as a comment on a pull request: the verdict first, then why, then what does not matter, folded.

import { counts, fixed, markdownTable } from "../report/table.ts";
import type { BenchResult } from "../run/result.ts";
import type { Comparison } from "./compare.ts";
import { NOISY_FIGURES } from "./figures.ts";
import type { Finding, Sides, Verdict } from "./finding.ts";
import { paceOf } from "./pace.ts";
import type { Thresholds } from "./thresholds.ts";

/** Rows of a list of cases; a comment holds 65,536 characters (GitHub). */
const MOST_ROWS = 25;

const HEADLINES: Readonly<Record<Verdict, string>> = {
  worse: "Worse than before",
  same: "As good as before",
  better: "Better than before",
};

export interface Context {
  readonly thresholds: Thresholds;
  /** What should have forbidden the comparison, and was overruled. */
  readonly differences: readonly string[];
}

export function comparisonReport(
  sides: Sides,
  comparison: Comparison,
  { thresholds, differences }: Context,
): string {
  const { verdict, findings, losses, added, methods } = comparison;
  const alone = findings.filter(({ scope }) => scope === "case");
  const together = findings.filter(({ scope }) => scope !== "case");
  const told = together.filter(
    (finding) => finding.scope === "all" || finding.verdict !== "same",
  );
  const folded: readonly (readonly [title: string, text: string])[] = [
    [
      "All groups",
      together.length > told.length ? findingsTable(together) : "",
    ],
    ["Better cases", listed(alone, "better")],
    [
      "Other methods",
      counts(methods.map(({ before, after }) => `${before} → ${after}`)),
    ],
    ["New cases", added.slice(0, MOST_ROWS).join(", ")],
  ];
  return [
    `## Bench: ${HEADLINES[verdict]}`,
    ...differences.map((text) => `**Compared by force.** ${text}`),
    sidesText(sides),
    findingsTable(told),
    ...titled("Lost", lossesTable(losses)),
    ...titled("Worse cases", listed(alone, "worse")),
    ...folded.flatMap(([title, text]) =>
      /^–?$/.test(text)
        ? []
        : [`<details><summary>${title}</summary>\n\n${text}\n\n</details>`],
    ),
    limitsText(sides, thresholds),
  ].join("\n\n");
}

function titled(title: string, text: string): string[] {
  return text === "–" ? [] : [`### ${title}`, text];
}

function sidesText([before, after]: Sides): string {
  const side = ({ mode, date, commit }: BenchResult): string =>
    `${mode} of ${date.slice(0, 16)}Z at ${commit ?? "no commit"}`;
  return `${side(before)} → ${side(after)}; ${after.machine.cpu}, ${after.machine.cores} cores.`;
}

function findingsTable(findings: readonly Finding[]): string {
  return markdownTable(
    ["figure", "over", "before", "after", "change", "chance", "d", ""],
    findings.map((finding) => [
      finding.figure.name,
      finding.scope === "case"
        ? finding.name
        : `${finding.name} (${finding.cases})`,
      level(finding.before),
      `${level(finding.after)} ${finding.figure.unit}`,
      changeText(finding),
      finding.chance === null ? "–" : chanceText(finding.chance),
      finding.effect === null ? "–" : signed(finding.effect),
      finding.verdict === "same" ? "" : finding.verdict,
    ]),
  );
}

function level(value: number): string {
  return value >= 100 ? fixed(value, 0) : fixed(value, 2);
}

function changeText({ figure, change }: Finding): string {
  const isPoints = "as" in figure && figure.as === "points";
  return `${signed(change)}${isPoints ? "" : " %"}`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), 2)}`;
}

function chanceText(chance: number): string {
  return chance < 0.001 ? "< 0.001" : fixed(chance, 3);
}

/** The cases with a verdict, those that changed most first. */
function listed(alone: readonly Finding[], verdict: Verdict): string {
  const found = alone
    .filter((finding) => finding.verdict === verdict)
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change));
  return `${findingsTable(found.slice(0, MOST_ROWS))}${andMore(found.length)}`;
}

function lossesTable(losses: Comparison["losses"]): string {
  const rows = losses.slice(0, MOST_ROWS);
  return `${markdownTable(
    ["what", "why"],
    rows.map(({ name, reason }) => [name, reason]),
  )}${andMore(losses.length)}`;
}

function andMore(count: number): string {
  return count > MOST_ROWS ? `\n\n… and ${count - MOST_ROWS} more.` : "";
}

function limitsText(sides: Sides, thresholds: Thresholds): string {
  const { noisyPercent, sizePercent, scorePoints, accuracyPoints } = thresholds;
  const paces = NOISY_FIGURES.map((figure) => ({
    name: figure.name,
    value: Math.exp(paceOf(figure, sides).value),
  })).filter(({ value }) => value !== 1);
  const told = paces.map(({ name, value }) => `${name} ${fixed(value, 2)}`);
  return [
    `Worse is: time, CPU, memory or latency by more than ${noisyPercent} % and, by Welch's t-test after Holm's correction, not by chance (0.01);`,
    `sizes by more than ${sizePercent} % over all cases or a group, ${2 * sizePercent} % in one; score by ${scorePoints} points, ${2 * scorePoints} in one; estimates by ${accuracyPoints} points of error.`,
    ...(told.length === 0
      ? []
      : [
          `The machine's pace, by fixed work that is none of ours, is taken out of the changes: ${told.join(", ")} times what it was.`,
        ]),
  ].join(" ");
}
