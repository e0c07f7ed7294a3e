// Gives clients up that have stopped sending their request, or reading their reply; slow ones are none of its business.

import type { IncomingMessage, ServerResponse } from "node:http";

import { answerBrokenRequest } from "./broken-request.ts";

/**
 * Milliseconds without a byte. Bounds what a client costs that holds a place
 * among the bodies on their way in, or a result in memory, and does nothing: a
 * slow loris has to keep sending, and its request as a whole has a limit too.
 */
const STALL_MS = 30_000;

/** Runs `work`, which reads the body of `request`; a client that stalls meanwhile gets a 408 and its connection ended, which ends `work`. */
export async function unlessStalled<T>(
  request: IncomingMessage,
  work: () => Promise<T>,
  stallMs = STALL_MS,
): Promise<T> {
  // A request that is destroyed forgets its socket.
  const { socket } = request;
  const onStall = (): void => {
    const error = Object.assign(new Error("stalled"), {
      code: "ERR_HTTP_REQUEST_TIMEOUT",
    });
    answerBrokenRequest(error, socket);
    socket.destroySoon();
  };
  request.setTimeout(stallMs, onStall);
  try {
    return await work();
  } finally {
    // What follows may take a minute in which neither side sends anything.
    socket.setTimeout(0);
    request.off("timeout", onStall);
  }
}

/** Ends the connection of a client that stops reading its reply: Node's own way with a timeout that nobody hears. */
export function endWhenUnread(
  response: ServerResponse,
  stallMs = STALL_MS,
): void {
  response.setTimeout(stallMs);
}
