// What a job's caller is told when it failed, by itself or by what befell it: the words and codes, not when they apply.

import { ServiceError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import type { Failure } from "./protocol.ts";

export function timedOut(timeoutMs: number): ServiceError {
  const timeout = timeoutMs / 1000;
  return new ServiceError(
    "tool_timeout",
    `The image took longer than ${timeout} s and was given up.`,
    { tool: "job", timeout },
  );
}

export function left(): ServiceError {
  return new ServiceError("client_closed", "The client closed the connection.");
}

export function closing(): ServiceError {
  return new ServiceError(
    "service_overloaded",
    "The service is shutting down.",
    { retry_after: 5 },
  );
}

export function crashed(cause: Error): ServiceError {
  return new ServiceError(
    "optimization_failed",
    "The process working on the image crashed or ran out of memory.",
    { tool: "worker" },
    { cause },
  );
}

/** What a child says went wrong; the engine's own words are for the log alone. */
export function failureOf(failure: Failure): ServiceError {
  const { code, message, context, detail } = failure;
  return new ServiceError(code, message, context, { cause: new Error(detail) });
}

/** An error's code, and the tool that failed where it names one. */
export function blameOf(error: unknown): { code: ErrorCode; tool?: string } {
  if (!(error instanceof ServiceError)) return { code: "internal_error" };
  const { code, context } = error;
  const tool = context["tool"];
  return { code, ...(typeof tool === "string" && { tool }) };
}
