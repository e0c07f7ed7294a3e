// A web server that images are fetched from: answers by path, and says who came and who left.

import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
) => void;

export interface Origin {
  readonly port: number;
  readonly base: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** Paths whose connection ended before the reply had. */
  readonly left: readonly string[];
  readonly close: () => Promise<void>;
}

/** Listens at `host`; paths that `routes` does not name are answered with 404. */
export async function originAt(
  host: string,
  routes: Readonly<Record<string, Handler>>,
  port = 0,
): Promise<Origin> {
  const asked: string[] = [];
  const left: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0]!;
    asked.push(path);
    response.on("close", () => {
      if (!response.writableFinished) left.push(path);
    });
    const handler = routes[path];
    if (handler) handler(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    base: `http://${host}:${taken}`,
    asked,
    left,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with `body`. */
export function gives(
  body: Uint8Array,
  headers: Record<string, string> = {},
): Handler {
  return (_, response) =>
    response
      .writeHead(200, { "content-length": body.length, ...headers })
      .end(body);
}

/** Sends the asker on. */
export function leads(location: string | string[], status = 302): Handler {
  return (_, response) =>
    response.setHeader("location", location).writeHead(status).end();
}

/** Sends `piece` again and again until the asker leaves. */
export function drips(
  piece: Uint8Array,
  everyMs: number,
  headers: Record<string, string> = {},
): Handler {
  return (_, response) => {
    response.writeHead(200, headers);
    const timer = setInterval(() => response.write(piece), everyMs);
    response.on("close", () => clearInterval(timer));
  };
}

/** Sends `piece` as fast as it is taken, without end. */
export function floods(
  piece: Uint8Array,
  headers: Record<string, string> = {},
): Handler {
  return (_, response) => {
    response.writeHead(200, headers);
    const pour = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", pour);
    pour();
  };
}
