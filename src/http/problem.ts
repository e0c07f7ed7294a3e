// Turns every failure into the one JSON envelope; the only place that knows which status a code has.

import { ServiceError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";

/** Statuses by code: a total map. 408, 414 and 431 are bad_request too, where the transport itself refuses. */
export const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  not_found: 404,
  method_not_allowed: 405,
  file_too_large: 413,
  image_too_large: 413,
  unsupported_format: 415,
  invalid_image: 422,
  overlay_failed: 422,
  ssrf_blocked: 422,
  url_fetch_failed: 422,
  optimization_failed: 422,
  rate_limit_exceeded: 429,
  client_closed: 499,
  tool_timeout: 500,
  internal_error: 500,
  storage_failed: 502,
  service_overloaded: 503,
} as const satisfies Record<ErrorCode, number>;

/** JSON bodies carry options and addresses, never images. */
export const MAX_JSON_BYTES = 1024 * 1024;

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly success: false;
    readonly error: ErrorCode;
    readonly message: string;
    readonly [context: string]: unknown;
  };
}

export function problemOf(error: unknown): Problem {
  const known = knownError(error);
  const { code, message, context } = known;
  const retryAfter = context["retry_after"];
  return {
    status: STATUS[code],
    headers:
      retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
    body: { success: false, error: code, message, ...context },
  };
}

/** Ours as they are; Fastify's own refusals as bad requests; anything else as unforeseen, its words kept from the caller. */
function knownError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  // Anything can be thrown, even nothing.
  const { statusCode, code } = (error ?? {}) as {
    statusCode?: number;
    code?: string;
  };
  const cause = { cause: error };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new ServiceError(
      "file_too_large",
      "The JSON body is larger than allowed.",
      { limit: MAX_JSON_BYTES },
      cause,
    );
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ServiceError(
      "bad_request",
      code === "FST_ERR_CTP_INVALID_JSON_BODY" || error instanceof SyntaxError
        ? "The body is not valid JSON."
        : "The request is malformed.",
      {},
      cause,
    );
  }
  return new ServiceError(
    "internal_error",
    "Something unforeseen went wrong.",
    {},
    cause,
  );
}
