// Tells the log and the figures what became of a request, once, when its connection is done with it.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { ErrorCode } from "../errors.ts";
import { STATUS } from "./problem.ts";
import type { HttpRooms } from "./rooms.ts";

/** Watches a request that has just come: "close", not onResponse, which Fastify does not run when the client left first. */
export function watchEnd(
  rooms: HttpRooms,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const start = performance.now();
  reply.raw.once("close", () =>
    tellEnd(rooms, request, reply, performance.now() - start),
  );
}

function tellEnd(
  { log, figures }: HttpRooms,
  request: FastifyRequest,
  reply: FastifyReply,
  ms: number,
): void {
  const { id, method, routeOptions } = request;
  const left = !reply.raw.writableFinished;
  const route = routeOptions.url ?? "unknown";
  const status = left ? STATUS.client_closed : reply.statusCode;
  const { code, why } = request.refusal ?? {};
  log.info(
    {
      id,
      method,
      path: route,
      status,
      code,
      ...why,
      ms: Math.round(ms),
      did: reply.getHeader("x-optimization-method"),
      warnings: reply.getHeader("x-warnings"),
      timing: reply.getHeader("server-timing"),
    },
    left ? "client closed" : "answered",
  );
  figures.requestEnded({ route, status, code: codeOf(code, status), ms });
}

function codeOf(code: ErrorCode | undefined, status: number): string {
  if (status === STATUS.client_closed) return "client_closed";
  return code ?? (status < 400 ? "ok" : "other");
}
