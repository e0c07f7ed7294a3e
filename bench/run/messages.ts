// What the lab asks of its measured process, and what comes back: plain data.

import type { SharpEncoding } from "../../src/codecs/codec.ts";
import type { EngineReports } from "../../src/image/engine-report.ts";
import type { Intent } from "../../src/image/intent.ts";
import type { CaseOutcome, Run } from "./result.ts";

export interface SetUp {
  readonly type: "set-up";
  readonly searchPath: string;
}

export interface Ready {
  readonly engines: EngineReports;
}

export interface RunJob {
  readonly type: "run";
  readonly path: string;
  readonly intent: Intent;
  /** The operator's choice of encoder by format. */
  readonly encoders: Readonly<Record<string, string>>;
  /** Where the result is left for the score; null when nobody looks at it. */
  readonly keepAs: string | null;
  /** Whether V8's heap is watched, which costs a little time. */
  readonly watchHeap: boolean;
}

/** Encodes a picture through sharp alone, by settings that are on trial. */
export interface Encode {
  readonly type: "encode";
  readonly path: string;
  readonly output: string;
  readonly format: SharpEncoding["output"];
  readonly options: object;
}

export interface EncodeReport {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Does the fixed piece of work of reference.ts; answered with a `ReferenceRun`. */
export interface DoReference {
  readonly type: "reference";
}

export type ToWorker = SetUp | RunJob | Encode | DoReference;

export type JobReport =
  | { readonly run: Run; readonly outcome: CaseOutcome }
  | { readonly failure: { readonly code: string; readonly message: string } };
