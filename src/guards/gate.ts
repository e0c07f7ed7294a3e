// How many jobs run at once and how many wait: admits by slots and memory, refuses at once when the queue is full.

import { ServiceError } from "../errors.ts";

export interface GateSettings {
  readonly slots: number;
  readonly maxQueue: number;
  /** Bytes that all running jobs together may be expected to hold. */
  readonly memoryBytes: number;
}

/** The right to run; given back once, whatever happened. */
export interface Lease {
  /** Milliseconds spent waiting. */
  readonly waitedMs: number;
  readonly release: () => void;
}

interface Waiter {
  readonly weightBytes: number;
  readonly enter: () => void;
}

/** Weight of the newest job in the running mean of how long jobs take. */
const PACE_WEIGHT = 0.2;
/** Before any job has ended, seconds one is taken to last. */
const FIRST_GUESS_S = 1;
const MAX_RETRY_AFTER_S = 60;

export class Gate {
  readonly #settings: GateSettings;
  readonly #queue: Waiter[] = [];
  #running = 0;
  #heldBytes = 0;
  #meanSeconds = FIRST_GUESS_S;
  #closed = false;
  readonly #now: () => number;

  constructor(
    settings: GateSettings,
    now: () => number = () => performance.now(),
  ) {
    this.#settings = settings;
    this.#now = now;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Waits for a slot and for `weightBytes` of the memory budget, first come
   * first served. Throws `service_overloaded` at once when the queue is full,
   * `image_too_large` when the job alone is heavier than the budget, and
   * `client_closed` when the signal aborts meanwhile.
   */
  async enter(weightBytes: number, signal: AbortSignal): Promise<Lease> {
    if (signal.aborted) throw left();
    if (this.#closed) throw this.#overloaded();
    const { memoryBytes } = this.#settings;
    if (weightBytes > memoryBytes) {
      throw new ServiceError(
        "image_too_large",
        "Working on this image would take more memory than the service may use.",
        { limit: memoryBytes },
      );
    }
    const start = this.#now();
    if (this.#queue.length > 0 || !this.#fits(weightBytes)) {
      if (this.#queue.length >= this.#settings.maxQueue)
        throw this.#overloaded();
      await this.#wait(weightBytes, signal);
    } else this.#take(weightBytes);
    return this.#lease(weightBytes, start);
  }

  /** Refuses everyone who waits, and whoever comes: their turn will not. */
  close(): void {
    this.#closed = true;
    for (const { enter } of this.#queue.splice(0)) enter();
  }

  #wait(weightBytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        weightBytes,
        enter: () => {
          signal.removeEventListener("abort", onAbort);
          if (this.#closed) {
            reject(this.#overloaded());
          } else {
            this.#take(weightBytes);
            resolve();
          }
        },
      };
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(left());
        this.#admit();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiter);
    });
  }

  #lease(weightBytes: number, start: number): Lease {
    const entered = this.#now();
    let held = true;
    return {
      waitedMs: entered - start,
      release: () => {
        if (!held) return;
        held = false;
        this.#running--;
        this.#heldBytes -= weightBytes;
        const seconds = (this.#now() - entered) / 1000;
        this.#meanSeconds += PACE_WEIGHT * (seconds - this.#meanSeconds);
        this.#admit();
      },
    };
  }

  #fits(weightBytes: number): boolean {
    return (
      this.#running < this.#settings.slots &&
      this.#heldBytes + weightBytes <= this.#settings.memoryBytes
    );
  }

  #take(weightBytes: number): void {
    this.#running++;
    this.#heldBytes += weightBytes;
  }

  /** The first in the queue goes first: a heavy job is not starved by light ones behind it. */
  #admit(): void {
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined || !this.#fits(first.weightBytes)) return;
      this.#queue.shift();
      first.enter();
    }
  }

  /** Names the time in which the queue as it is will have moved on. */
  #overloaded(): ServiceError {
    const rounds = (this.#queue.length + 1) / this.#settings.slots;
    const seconds = Math.ceil(rounds * this.#meanSeconds);
    return new ServiceError(
      "service_overloaded",
      "The service is at its limit; try again shortly.",
      { retry_after: Math.min(MAX_RETRY_AFTER_S, Math.max(1, seconds)) },
    );
  }
}

function left(): ServiceError {
  return new ServiceError("client_closed", "The client closed the connection.");
}
