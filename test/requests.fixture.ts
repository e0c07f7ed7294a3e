// Sends requests as clients would, forms and raw bodies by fetch, broken ones over a bare socket; and judges error replies.

import assert from "node:assert/strict";
import { connect } from "node:net";
import type { Socket } from "node:net";

import { STATUS } from "../src/http/problem.ts";
import type { ErrorCode } from "../src/errors.ts";

export const UUID =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export type Part = readonly [name: string, value: string | Uint8Array];

export function formOf(parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new Blob([value]), `${name}.bin`);
  }
  return form;
}

export function postForm(
  url: string,
  parts: readonly Part[],
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: formOf(parts),
    headers,
    ...(signal && { signal }),
  });
}

export function postRaw(
  url: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "application/octet-stream", ...headers },
  });
}

export function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
}

export async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

/** The image of a reply that must be one. */
export async function imageOf(response: Response): Promise<Uint8Array> {
  const bytes = await bytesOf(response);
  if (response.status !== 200) assert.fail(Buffer.from(bytes).toString());
  return bytes;
}

export interface Body {
  readonly success: false;
  readonly error: string;
  readonly message: string;
  readonly [context: string]: unknown;
}

export interface Expected {
  readonly error: ErrorCode;
  /** Where it is not the code's own. */
  readonly status?: number;
  /** Context fields, with their values where these are known. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly message?: RegExp;
}

/** Any value, as long as there is one. */
export const PRESENT = Symbol("present");

/** Asserts all that the contract says of every error; hands out its body. */
export async function expectProblem(
  response: Response,
  { error, status, context = {}, message }: Expected,
): Promise<Body> {
  const { headers } = response;
  const isJson = headers.get("content-type")?.includes("json") ?? false;
  const text = isJson ? await response.text() : "(no JSON)";
  assert.equal(response.status, status ?? STATUS[error], text);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  const body = JSON.parse(text) as Body;
  assert.equal(body.success, false);
  assert.equal(body.error, error, text);
  assert.ok(typeof body.message === "string" && body.message.length > 5);
  assert.match(headers.get("x-request-id") ?? "", /^[A-Za-z0-9._-]{1,128}$/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.doesNotMatch(text, HOST_DETAILS, "nothing of the host shows");
  for (const [field, value] of Object.entries(context)) {
    if (value === PRESENT) assert.ok(field in body, `${field} is in ${text}`);
    else assert.deepEqual(body[field], value, `${field} in ${text}`);
  }
  if (message) assert.match(body.message, message);
  return body;
}

/** Paths, stacks, and errno names. */
const HOST_DETAILS =
  /\/(work|tmp|dev|home|usr|proc)\/|node:internal|\.ts:\d| at .*\(|ENOENT|EACCES|errno/;

/**
 * Writes `pieces` to a socket of its own and reads one reply, whether or not
 * the request was complete. Rejects when none comes within `withinMs`.
 */
export async function exchange(
  port: number,
  pieces: readonly (string | Uint8Array)[],
  withinMs = 5000,
): Promise<Response> {
  const socket = connect(port, "127.0.0.1");
  try {
    for (const piece of pieces) socket.write(piece);
    return await replyOn(socket, withinMs);
  } finally {
    socket.destroy();
  }
}

/** The next reply on a socket, by its Content-Length or the connection's end. */
export function replyOn(socket: Socket, withinMs = 5000): Promise<Response> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(
      () => reject(new Error(`no reply within ${withinMs} ms`)),
      withinMs,
    );
    const judge = (hasEnded: boolean): void => {
      const reply = parse(received, hasEnded);
      if (reply === undefined && !hasEnded) return;
      clearTimeout(timer);
      if (reply) resolve(reply);
      else reject(new Error("the connection ended without a reply"));
    };
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      judge(false);
    });
    socket.on("close", () => judge(true));
    socket.on("error", () => judge(true));
  });
}

function parse(received: Buffer, hasEnded: boolean): Response | undefined {
  const head = received.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const [first = "", ...lines] = received
    .toString("latin1", 0, head)
    .split("\r\n");
  const headers = new Headers(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const body = received.subarray(head + 4);
  const length = headers.get("content-length");
  const isWhole = length !== null && body.length >= Number(length);
  if (!isWhole && !hasEnded) return undefined;
  const status = Number(first.split(" ")[1]);
  return new Response(new Uint8Array(body), { status, headers });
}

/** A POST's head, and its body where there is one; for `exchange`. */
export function rawPost(
  path: string,
  headers: Record<string, string | number>,
  body: string | Uint8Array = "",
): (string | Uint8Array)[] {
  const lines = Object.entries(headers).map(
    ([key, value]) => `${key}: ${value}`,
  );
  const head = [`POST ${path} HTTP/1.1`, "Host: test", ...lines, "", ""];
  return [head.join("\r\n"), body];
}

/** Lines of a form written by hand, with the boundary "b". */
export const formField = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

export const formFile = (name: string, bytes: Uint8Array, more = ""): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.jpg"${more}\r\nContent-Type: image/jpeg\r\n\r\n`,
    ),
    bytes,
    Buffer.from("\r\n"),
  ]);

export const FORM_END = "--b--\r\n";

export const formBytes = (...parts: (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

/** Sends a form written by hand to the service at `port`. */
export function sendForm(
  port: number,
  path: string,
  body: Uint8Array,
  contentType = "multipart/form-data; boundary=b",
): Promise<Response> {
  const head = { "Content-Type": contentType, "Content-Length": body.length };
  return exchange(port, rawPost(path, head, body));
}
