// Describes the API in OpenAPI 3.1, made from the same schemas and tables that the routes use.

import { ALL_CODECS, OUTPUTS } from "../../codecs/table.ts";
import { ConvertOptions } from "../convert-options.ts";
import { OptimizeOptions } from "../optimize-options.ts";
import {
  CONVERT_HEADERS,
  IMAGE_HEADERS,
  OPTIMIZE_HEADERS,
  RATE_HEADERS,
  REQUEST_ID,
  text,
} from "./headers.ts";
import {
  about,
  CONVERT_STORED,
  errorReplies,
  errorSchema,
  ESTIMATE,
  imageReply,
  OPTIMIZE_STORED,
} from "./replies.ts";
import {
  CONVERT_BODIES,
  ESTIMATE_BODIES,
  OPTIMIZE_BODIES,
  queryOf,
} from "./requests.ts";

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
          requestBody: CONVERT_BODIES,
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
          requestBody: OPTIMIZE_BODIES,
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
          requestBody: ESTIMATE_BODIES,
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
