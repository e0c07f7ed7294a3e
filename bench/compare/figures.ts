// The figures that two results are compared by: where each stands in a result, what kind of number it is, and which threshold it answers to.

import { cpuMsOf } from "../run/result.ts";
import type { BenchResult, CaseResult, Run } from "../run/result.ts";
import { mean } from "../run/statistics.ts";
import type { Thresholds } from "./thresholds.ts";

/** What one case, or one kind of request for one file, shows of a figure. */
export interface Sample {
  /** Cases of a group are also judged together. */
  readonly group: string;
  /** One for each repeat; above 0 where they are compared as ratios. */
  readonly values: readonly number[];
}

/** By the case's name; cases without the figure are not in it. */
export type Samples = ReadonlyMap<string, Sample>;

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly threshold: keyof Thresholds;
  readonly samples: (result: BenchResult) => Samples;
}

/** A figure that differs from run to run, so that a difference may be chance. */
export interface NoisyFigure extends Figure {
  /** What fixed work cost at the same time, in the figure's own unit; null when the machine's pace does not touch it. */
  readonly pace: ((result: BenchResult) => readonly number[]) | null;
}

/** A figure that the same code makes again, to the last digit but for memory: the threshold alone judges it. */
export interface ExactFigure extends Figure {
  readonly as: "ratio" | "points";
  /** 1 when more is worse, −1 when less is. */
  readonly worse: 1 | -1;
  /** Whether a case is also judged alone, by twice the threshold. */
  readonly isJudgedAlone: boolean;
}

const ofRuns = (value: (run: Run) => number) => (result: BenchResult) =>
  samplesOf(result.cases, (item) => item.runs.map(value));

/** Of the process and its largest tool. In a process that has done other cases before, their garbage is most of it: 7 % between two runs of the same code. */
const peaks = ofRuns(({ memory }) => {
  const own = memory.ownPeakBytes ?? memory.rssBeforeBytes;
  return (own + (memory.toolPeakBytes ?? 0)) / 1024 ** 2;
});

export const NOISY_FIGURES: readonly NoisyFigure[] = [
  {
    name: "time",
    unit: "ms",
    threshold: "noisyPercent",
    pace: ({ reference = [] }) => reference.map(({ wallMs }) => wallMs),
    samples: ofRuns(({ wallMs }) => wallMs),
  },
  {
    name: "CPU",
    unit: "ms",
    threshold: "noisyPercent",
    pace: ({ reference = [] }) => reference.map(({ cpuMs }) => cpuMs),
    samples: ofRuns(cpuMsOf),
  },
  {
    name: "memory",
    unit: "MiB",
    threshold: "noisyPercent",
    pace: null,
    samples: (result) => (result.mode === "memory" ? peaks(result) : new Map()),
  },
  {
    name: "latency under load",
    unit: "ms",
    threshold: "noisyPercent",
    // Not its wall time: beside a load that tells how the service's children rank with others.
    pace: ({ load }) => load?.reference.map(({ cpuMs }) => cpuMs) ?? [],
    samples: (result) => latencies(result),
  },
];

export const EXACT_FIGURES: readonly ExactFigure[] = [
  {
    name: "size",
    unit: "bytes",
    threshold: "sizePercent",
    as: "ratio",
    worse: 1,
    isJudgedAlone: true,
    samples: ({ cases }) =>
      samplesOf(cases, ({ outcome }) => (outcome ? [outcome.bytes] : [])),
  },
  {
    name: "score",
    unit: "points",
    threshold: "scorePoints",
    as: "points",
    worse: -1,
    isJudgedAlone: true,
    samples: ({ cases }) =>
      samplesOf(cases, ({ score }) =>
        score && "mean" in score ? [score.mean] : [],
      ),
  },
  {
    name: "estimate error",
    unit: "% of the size",
    threshold: "accuracyPoints",
    as: "points",
    worse: 1,
    isJudgedAlone: false,
    samples: ({ accuracy = [] }) =>
      samplesOf(accuracy, (row) => [row.absoluteErrorPercent]),
  },
  {
    name: "memory under load",
    unit: "MiB",
    threshold: "noisyPercent",
    as: "ratio",
    worse: 1,
    isJudgedAlone: false,
    samples: (result) => memoryUnderLoad(result),
  },
];

function samplesOf<T extends Pick<CaseResult, "file" | "format" | "preset">>(
  rows: readonly T[],
  valuesOf: (row: T) => readonly number[],
): Samples {
  const samples = rows.flatMap((row): [string, Sample][] => {
    const values = valuesOf(row);
    return values.length === 0
      ? []
      : [[`${row.file} ${row.preset}`, { group: row.format, values }]];
  });
  return new Map(samples);
}

/** Mean of the second half, when every child has met its large pictures. */
function memoryUnderLoad({ load }: BenchResult): Samples {
  const looks = load?.memory ?? [];
  const late = looks.slice(Math.floor(looks.length / 2));
  if (late.length === 0) return new Map();
  const bytes = mean(late.map(({ treeBytes }) => treeBytes));
  return new Map([["load", { group: "load", values: [bytes / 1024 ** 2] }]]);
}

/** Of the requests that were answered, by kind and file. */
function latencies({ load }: BenchResult): Samples {
  const answered = load?.requests.filter(({ status }) => status === 200) ?? [];
  const groups = Map.groupBy(answered, ({ kind, file }) => `${kind} ${file}`);
  return new Map(
    [...groups].map(([name, group]) => [
      name,
      { group: group[0]!.kind, values: group.map(({ ms }) => ms) },
    ]),
  );
}
