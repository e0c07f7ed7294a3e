// The canonical result of a run of the lab, as it stands in the JSON file; every figure is raw, summing up is the report's.

import type { EngineReports } from "../../src/image/engine-report.ts";
import type { CurveSet, RecipeSet } from "../curves/curve.ts";
import type { PeerReport } from "../peers/peer.ts";
import type { ScoreResult } from "../score/score-result.ts";
import type { RunOptions } from "./options.ts";

/** Raised when a field changes its meaning or goes: readers refuse what they do not know. */
export const SCHEMA_VERSION = 1;

export interface BenchResult {
  readonly schema: typeof SCHEMA_VERSION;
  /** ISO 8601, when the run began. */
  readonly date: string;
  readonly mode: RunOptions["mode"];
  readonly seed: number;
  /** The commit measured, with "+" behind it when the tree had changes; null outside git. */
  readonly commit: string | null;
  readonly options: RunOptions;
  readonly machine: Machine;
  readonly engines: EngineReports;
  readonly wallSeconds: number;
  readonly cases: readonly CaseResult[];
  readonly skipped: readonly SkippedCase[];
  readonly peers: readonly PeerReport[];
  readonly curves: readonly CurveSet[];
  readonly recipes: readonly RecipeSet[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
}

export interface CaseResult {
  readonly file: string;
  readonly format: string;
  readonly bucket: string;
  readonly tags: readonly string[];
  readonly preset: string;
  readonly inputBytes: number;
  /** Every counted repeat that ended well, in the order they ran. */
  readonly runs: readonly Run[];
  /** What the last repeat made; null when none ended well. */
  readonly outcome: CaseOutcome | null;
  /** Every repeat that failed, warm-ups included. */
  readonly failures: readonly CaseFailure[];
  /** Null when the mode does not score. */
  readonly score: ScoreResult | null;
}

export interface SkippedCase {
  readonly file: string;
  readonly format: string;
  readonly reason: string;
}

export interface CaseFailure {
  readonly code: string;
  readonly message: string;
}

export interface CaseOutcome {
  readonly method: string;
  readonly format: string;
  readonly bytes: number;
  readonly warnings: readonly string[];
  readonly declined: readonly {
    readonly strategy: string;
    readonly reason: string;
  }[];
}

/** One job, measured from naming its format to its result. */
export interface Run {
  readonly wallMs: number;
  readonly cpuMs: {
    /** Of the process that runs the job, all threads. */
    readonly own: number;
    /** Of the tools it ran, in steps of 10 ms; null without /proc. */
    readonly tools: number | null;
  };
  readonly memory: {
    /** Held before the job began, with runtime and libraries. */
    readonly rssBeforeBytes: number;
    /** Most held during it; null without /proc. */
    readonly ownPeakBytes: number | null;
    /** Largest single tool, looked at every 10 ms, so that shorter-lived ones go unseen; null when none was seen. */
    readonly toolPeakBytes: number | null;
    /** Null but in memory mode. */
    readonly heapPeakBytes: number | null;
  };
  /** CPU of process and tools over wall time: 1 is one core kept busy. */
  readonly parallelism: number;
  /** Wall time of each outside tool, in the order they ended. */
  readonly tools: readonly { readonly name: string; readonly ms: number }[];
  /** Milliseconds by phase, as the outcome tells them. */
  readonly phases: Readonly<Record<string, number>>;
}

export function cpuMsOf({ cpuMs }: Run): number {
  return cpuMs.own + (cpuMs.tools ?? 0);
}
