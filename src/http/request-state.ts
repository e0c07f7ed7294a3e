// What is kept of a request while it lasts. On the request itself: V8's scavenger takes what a WeakMap holds for alive, and the front grew by 1 KB a request.

import type { FastifyInstance } from "fastify";

import type { ErrorCode } from "../errors.ts";

/** Why a request was refused. */
export interface Refusal {
  readonly code: ErrorCode;
  /** What the log says of it. */
  readonly why?: object;
}

declare module "fastify" {
  interface FastifyRequest {
    refusal: Refusal | undefined;
    /** Set once it counts against its caller's limits: a form's key is judged in more places than one. */
    counting: Promise<void> | undefined;
  }
}

/** Called before the first request, so that all have one shape. */
export function keepState(app: FastifyInstance): void {
  app.decorateRequest("refusal", undefined);
  app.decorateRequest("counting", undefined);
}
