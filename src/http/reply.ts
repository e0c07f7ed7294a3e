// Writes a delivery onto the wire: headers that say what was done, then the image; or JSON, where it went to storage.

import type { FastifyReply } from "fastify";

import type { Codec } from "../codecs/codec.ts";
import { CODECS } from "../codecs/table.ts";
import type { ServiceError } from "../errors.ts";
import { CONTENT_POLICY } from "./content-policy.ts";
import type { Delivery, Session } from "../service/session.ts";
import type { Stored } from "../sinks/storage.ts";

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
  "X-Storage-Url",
  "X-Storage-Key",
  "X-Storage-Error",
  "Server-Timing",
  "Retry-After",
  "RateLimit",
  "RateLimit-Policy",
  "Content-Disposition",
] as const;

/** Phases in the order that a request goes through them. */
const PHASES = ["queue", "fetch", "decode", "transform", "encode", "upload"];

/** The image, with where it was stored, or why it was not, when it was to be. */
export function sendConverted(
  reply: FastifyReply,
  session: Session,
  delivery: Delivery,
  storing?: Stored | ServiceError,
): Promise<FastifyReply> {
  const { width, height } = delivery.outcome;
  reply.header("x-image-width", width);
  reply.header("x-image-height", height);
  if (storing instanceof Error) {
    reply.header("x-storage-error", storing.code);
  } else if (storing) {
    reply.header("x-storage-url", storing.url);
    // Headers bear ASCII alone.
    reply.header("x-storage-key", encodeURI(storing.key));
  }
  return sendImage(reply, session, delivery, "converted");
}

/** The reply to a conversion that was only to be stored. */
export function sendConvertedStored(
  reply: FastifyReply,
  session: Session,
  { outcome, bytes }: Delivery,
  { url, key, note }: Stored,
): FastifyReply {
  const { format, width, height, warnings } = outcome;
  reply.header("server-timing", timingOf(session));
  return reply.send({
    ok: true,
    success: true,
    format: CODECS[format].outputNames[0] ?? format,
    width,
    height,
    size: bytes,
    url,
    key,
    warnings,
    ...(note !== undefined && { message: note }),
  });
}

export function sendOptimized(
  reply: FastifyReply,
  session: Session,
  delivery: Delivery,
): Promise<FastifyReply> {
  const { source, outcome, bytes } = delivery;
  reply.header("x-original-size", source.bytes);
  reply.header("x-optimized-size", bytes);
  reply.header("x-reduction-percent", reductionPercent(source.bytes, bytes));
  reply.header("x-original-format", source.format);
  reply.header("x-optimization-method", outcome.method);
  if (outcome.declined.length > 0) {
    reply.header("x-optimization-declined", declinedText(delivery));
  }
  return sendImage(reply, session, delivery, "optimized");
}

/** The reply to an optimization whose result was stored. */
export function sendOptimizedStored(
  reply: FastifyReply,
  session: Session,
  delivery: Delivery,
  { provider, url, publicUrl, note }: Stored,
): FastifyReply {
  const { source, outcome, bytes } = delivery;
  reply.header("server-timing", timingOf(session));
  return reply.send({
    success: true,
    original_size: source.bytes,
    optimized_size: bytes,
    reduction_percent: Number(reductionPercent(source.bytes, bytes)),
    format: source.format,
    method: outcome.method,
    storage: { provider, url, public_url: publicUrl },
    message: note ?? null,
    warnings: outcome.warnings,
    declined: outcome.declined,
  });
}

/** With one decimal, as the contract has it; never negative, since nothing is sent that is larger. */
export function reductionPercent(originalBytes: number, bytes: number): string {
  return (100 * (1 - bytes / originalBytes)).toFixed(1);
}

function declinedText({ outcome }: Delivery): string {
  return outcome.declined
    .map(({ strategy, reason }) => `${strategy}=${reason}`)
    .join(", ");
}

/** Server-Timing: milliseconds by phase, as far as they ran. */
export function timingOf({ spans }: Session): string {
  return PHASES.filter((phase) => spans.has(phase))
    .map((phase) => `${phase};dur=${spans.get(phase)!.toFixed(1)}`)
    .join(", ");
}

async function sendImage(
  reply: FastifyReply,
  session: Session,
  { outcome, mediaType, extension, open }: Delivery,
  name: string,
): Promise<FastifyReply> {
  const body = await open();
  if (outcome.warnings.length > 0) {
    reply.header("x-warnings", outcome.warnings.join(", "));
  }
  reply.header("server-timing", timingOf(session));
  const { active }: Codec = CODECS[outcome.format];
  if (active) reply.header("content-security-policy", CONTENT_POLICY);
  reply.header("content-type", mediaType);
  reply.header("content-length", body.bytes);
  reply.header(
    "content-disposition",
    `inline; filename="${name}.${extension}"`,
  );
  return reply.send(body.stream);
}
