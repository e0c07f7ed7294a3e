// The closed set of failures a caller can see, each with the party to blame; says nothing of HTTP.

/** Who can do something about a failure. */
export type Blame = "caller" | "image" | "upstream" | "capacity" | "service";

/** Every failure the service can report, by code. Status and exit codes are total maps over its keys. */
export const ERRORS = {
  bad_request: "caller",
  unauthorized: "caller",
  not_found: "caller",
  method_not_allowed: "caller",
  file_too_large: "caller",
  image_too_large: "image",
  unsupported_format: "image",
  invalid_image: "image",
  overlay_failed: "image",
  ssrf_blocked: "caller",
  url_fetch_failed: "upstream",
  optimization_failed: "image",
  rate_limit_exceeded: "caller",
  client_closed: "caller",
  tool_timeout: "service",
  internal_error: "service",
  storage_failed: "upstream",
  service_overloaded: "capacity",
} as const satisfies Record<string, Blame>;

export type ErrorCode = keyof typeof ERRORS;

/** JSON values that travel beside `error` and `message` in a reply. */
export type ErrorContext = Readonly<
  Record<string, string | number | boolean | null>
>;

/**
 * A failure that the service foresaw. `message` is written for the caller: it
 * never holds a path, a stack, an address or a tool's own words.
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ErrorCode;
  readonly context: ErrorContext;

  constructor(
    code: ErrorCode,
    message: string,
    context: ErrorContext = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.context = context;
  }
}
