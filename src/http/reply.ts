// Writes a delivery onto the wire: headers that say what was done, then the image.

import type { FastifyReply } from "fastify";

import type { Delivery } from "../service.ts";

/** Headers that browsers of other origins may read. */
export const EXPOSED_HEADERS = [
  "X-Request-ID",
  "X-Warnings",
  "X-Image-Width",
  "X-Image-Height",
  "X-Original-Size",
  "X-Optimized-Size",
  "X-Reduction-Percent",
  "X-Original-Format",
  "X-Optimization-Method",
  "X-Optimization-Declined",
  "Server-Timing",
  "Retry-After",
  "Content-Disposition",
] as const;

export function sendConverted(
  reply: FastifyReply,
  delivery: Delivery,
): FastifyReply {
  const { width, height } = delivery.outcome;
  reply.header("x-image-width", width);
  reply.header("x-image-height", height);
  return sendImage(reply, delivery, "converted");
}

export function sendOptimized(
  reply: FastifyReply,
  delivery: Delivery,
): FastifyReply {
  const { source, outcome, body } = delivery;
  reply.header("x-original-size", source.bytes);
  reply.header("x-optimized-size", body.bytes);
  reply.header(
    "x-reduction-percent",
    reductionPercent(source.bytes, body.bytes),
  );
  reply.header("x-original-format", source.format);
  reply.header("x-optimization-method", outcome.method);
  if (outcome.declined.length > 0) {
    const reasons = outcome.declined.map(
      ({ strategy, reason }) => `${strategy}=${reason}`,
    );
    reply.header("x-optimization-declined", reasons.join(", "));
  }
  return sendImage(reply, delivery, "optimized");
}

/** With one decimal, as the contract has it; never negative, since nothing is sent that is larger. */
export function reductionPercent(originalBytes: number, bytes: number): string {
  return (100 * (1 - bytes / originalBytes)).toFixed(1);
}

function sendImage(
  reply: FastifyReply,
  { outcome, body, mediaType, extension, queueMs }: Delivery,
  name: string,
): FastifyReply {
  if (outcome.warnings.length > 0) {
    reply.header("x-warnings", outcome.warnings.join(", "));
  }
  const spans = Object.entries({ queue: queueMs, ...outcome.spans });
  reply.header(
    "server-timing",
    spans.map(([span, ms]) => `${span};dur=${ms.toFixed(1)}`).join(", "),
  );
  reply.header("content-type", mediaType);
  reply.header("content-length", body.bytes);
  reply.header(
    "content-disposition",
    `inline; filename="${name}.${extension}"`,
  );
  return reply.send(body.stream);
}
