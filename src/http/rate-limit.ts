// Says on the wire what became of a counted request: the RateLimit fields, and the refusal.

import { ServiceError } from "../errors.ts";
import type { Counted } from "../guards/rate-limiter.ts";

/**
 * RateLimit and RateLimit-Policy as draft-ietf-httpapi-ratelimit-headers-11
 * has them: lists of policies by name, with quota `q` and window `w` in
 * seconds there, remaining `r` and the seconds `t` in which no more than that
 * can pass here.
 */
export function rateHeaders({ windows, verdict }: Counted): {
  ratelimit: string;
  "ratelimit-policy": string;
} {
  const { states } = verdict;
  return {
    ratelimit: windows
      .map(({ name }, index) => {
        const { remaining, freesInMs } = states[index]!;
        return `"${name}";r=${remaining};t=${secondsOf(freesInMs)}`;
      })
      .join(", "),
    "ratelimit-policy": windows
      .map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`)
      .join(", "),
  };
}

/** The error of a request that found a window full; of two full ones, that which frees later. */
export function refusalOf({ windows, verdict }: Counted): ServiceError {
  const { window, state } = windows
    .map((each, index) => ({ window: each, state: verdict.states[index]! }))
    .filter((each) => each.state.remaining === 0)
    .reduce((a, b) => (b.state.freesInMs > a.state.freesInMs ? b : a));
  const { limit, seconds } = window;
  const retryAfter = secondsOf(state.freesInMs);
  return new ServiceError(
    "rate_limit_exceeded",
    `More than ${limit} requests in ${seconds} seconds; try again in ${retryAfter}.`,
    { retry_after: retryAfter, limit },
  );
}

/** Whole seconds, and at least one: who comes back then finds room. */
function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
