// Answers requests that never became one: too slow, too long, or not HTTP; in the same envelope as all others.

import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { ServiceError } from "../errors.ts";
import { problemOf } from "./problem.ts";

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long to arrive."],
  HPE_HEADER_OVERFLOW: [431, "The URL or the headers are too long."],
};

/** For Node's `clientError`: ends the socket, and returns the status that it was told, where there was a way to tell it. */
export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Duplex,
): number | undefined {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  // A reply is under way already: nothing can be put in its middle.
  if ((socket as Socket).bytesWritten > 0) {
    socket.destroy();
    return undefined;
  }
  const [status, message] = REFUSALS[error.code ?? ""] ?? [
    400,
    "The request is not valid HTTP.",
  ];
  const { body } = problemOf(new ServiceError("bad_request", message));
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(text)}`,
      `X-Request-ID: ${randomUUID()}`,
      "X-Content-Type-Options: nosniff",
      "Access-Control-Allow-Origin: *",
      "Connection: close",
      "",
      text,
    ].join("\r\n"),
  );
  return status;
}
