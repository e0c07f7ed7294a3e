// Builds the HTTP front: hooks, routes and error shapes on one Fastify instance that may listen on several ports.

import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";

import cors from "@fastify/cors";
import Fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { ServiceError } from "../errors.ts";
import { drain } from "./abort.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import { closerOf } from "./closing.ts";
import { watchEnd } from "./ending.ts";
import { requestIdOf } from "./identity.ts";
import { MAX_JSON_BYTES, problemOf } from "./problem.ts";
import { keepState } from "./request-state.ts";
import { EXPOSED_HEADERS } from "./reply.ts";
import type { HttpRooms } from "./rooms.ts";
import { aboutRoutes, DOCS_PATH, ENDPOINTS } from "./routes/about.ts";
import { convertRoute } from "./routes/convert.ts";
import { estimateRoute } from "./routes/estimate.ts";
import { filesRoute } from "./routes/files.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { optimizeRoute } from "./routes/optimize.ts";
import { endWhenUnread } from "./stall.ts";
import { openTraffic } from "./traffic.ts";
import type { Traffic } from "./traffic.ts";

/** Longest URL; options in a query take a few hundred characters. */
const MAX_URL_LENGTH = 8192;
const URI_TOO_LONG = 414;
/** Longest a client may take to send its headers. */
const HEADERS_TIMEOUT_MS = 20_000;
/**
 * Connections without a request are kept longer than load balancers keep theirs
 * (60 s in AWS's and nginx's): one that is closed from here just as it is used
 * again resets the request. Node's default is 5 s.
 */
const KEEP_ALIVE_MS = 65_000;

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly traffic: Traffic["total"];
  /** Listens on every port; resolves to the ports taken, which differ where 0 was asked. */
  readonly listen: (
    host: string,
    ports: readonly number[],
  ) => Promise<number[]>;
  /** Stops taking connections, lets replies under way end within `graceMs`, then closes. */
  readonly close: (graceMs: number) => Promise<void>;
}

export async function buildServer(rooms: HttpRooms): Promise<HttpServer> {
  const servers: Server[] = [];
  const closers: ReturnType<typeof closerOf>[] = [];
  const traffic = openTraffic();
  let handler: RequestListener = () => undefined;
  const open = (): Server => {
    const { requestTimeoutMs } = rooms.settings;
    const server = createServer(
      {
        // Node's own refusal has no body: ours follows in a hook.
        requireHostHeader: false,
        requestTimeout: requestTimeoutMs,
        headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
        connectionsCheckingInterval: Math.min(1000, requestTimeoutMs),
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (request, response) => handler(request, response),
    );
    server.on("clientError", (error: Error, socket) => {
      const status = answerBrokenRequest(error, socket);
      if (status === undefined) return;
      const code = "bad_request";
      rooms.figures.requestEnded({ route: "none", status, code, ms: 0 });
    });
    // Unknown expectations may be passed over (RFC 9110, 10.1.1); Node's 417 has no body.
    server.on("checkExpectation", (request, response) =>
      handler(request, response),
    );
    servers.push(server);
    closers.push(closerOf(server));
    traffic.count(server);
    return server;
  };
  const app = Fastify({
    serverFactory: (listener) => {
      handler = listener;
      return open();
    },
    genReqId: requestIdOf,
    requestIdHeader: false,
    bodyLimit: MAX_JSON_BYTES,
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    frameworkErrors: (error, request, reply) => {
      // Hooks have not run, and will not.
      watchEnd(rooms, request, reply);
      reply.headers({
        "x-request-id": request.id,
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
      });
      void sendProblem(rooms, error, request, reply);
    },
  });
  keepState(app);
  addHooks(app, rooms);
  await app.register(cors, {
    origin: rooms.settings.allowedOrigins.includes("*")
      ? "*"
      : [...rooms.settings.allowedOrigins],
    methods: ["GET", "HEAD", "POST"],
    exposedHeaders: [...EXPOSED_HEADERS],
    maxAge: 86_400,
    // Else an OPTIONS that is no preflight is refused in plain text.
    strictPreflight: false,
  });
  // Behind CORS, so that browsers may read why.
  app.addHook("onRequest", refuseOdd);
  addRoutes(app, rooms);
  await app.ready();
  return {
    app,
    traffic: traffic.total,
    listen: (host, ports) => listen(servers, open, host, ports),
    close: async (graceMs) => {
      await Promise.all(closers.map((close) => close(graceMs)));
      await app.close();
    },
  };
}

function addHooks(app: FastifyInstance, rooms: HttpRooms): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("x-content-type-options", "nosniff");
    watchEnd(rooms, request, reply);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (rooms.phase() === "draining") reply.header("connection", "close");
    endWhenUnread(reply.raw);
  });
  app.setErrorHandler((error, request, reply) =>
    sendProblem(rooms, error, request, reply),
  );
  app.setNotFoundHandler((request, reply) => {
    const { body } = problemOf(
      new ServiceError(
        "not_found",
        `There is nothing at ${request.method} ${pathOf(request)}.`,
      ),
    );
    drain(request.raw);
    request.refusal = { code: "not_found" };
    return reply.code(404).send({
      ...body,
      available_endpoints: Object.keys(ENDPOINTS),
      docs: DOCS_PATH,
    });
  });
}

async function refuseOdd(
  { url, headers, raw }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (url.length > MAX_URL_LENGTH) {
    reply.code(URI_TOO_LONG);
    throw new ServiceError("bad_request", "The URL is too long.");
  }
  // RFC 9112, 3.2: a 1.1 request must name its host.
  if (headers.host === undefined && raw.httpVersion === "1.1") {
    throw new ServiceError("bad_request", "The request has no Host header.");
  }
}

function addRoutes(app: FastifyInstance, rooms: HttpRooms): void {
  // Any other body is left on the socket: the routes stream it themselves.
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  aboutRoutes(app, rooms);
  convertRoute(app, rooms);
  optimizeRoute(app, rooms);
  estimateRoute(app, rooms);
  filesRoute(app, rooms);
  metricsRoute(app, rooms);
  refuseOtherMethods(app);
}

/** Known paths by another method: 405, with what is allowed. */
function refuseOtherMethods(app: FastifyInstance): void {
  const allowed = new Map<string, string[]>();
  for (const endpoint of Object.keys(ENDPOINTS)) {
    const [method = "", path = ""] = endpoint.split(" ");
    // A key may hold slashes.
    const url = path.replace("{key}", "*");
    const methods = method === "GET" ? ["GET", "HEAD"] : [method];
    allowed.set(url, [...(allowed.get(url) ?? []), ...methods]);
  }
  const all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  for (const [url, methods] of allowed) {
    app.route({
      method: all.filter((method) => !methods.includes(method)),
      url,
      handler: (request, reply) => {
        reply.header("allow", [...methods, "OPTIONS"].join(", "));
        throw new ServiceError(
          "method_not_allowed",
          `${url.replace("/*", "")} takes ${methods.join(" and ")}, not ${request.method}.`,
        );
      },
    });
  }
}

function pathOf(request: FastifyRequest): string {
  return (request.url.split("?")[0] ?? "").slice(0, 200);
}

async function sendProblem(
  { log }: HttpRooms,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { status, headers, body } = problemOf(error);
  const code = body.error;
  const isForeseen = code !== "internal_error";
  request.refusal = { code, ...(isForeseen && { why: reasonOf(error) }) };
  if (!isForeseen)
    log.error({ id: request.id, code, err: error }, "unforeseen failure");
  drain(request.raw);
  // Fastify sets statuses of its own here; only that of our hook may stand for the code's.
  const transport = reply.statusCode === URI_TOO_LONG ? URI_TOO_LONG : status;
  return reply
    .headers(headers)
    .code(transport)
    .type("application/json")
    .send(body);
}

/** A failure that was foreseen needs no stack, which takes longer than the refusal; what is behind it is kept. */
function reasonOf(error: unknown): object {
  const isBare = error instanceof ServiceError && error.cause === undefined;
  return isBare ? { reason: error.message } : { err: error };
}

async function listen(
  servers: readonly Server[],
  open: () => Server,
  host: string,
  ports: readonly number[],
): Promise<number[]> {
  const taken: number[] = [];
  for (const [index, port] of ports.entries()) {
    const server = servers[index] ?? open();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    taken.push((server.address() as AddressInfo).port);
  }
  return taken;
}
