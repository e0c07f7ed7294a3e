// Keeps the child processes: lends one job to each, kills what overstays with its tools, replaces what is gone.

import { ServiceError } from "../errors.ts";
import type { EngineReports } from "../image/engine-report.ts";
import { Child } from "./child.ts";
import type { ChildSettings } from "./child.ts";
import type { ChildEnd, JobEnd, PoolEvents } from "./events.ts";
import {
  blameOf,
  closing,
  crashed,
  failureOf,
  left,
  timedOut,
} from "./failures.ts";
import type {
  Estimate,
  EstimateJob,
  FileJob,
  FromChild,
  Job,
  Outcome,
  ToChild,
} from "./protocol.ts";
import { Warden } from "./warden.ts";

export interface PoolSettings extends ChildSettings {
  /** Children kept ready. */
  readonly children: number;
  /** Wall time of a whole job; on passing it the child is killed. */
  readonly jobTimeoutMs: number;
  /** A child that holds more than this after a job is replaced: glibc does not give back what libvips fragmented. */
  readonly recycleRssBytes: number;
}

/** Milliseconds before a child that failed to start is tried again; longer after each failure. */
const RESTART_MS = [0, 100, 500, 2000] as const;
/** Failures after which a child is not trusted with the next job: tools may have left something running. */
const SUSPECT_CODES = ["tool_timeout", "optimization_failed", "internal_error"];
/** Milliseconds for the probe of all engines, whatever jobs may take: a dozen processes in turn, 0.3 s on an idle machine. */
const PROBE_TIMEOUT_MS = 15_000;
/** How often children are looked at: one that was stopped is replaced well within two seconds. */
const WATCH_MS = 500;
/** A child that is not ready by then never will be: it takes half a second, on a machine with ten times its work five. */
const START_TIMEOUT_MS = 30_000;

export class Pool {
  readonly #settings: PoolSettings;
  readonly #events: PoolEvents;
  readonly #children = new Set<Child>();
  readonly #warden = new Warden();
  /** Who waits for a child, or for word that there will be none. */
  readonly #waiting: ((child: Child | ServiceError) => void)[] = [];
  #watch: NodeJS.Timeout | undefined;
  #failedStarts = 0;
  #closed = false;

  constructor(settings: PoolSettings, events: PoolEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  /** Spawns the children; resolves when the first is ready. */
  async start(): Promise<void> {
    for (let i = 0; i < this.#settings.children; i++) this.#spawn();
    this.#watch = setInterval(() => this.#endStuck(), WATCH_MS).unref();
    await Promise.any([...this.#children].map(({ ready }) => ready));
  }

  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  /** Children by what they do: `starting`, `idle`, `busy`. */
  get states(): Readonly<Record<"starting" | "idle" | "busy", number>> {
    const states = { starting: 0, idle: 0, busy: 0 };
    for (const { state } of this.#children) {
      if (state !== "gone") states[state]++;
    }
    return states;
  }

  /** Asks one child what the engines on this machine can do. */
  async probe(signal: AbortSignal): Promise<EngineReports> {
    const message = await this.#exchange(
      { type: "probe" },
      signal,
      PROBE_TIMEOUT_MS,
    );
    if (message.type !== "probed") throw new Error("unexpected answer");
    return message.reports;
  }

  /**
   * Runs one job in a child of its own. Rejects with `client_closed` when the
   * signal aborts, `tool_timeout` when the deadline passes, `optimization_failed`
   * when the child crashes (out of memory among the causes), or as the job failed.
   */
  async run(job: FileJob, signal: AbortSignal): Promise<Outcome> {
    const answer = await this.#work(job, signal);
    if (answer.type === "outcome") return answer.outcome;
    throw new Error("unexpected answer");
  }

  /** Has one file's optimization foretold; rejects as `run` does. */
  async estimate(job: EstimateJob, signal: AbortSignal): Promise<Estimate> {
    const answer = await this.#work(job, signal);
    if (answer.type === "estimated") return answer.estimate;
    throw new Error("unexpected answer");
  }

  /** Kills every child with its tools; nothing is lent afterwards, and who waits for a child is refused. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const child of this.#children) child.kill();
    this.#warden.close();
    for (const take of this.#waiting.splice(0)) take(closing());
  }

  /** Has a job done, and tells what became of it. */
  async #work(job: Job, signal: AbortSignal): Promise<FromChild> {
    const start = performance.now();
    const tell = (end: Pick<JobEnd, "code" | "tool" | "declined">): void =>
      this.#events.jobEnded?.({ job, ms: performance.now() - start, ...end });
    const { jobTimeoutMs } = this.#settings;
    try {
      const asked = { type: "job", job } as const;
      const answer = await this.#exchange(asked, signal, jobTimeoutMs);
      if (answer.type === "failure") throw failureOf(answer.failure);
      const declined = answer.type === "outcome" ? answer.outcome.declined : [];
      tell({ code: "ok", declined });
      return answer;
    } catch (error) {
      tell({ ...blameOf(error), declined: [] });
      throw error;
    }
  }

  async #exchange(
    message: ToChild,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<FromChild> {
    const child = await this.#lend(signal);
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    let reason: ChildEnd = "crashed";
    try {
      const answer = await new Promise<FromChild>((resolve, reject) => {
        child.answer = (given) => {
          if (given instanceof Error) reject(crashed(given));
          else resolve(given);
        };
        timer = setTimeout(() => {
          reason = "deadline";
          reject(timedOut(timeoutMs));
        }, timeoutMs);
        onAbort = () => {
          reason = "abandoned";
          reject(left());
        };
        signal.addEventListener("abort", onAbort, { once: true });
        child.send(message, (error) => reject(crashed(error)));
      });
      this.#release(child, answer);
      return answer;
    } catch (error) {
      // Whatever it still does, nobody waits for it: killing is the abort.
      this.#replace(child, reason);
      throw this.#closed && reason === "crashed" ? closing() : error;
    } finally {
      clearTimeout(timer);
      if (onAbort) signal.removeEventListener("abort", onAbort);
    }
  }

  /** A child that is ready, now or when one becomes so. A child that failed to start is never lent. */
  async #lend(signal: AbortSignal): Promise<Child> {
    if (signal.aborted) throw left();
    if (this.#closed) throw closing();
    const idle = [...this.#children].find(({ state }) => state === "idle");
    if (idle) {
      idle.state = "busy";
      return idle;
    }
    return new Promise((resolve, reject) => {
      const take = (child: Child | ServiceError): void => {
        signal.removeEventListener("abort", onAbort);
        if (child instanceof ServiceError) return reject(child);
        child.state = "busy";
        resolve(child);
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(left());
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(take);
    });
  }

  #release(child: Child, answer: FromChild): void {
    child.answer = undefined;
    const { recycleRssBytes } = this.#settings;
    const bloated = "rssBytes" in answer && answer.rssBytes > recycleRssBytes;
    const suspect =
      answer.type === "failure" && SUSPECT_CODES.includes(answer.failure.code);
    if (bloated) this.#replace(child, "bloated");
    else if (suspect) this.#replace(child, "suspect");
    else this.#offer(child);
  }

  #offer(child: Child): void {
    child.state = "idle";
    this.#waiting.shift()?.(child);
  }

  #spawn(): void {
    if (this.#closed) return;
    const child = new Child(this.#settings, {
      onReady: (ready) => {
        this.#failedStarts = 0;
        if (ready.state === "starting") this.#offer(ready);
      },
      onEnd: (ended, cause) => this.#onEnd(ended, cause),
      onStderr: ({ pid }, text) =>
        this.#events.warn({ child: pid, text }, "child wrote to stderr"),
    });
    this.#children.add(child);
    this.#warden.guard(this.pids);
  }

  /** A child ended that nobody asked to: the job in it fails, typed. */
  #onEnd(child: Child, cause: Error): void {
    if (child.state === "gone") return;
    const reason = child.state === "starting" ? "not-started" : "crashed";
    if (!this.#closed) {
      const details = { child: child.pid, cause: cause.message };
      this.#events.warn(details, "child ended");
    }
    this.#replace(child, reason, cause);
  }

  /** Children that will never answer: stopped by somebody, or stuck before they were ready. */
  #endStuck(): void {
    for (const child of this.#children) {
      const isLate =
        child.state === "starting" &&
        performance.now() - child.bornAtMs > START_TIMEOUT_MS;
      if (!isLate && !child.isStopped()) continue;
      const reason = isLate ? "not-started" : "stopped";
      this.#events.warn({ child: child.pid, reason }, "child ended: stuck");
      this.#replace(child, reason, new Error(`child is stuck: ${reason}`));
    }
  }

  /** Kills a child with all it started, fails the job in it, and has another take its place. */
  #replace(
    child: Child,
    reason: ChildEnd,
    cause = new Error(`child was killed: ${reason}`),
  ): void {
    if (child.state === "gone") return;
    child.state = "gone";
    this.#children.delete(child);
    child.kill();
    if (!this.#closed) this.#warden.guard(this.pids);
    child.answer?.(cause);
    if (this.#closed) return;
    this.#events.childEnded?.(reason);
    if (reason !== "not-started") return this.#spawn();
    const last = RESTART_MS.length - 1;
    const delay = RESTART_MS[Math.min(this.#failedStarts++, last)];
    setTimeout(() => this.#spawn(), delay).unref();
  }
}
