// Counts the bytes that pass over the connections of a server, from those that are open and those that were.

import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface Traffic {
  /** Counts the connections of `server` from now on. */
  readonly count: (server: Server) => void;
  /** Bytes so far, HTTP's own included. */
  readonly total: () => { readonly received: number; readonly sent: number };
}

export function openTraffic(): Traffic {
  const open = new Set<Socket>();
  let received = 0;
  let sent = 0;
  return {
    count: (server) => {
      server.on("connection", (socket) => {
        open.add(socket);
        socket.on("close", () => {
          open.delete(socket);
          received += socket.bytesRead;
          sent += socket.bytesWritten;
        });
      });
    },
    total: () => {
      let [inward, outward] = [received, sent];
      for (const { bytesRead, bytesWritten } of open) {
        inward += bytesRead;
        outward += bytesWritten;
      }
      return { received: inward, sent: outward };
    },
  };
}
