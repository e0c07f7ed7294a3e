// Decides which files meet which presets: what the table can optimize runs, everything else is skipped with its reason.

import { ALL_CODECS } from "../../src/codecs/table.ts";
import type { CorpusFile } from "../corpus/load.ts";
import type { RunOptions } from "./options.ts";
import type { SkippedCase } from "./result.ts";

export interface BenchCase {
  readonly file: CorpusFile;
  readonly preset: RunOptions["presets"][number];
}

export interface Matrix {
  readonly cases: readonly BenchCase[];
  readonly skipped: readonly SkippedCase[];
}

/** Files not asked for by format, bucket or tag are left out without a word. */
export function matrixOf(
  files: readonly CorpusFile[],
  options: RunOptions,
): Matrix {
  const cases: BenchCase[] = [];
  const skipped: SkippedCase[] = [];
  for (const file of files) {
    if (!isAsked(file, options)) continue;
    const reason = whyNot(file.format);
    if (reason === undefined) {
      cases.push(...options.presets.map((preset) => ({ file, preset })));
    } else skipped.push({ file: file.name, format: file.format, reason });
  }
  return { cases, skipped };
}

/** Whether a file is within the buckets and tags asked for, and, for cases, the formats. */
export function isAsked(file: CorpusFile, options: RunOptions): boolean {
  return (
    isWithin(options.formats, [file.format]) && isOfAskedKind(file, options)
  );
}

export function isOfAskedKind(file: CorpusFile, options: RunOptions): boolean {
  return (
    isWithin(options.buckets, [file.bucket]) &&
    isWithin(options.tags, file.tags)
  );
}

function isWithin(asked: readonly string[], has: readonly string[]): boolean {
  return asked.length === 0 || has.some((word) => asked.includes(word));
}

function whyNot(format: string): string | undefined {
  const row = ALL_CODECS.find(({ id }) => id === format);
  if (row === undefined) return "no row in the table";
  return row.strategies.length === 0 ? "no strategies yet" : undefined;
}
