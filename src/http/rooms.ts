// What the HTTP front is built on: handed in by main, so that routes know contracts only.

import type { Auth } from "../guards/auth.ts";
import type { RateLimiter } from "../guards/rate-limiter.ts";
import type { Networks } from "../net/address.ts";
import type { Figures } from "../observe/figures.ts";
import type { Health } from "../observe/health.ts";
import type { Logger } from "../observe/log.ts";
import type { Service } from "../service/service.ts";
import type { LocalStore } from "../sinks/local.ts";

export interface HttpSettings {
  readonly allowedOrigins: readonly string[];
  readonly maxConvertBytes: number;
  readonly maxOptimizeBytes: number;
  readonly defaultQuality: number;
  /** Milliseconds of work that an estimate may take, beyond decoding. */
  readonly estimateBudgetMs: number;
  readonly resize: "exact" | "fast";
  /** Milliseconds a client may take to send a request whole. */
  readonly requestTimeoutMs: number;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: Networks;
}

/** Where the service is in its life. */
export type Phase = "starting" | "ready" | "draining";

export interface HttpRooms {
  readonly service: Service;
  readonly auth: Auth;
  readonly limiter: RateLimiter;
  readonly log: Logger;
  readonly figures: Pick<Figures, "requestEnded" | "text">;
  readonly settings: HttpSettings;
  /** What /files hands out. */
  readonly files: Pick<LocalStore, "read">;
  readonly version: string;
  readonly phase: () => Phase;
  /** The last probe's findings; `refresh` probes anew where the last is old enough. */
  readonly health: (refresh: boolean) => Promise<Health>;
}
