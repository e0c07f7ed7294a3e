// Counts the bytes of requests' files where they lie in memory: who brings more than there is room for is refused.

import { ServiceError } from "../errors.ts";

/** The share of memory that files may take. */
export interface FileLedger {
  /** False when there is no room. */
  readonly take: (bytes: number) => boolean;
  /** Counts what is there already, room or not. */
  readonly owe: (bytes: number) => void;
  readonly give: (bytes: number) => void;
}

/** What the files of one request take. */
export interface FileAccount {
  /** Counts bytes as they arrive. Throws `service_overloaded` when there is no room for them. */
  readonly take: (bytes: number) => void;
  /** Counts a result that outlives the request's folder; gives back the function to call when it is gone. */
  readonly keep: (bytes: number) => () => void;
  /** Gives back what was taken, once the folder is gone. */
  readonly close: () => void;
}

/** Seconds after which a client may try again: about what it takes others to receive their results. */
const RETRY_AFTER_S = 5;

export function openAccount(ledger: FileLedger | undefined): FileAccount {
  let taken = 0;
  return {
    take: (bytes) => {
      if (ledger?.take(bytes) === false) throw full();
      taken += bytes;
    },
    keep: (bytes) => {
      let isKept = true;
      ledger?.owe(bytes);
      return () => {
        if (isKept) ledger?.give(bytes);
        isKept = false;
      };
    },
    close: () => {
      ledger?.give(taken);
      taken = 0;
    },
  };
}

/** There is no room in the workspace. */
export function full(cause?: unknown): ServiceError {
  return new ServiceError(
    "service_overloaded",
    "The workspace is full; try again shortly.",
    { retry_after: RETRY_AFTER_S },
    { cause },
  );
}
