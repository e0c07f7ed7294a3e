// Ends a server in order: replies under way may finish, connections nobody works on are closed, and nothing is waited for beyond the grace.

import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Connections that fall idle while others still work are closed this soon. */
const SWEEP_MS = 100;
/** Past the grace, what was refused meanwhile gets this long to reach its client. */
const LAST_WORDS_MS = 500;

interface Connection {
  /** Requests whose replies have not left whole, or whose bodies still come. */
  busy: number;
  /** Bytes that had come when it fell idle: more is the beginning of a request. */
  read: number;
}

/**
 * Gives the function that closes `server`. Called before it listens: Node's
 * closeIdleConnections passes over sockets on which nothing was ever sent,
 * which browsers and HTTP clients open ahead, and cuts replies whose last bytes
 * are written but have not left, so connections are kept count of here.
 */
export function closerOf(server: Server): (graceMs: number) => Promise<void> {
  const connections = new Map<Socket, Connection>();
  server.on("connection", (socket) => {
    connections.set(socket, { busy: 0, read: 0 });
    socket.on("close", () => connections.delete(socket));
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (!connection) return;
    connection.busy++;
    const end = (): void => {
      connection.busy--;
      connection.read = socket.bytesRead;
    };
    response.once("close", () => {
      if (request.complete || request.destroyed) end();
      else request.once("close", end);
    });
  });
  const closeIdle = (): void => {
    for (const [socket, { busy, read }] of connections) {
      if (busy === 0 && socket.bytesRead === read) socket.destroy();
    }
  };
  // Node's close() calls it.
  server.closeIdleConnections = closeIdle;
  return (graceMs) =>
    new Promise((resolve) => {
      if (!server.listening) return resolve();
      const sweep = setInterval(closeIdle, SWEEP_MS);
      // A client that never ends its upload would else keep the service up.
      const end = setTimeout(
        () => server.closeAllConnections(),
        graceMs + LAST_WORDS_MS,
      );
      server.close(() => {
        clearInterval(sweep);
        clearTimeout(end);
        resolve();
      });
    });
}
