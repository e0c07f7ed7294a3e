// GET /metrics: the figures as Prometheus reads them, for anyone who may reach the service.

import type { FastifyInstance } from "fastify";

import { METRICS_TYPE } from "../../observe/metrics.ts";
import type { HttpRooms } from "../rooms.ts";

export function metricsRoute(
  app: FastifyInstance,
  { figures }: HttpRooms,
): void {
  app.get("/metrics", (_, reply) =>
    reply.type(METRICS_TYPE).send(figures.text()),
  );
}
