// What the pool tells whoever listens.

import type { ErrorCode } from "../errors.ts";
import type { Job, Outcome } from "./protocol.ts";

/**
 * Why a child is no more: it ended on its own (`crashed`, `not-started`), was
 * found stopped, or was killed because its client left, its time was over, it
 * held too much memory, or its failure may have left a tool running.
 */
export type ChildEnd =
  | "crashed"
  | "not-started"
  | "stopped"
  | "abandoned"
  | "deadline"
  | "bloated"
  | "suspect";

/** A job that has ended, well (`ok`) or not. */
export interface JobEnd {
  readonly job: Job;
  readonly ms: number;
  readonly code: ErrorCode | "ok";
  /** The tool that failed it, where one did. */
  readonly tool?: string;
  readonly declined: Outcome["declined"];
}

/** Who listens to what the pool does. */
export interface PoolEvents {
  readonly warn: (details: object, message: string) => void;
  readonly childEnded?: (reason: ChildEnd) => void;
  readonly jobEnded?: (end: JobEnd) => void;
}
