// What the service says of itself: health, readiness, index, formats, OpenAPI.

import type { FastifyInstance } from "fastify";

import type { Strategy } from "../../codecs/codec.ts";
import { ALL_CODECS } from "../../codecs/table.ts";
import { openApi } from "../openapi/document.ts";
import type { HttpRooms } from "../rooms.ts";

/** Every endpoint with its sentence: what `/` and 404s list. */
export const ENDPOINTS: Readonly<Record<string, string>> = {
  "POST /convert": "Convert, resize, crop or watermark an image.",
  "POST /optimize": "Make an image smaller without changing what it is.",
  "POST /estimate": "Tell what /optimize would make of an image.",
  "GET /files/{key}": "A result that the local store holds.",
  "GET /": "This index.",
  "GET /health": "State of the service and its engines.",
  "GET /ready": "200 when requests are taken, else 503.",
  "GET /ping": "Liveness.",
  "GET /metrics": "Figures for Prometheus.",
  "GET /formats": "Formats, what can be done with each, and the methods.",
  "GET /openapi.json": "This API, machine-readable.",
};

export const DOCS_PATH = "/openapi.json";

export function aboutRoutes(app: FastifyInstance, rooms: HttpRooms): void {
  const { phase, health, version } = rooms;
  app.get("/", () => ({
    service: "darkroom",
    description:
      "Post an image, get it back converted, or as small as it can honestly be.",
    version,
    supported_formats: ALL_CODECS.map(({ id }) => id),
    endpoints: ENDPOINTS,
    docs: DOCS_PATH,
  }));
  app.get("/ping", () => ({ ok: true, engine: "sharp" }));
  app.get<{ Querystring: { probe?: string } }>("/health", (request) =>
    health(request.query.probe === "true"),
  );
  app.get("/ready", (_, reply) =>
    reply.code(phase() === "ready" ? 200 : 503).send({ status: phase() }),
  );
  app.get("/formats", () => ({ formats: ALL_CODECS.map(describe) }));
  const document = openApi(version);
  app.get("/openapi.json", () => document);
}

function methodsOf({ name, methods }: Strategy): readonly string[] {
  return methods ?? [name];
}

function describe(codec: (typeof ALL_CODECS)[number]): object {
  const { id, name, mediaType, extension, outputNames, abilities, strategies } =
    codec;
  return {
    id,
    name,
    media_type: mediaType,
    extension,
    convert_from: true,
    convert_to: outputNames,
    optimize: strategies.length > 0,
    methods:
      strategies.length > 0
        ? [...new Set(strategies.flatMap(methodsOf)), "none"]
        : [],
    alpha: abilities.alpha,
    animation: abilities.animation,
    pages: abilities.pages,
    lossless: abilities.lossless,
  };
}
