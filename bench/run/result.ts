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
  /** What a fixed piece of work that is none of ours cost, spread over the cases: the machine's pace. */
  readonly reference?: readonly ReferenceRun[];
  /** Load and pr modes alone. */
  readonly load?: LoadResult;
  /** How far estimates were from the truth, where the mode asks for them. */
  readonly accuracy?: readonly (AccuracyRow & Partial<AccuracyDetail>)[];
  /** Accuracy mode alone. */
  readonly photos?: AccuracyPhotos;
}

export interface ReferenceRun {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The size that was estimated for a case against the size that came out. */
export interface AccuracyRow {
  readonly file: string;
  readonly format: string;
  /** `low`, `medium`, `high`, or `default` for no preset. */
  readonly preset: string;
  /** How the estimate was made: `exact`, `sample` or `header`. */
  readonly path: string;
  /** Percent of the true size, never negative. */
  readonly absoluteErrorPercent: number;
}

/** What accuracy mode says of each beyond that. */
export interface AccuracyDetail {
  /** Where the file is from: the folder, the lab's own, or made of the folder's photographs. */
  readonly set: "corpus" | "core" | "made";
  /** The photograph that it shows, by its name in the folder; the file itself where it is of no other. */
  readonly photo: string;
  /** Whether the forecast's constants were fitted to that photograph. */
  readonly isTrained: boolean;
  readonly inputBytes: number;
  readonly estimatedBytes: number;
  /** The range that was given. */
  readonly low: number;
  readonly high: number;
  readonly actualBytes: number;
  readonly estimatedMethod: string;
  readonly actualMethod: string;
  /** Of the estimate: wall, and CPU with its tools. */
  readonly ms: number;
  readonly cpuMs: number;
  /** Of decoding the whole file, alone; null where the estimate is exact. */
  readonly decode: { readonly ms: number; readonly cpuMs: number } | null;
  /** Of optimizing, when it was last done: it is remembered from run to run. */
  readonly optimize: { readonly ms: number; readonly cpuMs: number };
}

/** Of the photographs that accuracy files are made from, by their names in the folder. */
export interface AccuracyPhotos {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** What clients saw of the real server, and what it took, while so many of them asked at once. */
export interface LoadResult {
  /** Clients, each with one request under way. */
  readonly concurrency: number;
  /** How long new requests were sent. */
  readonly seconds: number;
  /** Weight of each kind of request. Kinds without a route are not in it. */
  readonly mix: Readonly<Record<string, number>>;
  /** From the first request to the last answer. */
  readonly wallSeconds: number;
  /** In the order they ended. */
  readonly requests: readonly LoadRequest[];
  /** Milliseconds that `GET /health` took: before the load, and during it. */
  readonly health: {
    readonly idleMs: readonly number[];
    readonly loadedMs: readonly number[];
  };
  /** Resident bytes over time; empty without /proc. */
  readonly memory: readonly LoadMemory[];
  /** CPU milliseconds of the service and all below it during the load; null without /proc. */
  readonly cpuMs: number | null;
  /** The machine's pace under this load. */
  readonly reference: readonly ReferenceRun[];
}

export interface LoadRequest {
  /** `convert`, `optimize` or `estimate`. */
  readonly kind: string;
  readonly file: string;
  /** When it was sent, counted from the first. */
  readonly atMs: number;
  /** From sending to the last byte of the answer. */
  readonly ms: number;
  /** 0 when the connection failed. */
  readonly status: number;
  /** Waiting for a slot, by Server-Timing; null when the answer does not say. */
  readonly queueMs: number | null;
  /** Why it was not answered with 200, in the service's words; null when it was. */
  readonly reason: string | null;
}

export interface LoadMemory {
  readonly atMs: number;
  /** Of the front process alone. */
  readonly frontBytes: number;
  /** Of all processes, shared pages counted in each. */
  readonly treeBytes: number;
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
