// Decides from a presented secret whether a caller may in; knows nothing of headers or forms.

import { createHash, timingSafeEqual } from "node:crypto";

import { ServiceError } from "../errors.ts";

/** Who calls: one with a key, or anyone, where anyone may. */
export type Caller = "keyed" | "public";

export interface AuthSettings {
  /** Every secret that opens the service; none means it is open to all. */
  readonly secrets: readonly string[];
  /** Whether callers without a key are let in beside those with one. */
  readonly publicAccess: boolean;
}

export interface Auth {
  /** Whether any secret is set. */
  readonly required: boolean;
  /**
   * Judges a presented secret. Throws `unauthorized` when it is wrong, or
   * missing where one is needed: a wrong key is never taken for none.
   */
  readonly judge: (presented: string | undefined) => Caller;
}

export function authOf({ secrets, publicAccess }: AuthSettings): Auth {
  const digests = secrets.map(digest);
  const required = digests.length > 0;
  return {
    required,
    judge(presented) {
      if (!required) return "public";
      if (presented === undefined) {
        if (publicAccess) return "public";
        throw refused("This service needs an API key.");
      }
      const given = digest(presented);
      // Every secret is compared, so that the time tells nothing of which one came near.
      const matches = digests.filter((known) => timingSafeEqual(known, given));
      if (matches.length > 0) return "keyed";
      throw refused("The API key is not valid.");
    },
  };
}

/** Hashing first makes all lengths equal, as timingSafeEqual wants. */
function digest(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function refused(message: string): ServiceError {
  return new ServiceError("unauthorized", message);
}
