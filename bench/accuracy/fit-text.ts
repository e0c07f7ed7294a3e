// Says in words and tables what a fit came to.

import { summarize } from "../run/statistics.ts";
import { fixed, markdownTable } from "../report/table.ts";
import type { StrategyFit } from "./fit.ts";
import type { Observed } from "./observe.ts";

/** Mismatches that are named; the rest is counted. */
const NAMED = 12;

export function fitText(
  format: string,
  fits: readonly StrategyFit[],
  { mismatches, cpuMs }: Observed,
): string {
  return [
    `## ${format}`,
    markdownTable(
      [
        "strategy",
        "files",
        "photos",
        "rows",
        "told: bias %",
        "error %",
        "fitted: error %",
        "p95",
        "80 % interval, narrowest",
        "widest",
        "worst %",
      ],
      fits.map(rowOf),
    ),
    ...fits.map(({ strategy, model: { intercept, weights } }) => {
      const terms = Object.entries(weights)
        .map(([name, weight]) => `${fixed(weight, 4)} ${name}`)
        .join(", ");
      return `${strategy}: ln(true / told) = ${fixed(intercept, 4)}; ${terms || "no features"}.`;
    }),
    ...fits.map(({ strategy, worst }) => `${strategy}: worst ${worst.what}.`),
    cpuText(cpuMs),
    ...mismatches
      .slice(0, NAMED)
      .map(
        (one) =>
          `- ${one.file} at ${one.setting}, ${one.strategy}: ${one.reason}`,
      ),
    ...(mismatches.length > NAMED
      ? [`- and ${mismatches.length - NAMED} more.`]
      : []),
  ].join("\n\n");
}

function rowOf({ strategy, model, rows, told, fitted, worst }: StrategyFit) {
  const { spread, low, high } = model.range;
  const percent = (ln: number): string => fixed(100 * (Math.exp(ln) - 1));
  const within = (width: number): string =>
    `${percent(low * width)} to ${percent(high * width)}`;
  return [
    strategy,
    `${model.files}`,
    `${model.photos}`,
    `${rows}`,
    fixed(told.bias),
    fixed(told.error),
    fixed(fitted.error),
    fixed(fitted.p95),
    within(spread.least),
    within(spread.most),
    fixed(worst.error),
  ];
}

function cpuText(cpuMs: readonly number[]): string {
  if (cpuMs.length === 0) return "No forecast was asked for.";
  const { p50, p95 } = summarize(cpuMs);
  return `${cpuMs.length} forecasts, decoding included: CPU p50 ${fixed(p50, 0)} ms, p95 ${fixed(p95, 0)} ms.`;
}
