// How many jobs run at once and how many wait: admits by slots and memory, refuses at once when the queue is full.

import { ServiceError } from "../errors.ts";
import type { MemoryShare } from "./memory-budget.ts";

export interface GateSettings {
  readonly slots: number;
  readonly maxQueue: number;
  /** Where the bytes are taken from that running jobs are expected to hold; none for jobs that weigh nothing. */
  readonly memory?: MemoryShare;
  /** Told of everyone who is let in, with the milliseconds they waited. */
  readonly onAdmitted?: (waitedMs: number) => void;
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
  readonly refuse: (error: ServiceError) => void;
}

/**
 * How long a place is kept for a body on its way. Without, 48 clients on 6 places
 * had most of theirs taken in and written down for nothing; longer, and slow senders would
 * keep others out.
 */
const PROMISE_MS = 500;

/** Weight of the newest job in the running mean of how long jobs take. */
const PACE_WEIGHT = 0.2;
/** Before any job has ended, seconds one is taken to last. */
const FIRST_GUESS_S = 1;
const MAX_RETRY_AFTER_S = 60;

export class Gate {
  readonly #settings: GateSettings;
  readonly #queue: Waiter[] = [];
  /** Oldest first. */
  readonly #promises = new Set<{ readonly until: number }>();
  #running = 0;
  #meanSeconds = FIRST_GUESS_S;
  #closed = false;
  #refused = 0;
  readonly #now: () => number;

  constructor(
    settings: GateSettings,
    now: () => number = () => performance.now(),
  ) {
    this.#settings = settings;
    this.#now = now;
  }

  get settings(): GateSettings {
    return this.#settings;
  }

  /** Callers refused so far for want of a place. */
  get refused(): number {
    return this.#refused;
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
    const { memory, maxQueue } = this.#settings;
    if (memory && weightBytes > memory.maxBytes) {
      throw new ServiceError(
        "image_too_large",
        "Working on this image would take more memory than the service may use.",
        { limit: memory.maxBytes },
      );
    }
    const start = this.#now();
    if (this.#queue.length > 0 || !this.#take(weightBytes)) {
      if (this.#queue.length >= maxQueue) throw this.#overloaded();
      await this.#wait(weightBytes, signal);
    }
    this.#settings.onAdmitted?.(this.#now() - start);
    return this.#lease(weightBytes, start);
  }

  /**
   * Keeps a place for a caller whose body is yet to come, until the function
   * returned is called, or for `PROMISE_MS`. Throws `service_overloaded` when
   * there is none: said before anything costly is done for them.
   */
  expect(): () => void {
    const now = this.#now();
    for (const promise of this.#promises) {
      if (promise.until > now) break;
      this.#promises.delete(promise);
    }
    const { slots, maxQueue } = this.#settings;
    const present = this.#running + this.#queue.length + this.#promises.size;
    const isBusy = this.#running >= slots || this.#queue.length > 0;
    const isFull =
      present >= slots + maxQueue || (isBusy && this.#queue.length >= maxQueue);
    if (this.#closed || isFull) throw this.#overloaded();
    const promise = { until: now + PROMISE_MS };
    this.#promises.add(promise);
    return () => this.#promises.delete(promise);
  }

  /** Refuses everyone who waits, and whoever comes: their turn will not. */
  close(): void {
    this.#closed = true;
    const waiters = this.#queue.splice(0);
    this.#settings.memory?.withdraw();
    for (const { refuse } of waiters) refuse(this.#overloaded());
  }

  #wait(weightBytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopListening = (): void =>
        signal.removeEventListener("abort", onAbort);
      const waiter: Waiter = {
        weightBytes,
        enter: () => {
          stopListening();
          resolve();
        },
        refuse: (error) => {
          stopListening();
          reject(error);
        },
      };
      const onAbort = (): void => {
        const place = this.#queue.indexOf(waiter);
        this.#queue.splice(place, 1);
        reject(left());
        if (place > 0) return;
        // The place in the line for memory was this one's, not the lane's.
        this.#settings.memory?.withdraw();
        this.#admit();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiter);
      this.#admit();
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
        const seconds = (this.#now() - entered) / 1000;
        this.#meanSeconds += PACE_WEIGHT * (seconds - this.#meanSeconds);
        this.#settings.memory?.give(weightBytes);
        this.#admit();
      },
    };
  }

  #take(weightBytes: number): boolean {
    const { slots, memory } = this.#settings;
    if (this.#running >= slots) return false;
    if (memory && !memory.take(weightBytes)) return false;
    this.#running++;
    return true;
  }

  /** The first in the queue goes first: a heavy job is not starved by light ones behind it. */
  #admit(): void {
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined) return;
      if (!this.#take(first.weightBytes)) {
        if (this.#running < this.#settings.slots)
          this.#settings.memory?.claim(() => this.#admit());
        return;
      }
      this.#queue.shift();
      first.enter();
      // Whoever is next gets in line for memory anew.
      this.#settings.memory?.withdraw();
    }
  }

  /** Names the time in which the queue as it is will have moved on, at the pace of late; fewer run than there are slots where memory is short. */
  #overloaded(): ServiceError {
    this.#refused++;
    const rounds = (this.#queue.length + 1) / Math.max(1, this.#running);
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
