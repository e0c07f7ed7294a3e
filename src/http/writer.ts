// Decides who may store results: anyone where the service is open to all, else those with a key.

import { ServiceError } from "../errors.ts";
import type { Auth, Caller } from "../guards/auth.ts";

/** Throws `unauthorized` for callers of the public tier. */
export function requireWriter({ required }: Auth, caller: Caller): void {
  if (!required || caller === "keyed") return;
  throw new ServiceError("unauthorized", "Storing results needs an API key.");
}
