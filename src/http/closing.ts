// Ends a server in order: replies under way may finish, connections nobody works on are closed, and nothing is waited for beyond the grace.

import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Connections that fall idle while others still work are closed this soon. */
const SWEEP_MS = 100;
/** Past the grace, what was refused meanwhile gets this long to reach its client. */
const LAST_WORDS_MS = 500;

/**
 * Gives the function that closes `server`. Called before it listens: Node's
 * closeIdleConnections passes over sockets on which nothing was ever sent,
 * which browsers and HTTP clients open ahead, so these are kept count of here.
 */
export function closerOf(server: Server): (graceMs: number) => Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const closeIdle = (): void => {
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
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
      closeIdle();
    });
}
