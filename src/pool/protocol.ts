// What the front and its children say to each other: plain data; what comes from a child is checked on arrival.

import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";

import type { EngineAbility } from "../image/engine-report.ts";
import { ERRORS } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import type { Facts } from "../image/facts.ts";
import { FORMAT_IDS } from "../image/format.ts";
import type { FormatId } from "../image/format.ts";
import type {
  ConvertIntent,
  EstimateIntent,
  OptimizeIntent,
} from "../image/intent.ts";

/** A file in the request's workspace and what its header said. */
export interface InputFile {
  readonly path: string;
  readonly facts: Facts;
}

interface JobCommon {
  readonly input: InputFile;
  /** Folder that is the job's alone, emptied by the front when the request ends. */
  readonly workspace: string;
  readonly engines: readonly EngineAbility[];
  /** The operator's choice of encoder by format. */
  readonly encoders: Readonly<Partial<Record<FormatId, string>>>;
  readonly maxPixels: number;
  readonly toolTimeoutMs: number;
  /** Milliseconds after which the front will have killed the job. */
  readonly deadlineMs: number;
}

export interface ConvertJob extends JobCommon {
  readonly intent: ConvertIntent;
  readonly overlay?: InputFile;
}

export interface OptimizeFileJob extends JobCommon {
  readonly intent: OptimizeIntent;
}

export interface EstimateJob extends JobCommon {
  readonly intent: EstimateIntent;
}

/** Work that ends in a file. */
export type FileJob = ConvertJob | OptimizeFileJob;

/** Work for one child; `intent.verb` says which. */
export type Job = FileJob | EstimateJob;

/** Told once, before anything else. */
export interface Setup {
  readonly threads: number;
  /** PATH for outside tools. */
  readonly searchPath: string;
}

export type ToChild =
  | { readonly type: "setup"; readonly setup: Setup }
  | { readonly type: "probe" }
  | { readonly type: "job"; readonly job: Job };

const Token = Type.String({ minLength: 1, maxLength: 120 });

const OutcomeSchema = Type.Object(
  {
    format: Type.Enum([...FORMAT_IDS] as [FormatId, ...FormatId[]]),
    /** The result, in the workspace; the input's own path when nothing smaller was made. */
    path: Type.String(),
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    /** What really ran, as X-Optimization-Method says it. */
    method: Token,
    warnings: Type.Array(Token),
    declined: Type.Array(Type.Object({ strategy: Token, reason: Token })),
    /** Milliseconds by phase: decode, transform, encode. */
    spans: Type.Record(Type.String(), Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
);

/** What a job made. */
export type Outcome = Static<typeof OutcomeSchema>;

const EstimateSchema = Type.Object(
  {
    /** Bytes that /optimize's result is expected to take, and the 80 % interval around them. */
    bytes: Type.Integer({ minimum: 1 }),
    low: Type.Integer({ minimum: 1 }),
    high: Type.Integer({ minimum: 1 }),
    /** What X-Optimization-Method is expected to say. */
    method: Token,
    /** How it was told: by doing it, from samples of the pixels, or from the header alone. */
    path: Type.Enum(["exact", "sample", "header"]),
    warnings: Type.Array(Token),
    spans: Type.Record(Type.String(), Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
);

/** What /optimize would make of a file. */
export type Estimate = Static<typeof EstimateSchema>;

const ReportsSchema = Type.Record(
  Type.String(),
  Type.Union([
    Type.Null(),
    Type.Object({
      version: Type.String(),
      abilities: Type.Array(Type.String()),
    }),
  ]),
);

const FailureSchema = Type.Object({
  code: Type.Enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: Type.String(),
  context: Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
  ),
  /** For the log alone: what the engine said. */
  detail: Type.String(),
});

export type Failure = Static<typeof FailureSchema>;

const FromChildSchema = Type.Union([
  Type.Object({ type: Type.Literal("ready") }),
  Type.Object({ type: Type.Literal("probed"), reports: ReportsSchema }),
  Type.Object({
    type: Type.Literal("outcome"),
    outcome: OutcomeSchema,
    rssBytes: Type.Integer(),
  }),
  Type.Object({
    type: Type.Literal("estimated"),
    estimate: EstimateSchema,
    rssBytes: Type.Integer(),
  }),
  Type.Object({
    type: Type.Literal("failure"),
    failure: FailureSchema,
    rssBytes: Type.Integer(),
  }),
]);

export type FromChild = Static<typeof FromChildSchema>;

const fromChild = Compile(FromChildSchema);

/** A child's message, or undefined when it is none of ours: a child that parses hostile bytes is not believed blindly. */
export function readFromChild(message: unknown): FromChild | undefined {
  return fromChild.Check(message) ? message : undefined;
}
