// Shows how far estimates were from the truth, and how often their range held it; estimates that are the result itself are counted apart.

import { mean, median, percentile } from "../../run/statistics.ts";
import type { EstimateRow } from "./estimate-row.ts";
import { figure } from "./figure.ts";
import type { Markup } from "./markup.ts";
import type { Material } from "./material.ts";
import { linearScale } from "./scale.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import { stripChart } from "./strip.ts";
import {
  counted,
  formatName,
  numberText,
  percentText,
  timeText,
} from "./words.ts";

const ID = "estimates";
const SUBJECT = "Estimates";
/** Percent; what is farther off stands at the edge. */
const MOST_SHOWN = 30;

/** What the estimates of one format, or of all, came to. */
export interface EstimateSummary {
  readonly rows: number;
  readonly predicted: number;
  /** Of the predicted alone, in percent, as the two below; null without any. */
  readonly meanError: number | null;
  readonly p95Error: number | null;
  /** Share of the predicted whose range held the truth. */
  readonly within: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export function summaryOf(rows: readonly EstimateRow[]): EstimateSummary {
  const predicted = rows.filter(({ path }) => path !== "exact");
  const errors = predicted.map(({ errorPercent }) => Math.abs(errorPercent));
  const judged = predicted.flatMap(({ isWithin }) => isWithin ?? []);
  const times = rows.flatMap(({ ms }) => ms ?? []);
  const unless = (values: readonly unknown[], made: () => number) =>
    values.length === 0 ? null : made();
  return {
    rows: rows.length,
    predicted: predicted.length,
    meanError: unless(errors, () => mean(errors)),
    p95Error: unless(errors, () => percentile(errors, 95)),
    within: unless(
      judged,
      () => (100 * judged.filter(Boolean).length) / judged.length,
    ),
    p50Ms: unless(times, () => median(times)),
    p95Ms: unless(times, () => percentile(times, 95)),
  };
}

export function estimateSection({
  estimates,
  fittedEstimates,
}: Material): Section {
  if (estimates.length === 0) {
    return absent(
      ID,
      SUBJECT,
      "No estimate was set against its result here.",
      "npm run bench -- run --mode accuracy",
    );
  }
  const all = summaryOf(estimates);
  return section({
    id: ID,
    subject: SUBJECT,
    headline: headlineOf(all),
    lede: `${counted(all.rows, "estimate")} of what /optimize would send: ${all.rows - all.predicted} were exact, since optimizing took no longer than the budget; ${all.predicted} were predicted, and the errors are of these.${fittedEstimates === 0 ? "" : ` ${counted(fittedEstimates, "prediction")} of photographs that the constants were fitted to are left out.`}${all.p50Ms === null ? "" : ` Half of all took ${timeText(all.p50Ms)} or less, 95 of 100 took ${timeText(all.p95Ms)} or less.`}`,
    content: errorFigure(estimates),
  });
}

function headlineOf({ meanError, within, rows }: EstimateSummary): string {
  if (meanError === null) return `All ${counted(rows, "estimate")} were exact`;
  const held =
    within === null
      ? ""
      : `; the range given holds the truth in ${numberText(within, 0)} of 100`;
  return `Predicted sizes miss by ${percentText(meanError)} on average${held}`;
}

function errorFigure(estimates: readonly EstimateRow[]): Markup {
  const groups = [...Map.groupBy(estimates, ({ format }) => format)]
    .map(([format, rows]) => ({ format, rows, sum: summaryOf(rows) }))
    .toSorted((a, b) => (a.sum.meanError ?? 0) - (b.sum.meanError ?? 0));
  const isSigned = estimates.every((row) => row.isSigned);
  const errors = estimates.map(({ errorPercent }) => Math.abs(errorPercent));
  const edge = Math.min(MOST_SHOWN, Math.ceil(Math.max(5, ...errors) / 5) * 5);
  const far = estimates.filter(
    ({ errorPercent }) => Math.abs(errorPercent) > edge,
  ).length;
  return figure({
    title: isSigned
      ? "Estimated against true size, predicted estimates by format"
      : "Error of estimated sizes, predicted estimates by format",
    note: `${isSigned ? "Left: too little predicted; right: too much. " : ""}Filled: from a sample. Hollow: from the header alone.${far === 0 ? "" : ` ${counted(far, "estimate")} beyond ${edge} % at the edge.`}`,
    draw: (width) =>
      stripChart(
        {
          label: `Mean absolute error by format: ${groups.map(({ format, sum }) => `${formatName(format)} ${percentText(sum.meanError)}`).join(", ")}.`,
          axis: isSigned
            ? "error in percent of the true size"
            : "error without its sign, in percent of the true size",
          noteTitle: "mean error",
          text: (tick) => numberText(tick, 0),
          marks: () => (isSigned ? [{ value: 0, words: "the truth" }] : []),
          scale: (pixels, most) =>
            linearScale([isSigned ? -edge : 0, edge], pixels, most),
          rows: groups.map(({ format, rows, sum }) => ({
            name: formatName(format),
            note: percentText(sum.meanError),
            dots: rows
              .filter(({ path }) => path !== "exact")
              .map((row) => ({
                value: row.errorPercent,
                look: row.path === "header" ? "hollow" : "medium",
                tip: `${row.file} · ${row.preset} · ${row.path} · off by ${percentText(row.errorPercent)}`,
              })),
          })),
        },
        width,
      ),
    table: {
      head: [
        "format",
        "estimates",
        "predicted",
        "mean error",
        "p95 error",
        "truth in range",
        "time p50",
        "time p95",
      ],
      rows: groups.map(({ format, sum }) => [
        formatName(format),
        `${sum.rows}`,
        `${sum.predicted}`,
        percentText(sum.meanError),
        percentText(sum.p95Error),
        percentText(sum.within, 0),
        timeText(sum.p50Ms),
        timeText(sum.p95Ms),
      ]),
    },
  });
}
