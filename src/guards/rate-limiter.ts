// Decides which limits a caller has, and that nobody is refused because the store is away; counts what it let pass. Knows no HTTP.

import type { Caller } from "./auth.ts";
import type { RateStore, RateVerdict, RateWindow } from "./rate.ts";

export interface RateLimits {
  /** Requests a minute of a caller without a key; 0 for no limit. */
  readonly publicPerMinute: number;
  /** Requests in ten seconds of a caller without a key; 0 for no limit. */
  readonly publicBurst: number;
  /** Requests a minute of each key; 0 for no limit. */
  readonly keyedPerMinute: number;
}

/** A request that was counted, in which windows, and what came of it. */
export interface Counted {
  readonly windows: readonly RateWindow[];
  readonly verdict: RateVerdict;
}

/** Figures since the start. */
export interface RateReport {
  readonly store: RateStore["name"] | "off";
  /** Whether limits are applied now. */
  readonly limiting: boolean;
  readonly counted: number;
  readonly refused: number;
  /** Requests let pass uncounted because the store did not answer. */
  readonly uncounted: number;
}

const BURST_SECONDS = 10;

export class RateLimiter {
  readonly #store: RateStore | undefined;
  readonly #windows: Readonly<Record<Caller, readonly RateWindow[]>>;
  #counted = 0;
  #refused = 0;
  #uncounted = 0;

  /** Without a store nobody is limited. */
  constructor(store: RateStore | undefined, limits: RateLimits) {
    const { publicPerMinute, publicBurst, keyedPerMinute } = limits;
    const windows = (burst: number, perMinute: number): RateWindow[] =>
      [
        { name: "burst", limit: burst, seconds: BURST_SECONDS },
        { name: "minute", limit: perMinute, seconds: 60 },
      ].filter(({ limit }) => limit > 0);
    this.#store = store;
    this.#windows = {
      public: windows(publicBurst, publicPerMinute),
      keyed: windows(0, keyedPerMinute),
    };
  }

  /** Counts a request of the caller that `key` stands for. Undefined when there is no limit, or nobody to count it: it passes then. */
  async take(caller: Caller, key: string): Promise<Counted | undefined> {
    const windows = this.#windows[caller];
    if (this.#store === undefined || windows.length === 0) return undefined;
    try {
      const verdict = await this.#store.take(`${caller}:${key}`, windows);
      this.#counted++;
      if (!verdict.passed) this.#refused++;
      return { windows, verdict };
    } catch {
      // The store has told why; a service that refuses all because its Redis is gone is worse than one without limits.
      this.#uncounted++;
      return undefined;
    }
  }

  report(): RateReport {
    return {
      store: this.#store?.name ?? "off",
      limiting: this.#store?.isWorking ?? false,
      counted: this.#counted,
      refused: this.#refused,
      uncounted: this.#uncounted,
    };
  }

  close(): void {
    this.#store?.close();
  }
}
