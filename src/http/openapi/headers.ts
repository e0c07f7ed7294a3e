// The reply headers, as OpenAPI describes them.

export const REQUEST_ID = {
  description: "The request's id: the caller's own when it is sane.",
  schema: { type: "string" },
};

export const CONVERT_HEADERS = {
  "X-Image-Width": integer("Width of the result in px."),
  "X-Image-Height": integer("Height of the result in px."),
  "X-Storage-Url": text("Where the result is stored, when it is sent as well."),
  "X-Storage-Key": text("Its key, percent-encoded."),
  "X-Storage-Error": text("Why it is not stored, as an error code."),
};
export const OPTIMIZE_HEADERS = {
  "X-Original-Size": integer("Bytes received."),
  "X-Optimized-Size": integer("Bytes sent."),
  "X-Reduction-Percent": text("Reduction in %, one decimal."),
  "X-Original-Format": text("Format of the image received."),
  "X-Optimization-Method": text("What really ran, or none."),
  "X-Optimization-Declined": text(
    "Strategies that did not run or lost, with the reason.",
  ),
};
export const RATE_HEADERS = {
  RateLimit: text(
    "Requests that each limit of the caller's leaves, and for how many seconds no more.",
  ),
  "RateLimit-Policy": text("The caller's limits, with their windows."),
};
export const IMAGE_HEADERS = {
  ...RATE_HEADERS,
  "X-Warnings": text("What was given up or found odd, as tokens."),
  "Server-Timing": text("Milliseconds by phase."),
  "Content-Disposition": text("inline, with a file name."),
};

export function integer(description: string): object {
  return { description, schema: { type: "integer" } };
}

export function text(description: string): object {
  return { description, schema: { type: "string" } };
}
