// Who a request says it is and what it is called: its id, and the secret it presents.

import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** What an id from outside may look like; anything else could forge log lines or headers. */
const SANE_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's X-Request-ID when it is sane, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && SANE_ID.test(given)
    ? given
    : randomUUID();
}

/** The secret of an `Authorization: Bearer` header; undefined without one. A header of another scheme presents an empty secret: wrong, not missing. */
export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
}
