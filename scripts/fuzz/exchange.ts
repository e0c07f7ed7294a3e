// Sends a request's bytes as they are over a socket, and reads what comes back, whatever that is.

import { connect } from "node:net";

import type { WireRequest } from "./requests.ts";

export interface Exchange {
  /** Everything that came before the connection ended. */
  readonly reply: Buffer;
  /** How the connection ended when it was not by an orderly end. */
  readonly failure?: string;
  readonly ms: number;
}

/** Milliseconds that a frame which lies is left open. */
const LINGER_MS = 1500;

/** Milliseconds after which a connection is given up: a job's own limit, and some. */
const PATIENCE_MS = 75_000;

export function exchange(
  port: number,
  { bytes, isFramed }: Pick<WireRequest, "bytes" | "isFramed">,
): Promise<Exchange> {
  const start = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let failure: string | undefined;
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(PATIENCE_MS, () => {
      failure = "silence";
      socket.destroy();
    });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      failure ??= error.code ?? error.message;
    });
    socket.on("close", () =>
      resolve({
        reply: Buffer.concat(chunks),
        ...(failure !== undefined && { failure }),
        ms: performance.now() - start,
      }),
    );
    socket.write(bytes);
    // A frame that promises more than comes is waited for; Node takes an end for the client's leaving.
    if (!isFramed) setTimeout(() => socket.end(), LINGER_MS).unref();
  });
}
