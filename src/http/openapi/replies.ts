// The replies: images, what is said of those stored, estimates and errors.

import { ALL_CODECS } from "../../codecs/table.ts";
import { ERRORS } from "../../errors.ts";
import { STATUS } from "../problem.ts";
import { integer, RATE_HEADERS, REQUEST_ID } from "./headers.ts";

/** The reply of a conversion that was only stored. */
export const CONVERT_STORED = jsonOf({
  ok: { const: true },
  success: { const: true },
  format: { type: "string" },
  width: { type: "integer" },
  height: { type: "integer" },
  size: { type: "integer" },
  url: { type: "string" },
  key: { type: "string" },
  warnings: { type: "array", items: { type: "string" } },
});

/** The reply to an estimate. */
export const ESTIMATE = jsonOf({
  original_size: { type: "integer" },
  original_format: { enum: ALL_CODECS.map(({ id }) => id) },
  dimensions: jsonOf({
    width: { type: "integer" },
    height: { type: "integer" },
  }),
  color_type: { enum: ["RGB", "RGBA", "L", "LA", "P", "CMYK", null] },
  bit_depth: { type: "integer" },
  estimated_optimized_size: { type: "integer" },
  estimated_reduction_percent: { type: "number" },
  optimization_potential: { enum: ["high", "medium", "low"] },
  method: { enum: ["exact", "direct-encode", "generic"] },
  already_optimized: { type: "boolean" },
  confidence: { enum: ["high", "medium", "low"] },
  estimated_range: jsonOf({
    low: { type: "integer" },
    high: { type: "integer" },
  }),
  predicted_method: { type: "string" },
  path: { enum: ["exact", "sample", "header"] },
  warnings: { type: "array", items: { type: "string" } },
});

/** The reply of an optimization whose result was stored. */
export const OPTIMIZE_STORED = jsonOf({
  success: { const: true },
  original_size: { type: "integer" },
  optimized_size: { type: "integer" },
  reduction_percent: { type: "number" },
  format: { type: "string" },
  method: { type: "string" },
  storage: jsonOf({
    provider: { type: "string" },
    url: { type: "string" },
    public_url: { type: ["string", "null"] },
  }),
  message: { type: ["string", "null"] },
  warnings: { type: "array", items: { type: "string" } },
  declined: {
    type: "array",
    items: jsonOf({
      strategy: { type: "string" },
      reason: { type: "string" },
    }),
  },
});

function jsonOf(properties: object): object {
  return { type: "object", required: Object.keys(properties), properties };
}

export function imageReply(
  mediaTypes: string[],
  headers: object,
  stored: object,
): object {
  return {
    description: "The image; or JSON, when it was only to be stored.",
    headers: { "X-Request-ID": REQUEST_ID, ...headers },
    content: {
      ...Object.fromEntries(mediaTypes.map((type) => [type, {}])),
      "application/json": { schema: stored },
    },
  };
}

/** One response a status, naming the codes it carries. */
export function errorReplies(): Record<string, object> {
  const byStatus = new Map<number, string[]>();
  for (const [code, status] of Object.entries(STATUS)) {
    if (code === "client_closed") continue;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const transport = [408, 414, 431].map(
    (status) => [status, ["bad_request"]] as const,
  );
  return Object.fromEntries(
    [...byStatus, ...transport].map(([status, codes]) => [
      String(status),
      {
        description: codes.join(", "),
        headers: {
          "X-Request-ID": REQUEST_ID,
          ...(status === 429 && RATE_HEADERS),
          ...([429, 503].includes(status) && {
            "Retry-After": integer("Seconds to wait."),
          }),
        },
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/Error" },
          },
        },
      },
    ]),
  );
}

export function errorSchema(): object {
  return {
    type: "object",
    required: ["success", "error", "message"],
    properties: {
      success: { const: false },
      error: {
        enum: Object.keys(ERRORS).filter((code) => code !== "client_closed"),
      },
      message: { type: "string" },
    },
    additionalProperties: true,
  };
}

export function about(summary: string, more: string[] = []): object {
  const json = {
    description: summary,
    headers: { "X-Request-ID": REQUEST_ID },
    content: { "application/json": { schema: { type: "object" } } },
  };
  return {
    summary,
    responses: Object.fromEntries(
      ["200", ...more].map((status) => [status, json]),
    ),
  };
}
