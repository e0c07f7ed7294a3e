// Tries again what may pass by itself: a store's own failures, cut connections and timeouts; never a refusal.

import { setTimeout as pause } from "node:timers/promises";

const ATTEMPTS = 3;
/** Milliseconds before the second attempt; doubled for the third, and drawn from half to the whole of it. */
const BASE_DELAY_MS = 150;

/** Runs `attempt` up to three times. Rejects with its last failure, or at once with one that will not pass. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count >= ATTEMPTS || signal.aborted || !isPassing(error)) throw error;
      const delay = BASE_DELAY_MS * 2 ** (count - 1);
      await pause(delay * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

/** As AWS's and Google's clients and Node's sockets say it. */
interface Failure {
  readonly code?: unknown;
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const PASSING_CODES: readonly unknown[] = [
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
];

function isPassing(error: unknown): boolean {
  const { code, name, $metadata } = error as Failure;
  const status =
    typeof code === "number" ? code : ($metadata?.httpStatusCode ?? 0);
  return (
    status >= 500 || PASSING_CODES.includes(code) || name === "TimeoutError"
  );
}
