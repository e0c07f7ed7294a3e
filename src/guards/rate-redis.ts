// Counts requests in Redis, for services that share their limits: when its connection is used, how long it is waited for, when it is given up. Does not decide what happens to requests meanwhile.

import { randomUUID } from "node:crypto";

import { Redis } from "ioredis";

import type { RateStore, RateVerdict, RateWindow } from "./rate.ts";
import { scriptArguments, TAKE_SCRIPT, verdictOf } from "./rate-script.ts";
import { takeByTransaction } from "./rate-transaction.ts";
import type { Command } from "./rate-transaction.ts";

/** Longest that a request waits to be counted: a Redis nearby answers in 1 ms, and 250 ms may be added at most. */
export const ANSWER_WITHIN_MS = 150;
/** Longest to connect, and for any answer to come before the connection is closed. With the pause below, limits are back 3 s after Redis at the latest. */
const CONNECT_WITHIN_MS = 1000;
const RECONNECT_AFTER_MS = 1000;
/** A server that is stopped does not close its side. */
const DISCONNECT_WITHIN_MS = 100;

/** A window nobody is in: a connection is used once it has counted there. */
const PROBE: readonly RateWindow[] = [{ name: "probe", limit: 9, seconds: 1 }];

/** A connection that has shown that it counts. */
interface Session {
  hasScripts: boolean;
}

/** Told when limits begin or cease to be applied; `reason` is for the log alone. */
export type OnChange = (isWorking: boolean, reason: string) => void;

class RedisRateStore implements RateStore {
  readonly name = "redis";
  readonly #redis: Redis;
  readonly #onChange: OnChange;
  readonly #answerWithinMs: number;
  readonly #process = randomUUID();
  #requests = 0;
  #session: Session | undefined;
  #told: boolean | undefined;

  constructor(url: string, onChange: OnChange, answerWithinMs: number) {
    this.#onChange = onChange;
    this.#answerWithinMs = answerWithinMs;
    this.#redis = new Redis(url, {
      // Requests are answered now or not at all.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: CONNECT_WITHIN_MS,
      connectTimeout: CONNECT_WITHIN_MS,
      disconnectTimeout: DISCONNECT_WITHIN_MS,
      retryStrategy: () => RECONNECT_AFTER_MS,
      // Our own probe asks for more: that it counts.
      enableReadyCheck: false,
      // One reply per command, and no greeting that old servers and proxies refuse.
      protocol: 2,
      disableClientInfo: true,
    });
    this.#redis.on("ready", () => void this.#begin());
    this.#redis.on("close", () => {
      this.#session = undefined;
      this.#tell(false, "connection closed");
    });
    // The message alone: the error itself may carry the password.
    this.#redis.on("error", ({ message }: Error) => this.#tell(false, message));
  }

  get isWorking(): boolean {
    return this.#session !== undefined;
  }

  async take(
    key: string,
    windows: readonly RateWindow[],
  ): Promise<RateVerdict> {
    const session = this.#session;
    if (session === undefined) throw new Error("Redis is away");
    const work = this.#count(session, key, windows);
    try {
      return await answeredWithin(this.#answerWithinMs, work);
    } catch (error) {
      this.#doubt(session, work);
      throw error;
    }
  }

  close(): void {
    this.#session = undefined;
    this.#told = false;
    this.#redis.disconnect();
  }

  async #begin(): Promise<void> {
    const session: Session = { hasScripts: true };
    try {
      const work = this.#count(session, "probe", PROBE);
      await answeredWithin(this.#answerWithinMs, work);
      this.#session = session;
      this.#tell(true, "Redis counts");
    } catch (error) {
      this.#tell(false, (error as Error).message);
      this.#redis.disconnect(true);
    }
  }

  /**
   * Nobody waits for a session whose answer was late or an error. When a late
   * one does come, the connection is probed anew; else it is closed, since
   * answers still to come on it would be taken for those of later commands.
   */
  #doubt(session: Session, work: Promise<RateVerdict>): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    work.then(
      () => this.#begin(),
      ({ message }: Error) => {
        this.#tell(false, message);
        this.#redis.disconnect(true);
      },
    );
  }

  #tell(isWorking: boolean, reason: string): void {
    if (this.#told === isWorking) return;
    this.#told = isWorking;
    this.#onChange(isWorking, reason);
  }

  async #count(
    session: Session,
    caller: string,
    windows: readonly RateWindow[],
  ): Promise<RateVerdict> {
    const key = `darkroom:rate:${caller}`;
    const request = `${this.#process}:${this.#requests++}`;
    if (session.hasScripts) {
      try {
        const given = scriptArguments(request, windows);
        const answer = await this.#redis.eval(TAKE_SCRIPT, 1, key, ...given);
        return verdictOf(answer, request, windows);
      } catch (error) {
        if (!refusesScripts(error as Error)) throw error;
        session.hasScripts = false;
      }
    }
    const transact = (commands: readonly Command[]): Promise<unknown[]> =>
      this.#transact(commands);
    return takeByTransaction(transact, key, request, windows);
  }

  async #transact(commands: readonly Command[]): Promise<unknown[]> {
    const answers = await this.#redis
      .multi(commands.map((command) => [...command]))
      .exec();
    return (answers ?? []).map(([error, answer]) => {
      if (error) throw error;
      return answer;
    });
  }
}

/** A store in the Redis at `url`; connects by itself, and again whenever the connection is lost. */
export function redisRateStore(
  url: string,
  onChange: OnChange,
  answerWithinMs: number = ANSWER_WITHIN_MS,
): RateStore {
  return new RedisRateStore(url, onChange, answerWithinMs);
}

/** Forbidden to this user, or unknown to a server that only speaks Redis' protocol. */
function refusesScripts({ message }: Error): boolean {
  return /^(NOPERM|NOSCRIPT|ERR unknown command)/.test(message);
}

function answeredWithin<Answer>(
  ms: number,
  work: Promise<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // What has arrived is read first: under load it is this process that was late, not Redis.
      setImmediate(() => reject(new Error(`no answer within ${ms} ms`)));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
