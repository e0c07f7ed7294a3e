// What is asked of the process that forecasts and makes, and what it answers: plain data.

import type { Forecast } from "../../src/codecs/codec.ts";
import type { OptimizeIntent } from "../../src/image/intent.ts";
import type { EngineReports } from "../../src/image/engine-report.ts";
import type { Estimate } from "../../src/pool/protocol.ts";

interface About {
  readonly path: string;
  readonly intent: OptimizeIntent;
}

export type ToProber =
  | { readonly type: "set-up"; readonly searchPath: string }
  /** What each strategy is foretold to make. */
  | ({ readonly type: "foretell" } & About)
  /** What one strategy really makes. */
  | ({ readonly type: "make"; readonly strategy: string } & About)
  | ({ readonly type: "estimate" } & About)
  | ({ readonly type: "optimize" } & About)
  /** How long the pixels take to decode. */
  | { readonly type: "decode"; readonly path: string };

export interface Ready {
  readonly engines: EngineReports;
}

/** CPU of the process and of its tools. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export type Told =
  | {
      readonly strategy: string;
      readonly pixelBytes: number;
      readonly besideBytes: number;
      readonly features: Readonly<Record<string, number>>;
      readonly isWhole: boolean;
    }
  | { readonly strategy: string; readonly reason: string };

export interface Foretold extends Cost {
  /** Empty where /estimate would not take samples. */
  readonly told: readonly Told[];
  /** What the header alone foretells of the smallest. */
  readonly header: Forecast;
}

/** A candidate's size, or why there is none. */
export type Made = { readonly bytes: number } | { readonly reason: string };

export interface Estimated extends Cost {
  readonly inputBytes: number;
  readonly estimate: Estimate;
}

export interface Optimized extends Cost {
  readonly method: string;
  readonly bytes: number;
}
