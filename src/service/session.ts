// What a request has of the service while it lasts, and what it is given in the end.

import type { Lease } from "../guards/gate.ts";
import type { Facts } from "../image/facts.ts";
import type { Outcome } from "../pool/protocol.ts";
import type { ResponseBody } from "../sinks/response.ts";
import type { Workspace } from "../sources/workspace.ts";

/** A request's own share of the service: where its files are and when it ends. */
export interface Session {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  /** Milliseconds by phase, as far as they ran. */
  readonly spans: Map<string, number>;
  /** Waits until its job, which weighs so many bytes, may run. Throws as `Gate.enter` does. */
  readonly enter: (weightBytes: number) => Promise<Lease>;
  /** Gives up the place that was kept for its body: a fetch takes its own time. */
  readonly giveUpPlace: () => void;
  /** Runs `work`, which takes the request's body in. Throws `service_overloaded` when too many are on their way. */
  readonly receive: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What a verb gives back. */
export interface Delivery {
  readonly source: Facts;
  readonly outcome: Outcome;
  readonly bytes: number;
  readonly mediaType: string;
  readonly extension: string;
  readonly inputPath: string;
  /** The result as a stream that outlives the workspace; to be read or destroyed. */
  readonly open: () => Promise<ResponseBody>;
}
