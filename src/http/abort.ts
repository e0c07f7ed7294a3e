// Ties work to the connection that asked for it, and drains what a refused client is still sending.

import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * A signal that aborts when the client leaves before its reply is complete.
 * Fastify's own request.signal aborts during a healthy POST once the body is
 * consumed, so the response's end is what counts.
 */
export function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Bytes of a refused upload that are read and dropped so that the client gets to read why. */
const DRAIN_BYTES = 256 * 1024 ** 2;
const DRAIN_MS = 20_000;

/**
 * Reads the rest of a body nobody wants: answering on a connection with unread
 * data would reset it, and the client would never see the error. Bounded, then
 * the connection is closed.
 */
export function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  const end = (): void => {
    request.destroy();
  };
  const timer = setTimeout(end, DRAIN_MS).unref();
  request.on("close", () => clearTimeout(timer));
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN_BYTES) end();
  });
  request.resume();
}
