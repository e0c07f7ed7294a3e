// Shows how far estimates were off, by format and setting, how sure they were and how long they took; names the photographs.

import { errorsOf, isFair, isPredicted, timesOf } from "../accuracy/summary.ts";
import type { DetailedRow } from "../accuracy/run-accuracy.ts";
import type { AccuracyPhotos, BenchResult } from "../run/result.ts";
import { fixed, markdownTable } from "./table.ts";

/** Undefined where the result has no estimates. */
export function accuracyText({
  accuracy = [],
  photos,
}: BenchResult): string | undefined {
  const rows = accuracy.filter((row): row is DetailedRow => "set" in row);
  if (rows.length === 0) return undefined;
  return [
    errorText(rows),
    presetText(rows.filter(isFair)),
    timeText(rows),
    worstText(rows.filter(isFair)),
    ...(photos ? [photosText(photos, rows)] : []),
  ].join("\n\n");
}

type Group = readonly [name: string, rows: readonly DetailedRow[]];

function byFormat(rows: readonly DetailedRow[]): Group[] {
  return [...Map.groupBy(rows, ({ format }) => format)];
}

function errorText(rows: readonly DetailedRow[]): string {
  const fair = rows.filter(isFair);
  const head = ["format", "rows", "files", "photos", "error %", "p95", "bias"];
  const predicted = byFormat(fair.filter(isPredicted));
  const lines = predicted.map(([format, group]) => {
    const sum = errorsOf(group);
    return [
      ...[format, `${sum.rows}`, `${sum.files}`, `${sum.photos}`],
      ...[fixed(sum.error, 2), fixed(sum.p95, 1), fixed(sum.bias, 2)],
      ...[fixed(sum.covered, 0), fixed(sum.methods, 0)],
    ];
  });
  const others = byFormat(fair).map(([format, group]) => {
    const exact = errorsOf(group.filter((row) => !isPredicted(row)));
    const all = errorsOf(group);
    return [
      ...[format, `${exact.rows}`, fixed(exact.error, 2)],
      ...[`${all.rows}`, fixed(all.error, 2), fixed(all.p95, 1)],
    ];
  });
  return [
    "Predicted sizes, of photographs that the constants were not fitted to: mean error without sign, its 95th percentile, mean with sign, percent of rows whose range holds the truth and whose method was told right.",
    markdownTable([...head, "in range %", "method %"], lines),
    "Exact ones apart, and all together:",
    markdownTable(
      ["format", "exact rows", "error %", "all rows", "error %", "p95"],
      others,
    ),
    `Left out: ${rows.length - fair.length} predicted rows of photographs that the constants were fitted to.`,
  ].join("\n\n");
}

/** Mean error of all rows and of predicted ones, by format and setting. */
function presetText(rows: readonly DetailedRow[]): string {
  const presets = [...new Set(rows.map(({ preset }) => preset))];
  const lines = byFormat(rows).map(([format, group]) => [
    format,
    ...presets.map((preset) => {
      const ofPreset = group.filter((row) => row.preset === preset);
      const predicted = errorsOf(ofPreset.filter(isPredicted));
      const all = fixed(errorsOf(ofPreset).error, 2);
      return `${all} (${fixed(predicted.error, 2)} of ${predicted.rows})`;
    }),
  ]);
  return [
    "Mean error % of all rows, in parentheses of the predicted ones and how many they are:",
    markdownTable(["format", ...presets], lines),
  ].join("\n\n");
}

function timeText(rows: readonly DetailedRow[]): string {
  const groups: Group[] = [["all", rows], ...byFormat(rows)];
  const lines = groups.map(([format, group]) => {
    const { ms, cpuMs, beyondDecoding, ofOptimizing } = timesOf(group);
    return [
      ...[format, `${group.length}`, fixed(ms.p50, 0), fixed(ms.p95, 0)],
      ...[fixed(cpuMs.p50, 0), fixed(cpuMs.p95, 0)],
      ...[fixed(beyondDecoding?.ms, 0), fixed(beyondDecoding?.cpuMs, 0)],
      `${ofOptimizing?.rows ?? 0}`,
      fixed(ofOptimizing?.p50, 2),
      fixed(ofOptimizing?.p95, 2),
      fixed(ofOptimizing?.most, 2),
      `${ofOptimizing?.tooSlow ?? 0}`,
    ];
  });
  const slowest = timesOf(rows).ofOptimizing;
  return [
    "Time of an estimate in ms, tools included; beyond decoding: of predicted rows, less what decoding the file takes alone; of optimizing: CPU over that of /optimize where that takes over 300 ms of CPU.",
    markdownTable(
      [
        ...["format", "rows", "wall p50", "p95", "CPU p50", "p95"],
        ...["beyond decoding: wall p95", "CPU p95"],
        ...["optimized > 300 ms", "of it p50", "p95", "most", "over 1/2"],
      ],
      lines,
    ),
    ...(slowest
      ? [
          `Nearest to optimizing: ${slowest.mostFile}, ${fixed(slowest.most, 2)}.`,
        ]
      : []),
  ].join("\n\n");
}

/** How many of those farthest off are named. */
const NAMED = 12;

function worstText(rows: readonly DetailedRow[]): string {
  const worst = rows
    .toSorted((a, b) => b.absoluteErrorPercent - a.absoluteErrorPercent)
    .slice(0, NAMED)
    .filter(({ absoluteErrorPercent }) => absoluteErrorPercent > 0);
  return [
    "Farthest off:",
    markdownTable(
      ["file", "setting", "path", "error %", "told", "true", "methods"],
      worst.map((row) => [
        ...[row.file, row.preset, row.path],
        fixed(100 * (row.estimatedBytes / row.actualBytes - 1)),
        ...[`${row.estimatedBytes}`, `${row.actualBytes}`],
        row.estimatedMethod === row.actualMethod
          ? row.actualMethod
          : `${row.estimatedMethod}, not ${row.actualMethod}`,
      ]),
    ),
  ].join("\n\n");
}

function photosText(
  { train, test }: AccuracyPhotos,
  rows: readonly DetailedRow[],
): string {
  const both = new Set(
    rows
      .filter(({ set, isTrained }) => set === "made" && isTrained)
      .map(({ photo }) => photo),
  );
  const breach =
    both.size === 0
      ? []
      : [`**On both sides: ${[...both].toSorted().join(", ")}.**`];
  return [
    `Constants are fitted to files made of these ${train.length} photographs: ${train.toSorted().join(", ")}.`,
    `The test's files are made of these ${test.length}: ${test.toSorted().join(", ")}.`,
    ...breach,
  ].join("\n\n");
}
