// Describes the API in OpenAPI 3.1, made from the same schemas and tables that the routes use.

import type { TObject, TSchema } from "typebox";

import { ALL_CODECS, OUTPUTS } from "../codecs/table.ts";
import { ERRORS } from "../errors.ts";
import { ConvertOptions } from "./convert-options.ts";
import { RemoteOptions } from "./estimate-options.ts";
import { OptimizeOptions } from "./optimize-options.ts";
import { StorageOptions } from "./storage-options.ts";
import { STATUS } from "./problem.ts";

const REQUEST_ID = {
  description: "The request's id: the caller's own when it is sane.",
  schema: { type: "string" },
};

const CONVERT_HEADERS = {
  "X-Image-Width": integer("Width of the result in px."),
  "X-Image-Height": integer("Height of the result in px."),
  "X-Storage-Url": text("Where the result is stored, when it is sent as well."),
  "X-Storage-Key": text("Its key, percent-encoded."),
  "X-Storage-Error": text("Why it is not stored, as an error code."),
};
const OPTIMIZE_HEADERS = {
  "X-Original-Size": integer("Bytes received."),
  "X-Optimized-Size": integer("Bytes sent."),
  "X-Reduction-Percent": text("Reduction in %, one decimal."),
  "X-Original-Format": text("Format of the image received."),
  "X-Optimization-Method": text("What really ran, or none."),
  "X-Optimization-Declined": text(
    "Strategies that did not run or lost, with the reason.",
  ),
};
const RATE_HEADERS = {
  RateLimit: text(
    "Requests that each limit of the caller's leaves, and for how many seconds no more.",
  ),
  "RateLimit-Policy": text("The caller's limits, with their windows."),
};
const IMAGE_HEADERS = {
  ...RATE_HEADERS,
  "X-Warnings": text("What was given up or found odd, as tokens."),
  "Server-Timing": text("Milliseconds by phase."),
  "Content-Disposition": text("inline, with a file name."),
};

function integer(description: string): object {
  return { description, schema: { type: "integer" } };
}

function text(description: string): object {
  return { description, schema: { type: "string" } };
}

/** The whole document. */
export function openApi(version: string): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "Darkroom",
      version,
      description:
        "Converts images, and makes them as small as they can honestly be.",
      license: { name: "MIT", identifier: "MIT" },
    },
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Error: errorSchema() },
    },
    paths: {
      "/convert": {
        post: {
          summary: "Convert, resize, crop or watermark an image.",
          security: [{}, { bearer: [] }],
          parameters: queryOf(ConvertOptions),
          requestBody: bodies(
            formOf(
              {
                token: {
                  type: "string",
                  description:
                    "The key, where no header brings it; before the file.",
                },
                file: { type: "string", format: "binary" },
                overlay: {
                  type: "string",
                  format: "binary",
                  description: "A logo.",
                },
              },
              ConvertOptions.properties,
            ),
            {
              type: "object",
              description: "An image by its URL: src_url, or url.",
              properties: {
                token: { type: "string" },
                ...ConvertOptions.properties,
              },
            },
          ),
          responses: {
            "200": imageReply(
              [...new Set(OUTPUTS.values())].map(({ mediaType }) => mediaType),
              {
                ...CONVERT_HEADERS,
                ...IMAGE_HEADERS,
              },
              CONVERT_STORED,
            ),
            ...errorReplies(),
          },
        },
      },
      "/optimize": {
        post: {
          summary: "Make an image smaller without changing what it is.",
          security: [{}, { bearer: [] }],
          parameters: queryOf(OptimizeOptions),
          requestBody: bodies(
            formOf(
              {
                file: { type: "string", format: "binary" },
                options: {
                  type: "string",
                  contentMediaType: "application/json",
                  contentSchema: OptimizeOptions,
                  description:
                    'The options as JSON, flat or under "optimization".',
                },
                preset: OptimizeOptions.properties.preset,
              },
              {},
            ),
            {
              type: "object",
              required: ["url"],
              properties: {
                url: { type: "string" },
                preset: OptimizeOptions.properties.preset,
                optimization: OptimizeOptions,
                storage: StorageOptions,
              },
            },
          ),
          responses: {
            "200": imageReply(
              ALL_CODECS.filter(({ strategies }) => strategies.length > 0).map(
                ({ mediaType }) => mediaType,
              ),
              { ...OPTIMIZE_HEADERS, ...IMAGE_HEADERS },
              OPTIMIZE_STORED,
            ),
            ...errorReplies(),
          },
        },
      },
      "/estimate": {
        post: {
          summary: "Tell what /optimize would make of an image.",
          security: [{}, { bearer: [] }],
          parameters: queryOf(OptimizeOptions),
          requestBody: bodies(
            formOf(
              {
                file: { type: "string", format: "binary" },
                options: {
                  type: "string",
                  contentMediaType: "application/json",
                  contentSchema: OptimizeOptions,
                  description:
                    'The options as JSON, flat or under "optimization".',
                },
                preset: OptimizeOptions.properties.preset,
              },
              {},
            ),
            {
              type: "object",
              required: ["url"],
              properties: {
                url: { type: "string" },
                preset: OptimizeOptions.properties.preset,
                optimization: OptimizeOptions,
                ...RemoteOptions.properties,
              },
            },
          ),
          responses: {
            "200": {
              description: "What would come of it, and how sure that is.",
              headers: {
                "X-Request-ID": REQUEST_ID,
                ...RATE_HEADERS,
                "Server-Timing": text("Milliseconds by phase."),
              },
              content: { "application/json": { schema: ESTIMATE } },
            },
            ...errorReplies(),
          },
        },
      },
      "/files/{key}": {
        get: {
          summary: "A result that the local store holds.",
          parameters: [
            {
              name: "key",
              in: "path",
              required: true,
              schema: { type: "string" },
            },
            { name: "expires", in: "query", schema: { type: "integer" } },
            { name: "sig", in: "query", schema: { type: "string" } },
          ],
          responses: {
            "200": {
              description: "The file.",
              headers: { "X-Request-ID": REQUEST_ID },
            },
            "304": { description: "The caller's copy is current." },
            "404": errorReplies()["404"],
          },
        },
      },
      "/": { get: about("The service and its endpoints.") },
      "/health": { get: about("State of the service and its engines.") },
      "/ready": {
        get: about("200 when requests are taken, else 503.", ["503"]),
      },
      "/ping": { get: about("Liveness.") },
      "/formats": { get: about("Formats, abilities and methods.") },
      "/openapi.json": { get: about("This document.") },
      "/metrics": {
        get: {
          summary: "Figures for Prometheus, in text format 0.0.4.",
          responses: {
            "200": {
              description: "The figures.",
              headers: { "X-Request-ID": REQUEST_ID },
              content: { "text/plain": { schema: { type: "string" } } },
            },
          },
        },
      },
    },
  };
}

/** The reply of a conversion that was only stored. */
const CONVERT_STORED = jsonOf({
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
const ESTIMATE = jsonOf({
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
const OPTIMIZE_STORED = jsonOf({
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

function formOf(own: object, options: object): object {
  return { type: "object", properties: { ...own, ...options } };
}

function bodies(form: object, json: object): object {
  const binary = { schema: { type: "string", format: "binary" } };
  return {
    required: true,
    content: {
      "multipart/form-data": { schema: form },
      "application/json": { schema: json },
      "image/*": binary,
      "application/octet-stream": binary,
    },
  };
}

/** With a raw body the options stand in the query. */
function queryOf(options: TObject): object[] {
  const properties = options.properties as Readonly<Record<string, TSchema>>;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
}

function imageReply(
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
function errorReplies(): Record<string, object> {
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

function errorSchema(): object {
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

function about(summary: string, more: string[] = []): object {
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
