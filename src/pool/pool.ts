// Keeps the child processes: spawns them, lends one job to each, kills what overstays with its tools, replaces what is gone.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { ServiceError } from "../errors.ts";
import type { EngineReports } from "../image/engine-report.ts";
import { readFromChild } from "./protocol.ts";
import type { FromChild, Job, Outcome, ToChild } from "./protocol.ts";

export interface PoolSettings {
  /** Children kept ready. */
  readonly children: number;
  /** Threads one job may use. */
  readonly threads: number;
  readonly searchPath: string;
  /** Wall time of a whole job; on passing it the child is killed. */
  readonly jobTimeoutMs: number;
  /** Private memory a child may hold (RLIMIT_DATA), where prlimit is installed. */
  readonly memoryLimitBytes: number;
  /** A child that holds more than this after a job is replaced: glibc does not give back what libvips fragmented. */
  readonly recycleRssBytes: number;
}

export interface PoolLog {
  warn: (details: object, message: string) => void;
}

interface Child {
  readonly process: ChildProcess;
  /** Settles once it has been set up; rejects when it ended before. */
  readonly ready: Promise<void>;
  state: "starting" | "idle" | "busy" | "gone";
  /** Where its next answer goes. */
  answer: ((message: FromChild | Error) => void) | undefined;
}

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** Milliseconds before a child that failed to start is tried again; doubled up to the last. */
const RESTART_MS = [0, 100, 500, 2000] as const;
/** Failures after which a child is not trusted with the next job: tools may have left something running. */
const SUSPECT_CODES = ["tool_timeout", "optimization_failed", "internal_error"];

/** Milliseconds for the probe of all engines, whatever jobs may take: a dozen processes in turn, 0.3 s on an idle machine. */
const PROBE_TIMEOUT_MS = 15_000;

export class Pool {
  readonly #settings: PoolSettings;
  readonly #log: PoolLog;
  readonly #children = new Set<Child>();
  /** Who waits for a child, or for word that there will be none. */
  readonly #waiting: ((child: Child | ServiceError) => void)[] = [];
  #failedStarts = 0;
  #closed = false;
  /** Children that ended on their own while a job ran: what an operator wants to know. */
  crashes = 0;

  constructor(settings: PoolSettings, log: PoolLog) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Spawns the children; resolves when the first is ready. */
  async start(): Promise<void> {
    for (let i = 0; i < this.#settings.children; i++) this.#spawn();
    await Promise.any([...this.#children].map(({ ready }) => ready));
  }

  get pids(): number[] {
    return [...this.#children].flatMap(({ process: { pid } }) => pid ?? []);
  }

  /** Children set up and alive, busy ones included. */
  get alive(): number {
    return [...this.#children].filter(
      ({ state }) => state === "idle" || state === "busy",
    ).length;
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
  async run(job: Job, signal: AbortSignal): Promise<Outcome> {
    const message = await this.#exchange(
      { type: "job", job },
      signal,
      this.#settings.jobTimeoutMs,
    );
    if (message.type === "outcome") return message.outcome;
    if (message.type !== "failure") throw new Error("unexpected answer");
    const { code, message: text, context, detail } = message.failure;
    throw new ServiceError(code, text, context, { cause: new Error(detail) });
  }

  /** Kills every child with its tools; nothing is lent afterwards, and who waits for a child is refused. */
  close(): void {
    this.#closed = true;
    for (const child of this.#children) kill(child);
    for (const take of this.#waiting.splice(0)) take(closing());
  }

  async #exchange(
    message: ToChild,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<FromChild> {
    const child = await this.#lend(signal);
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<FromChild>((resolve, reject) => {
        child.answer = (answer) =>
          answer instanceof Error ? reject(answer) : resolve(answer);
        timer = setTimeout(() => {
          reject(timedOut(timeoutMs));
        }, timeoutMs);
        onAbort = () => {
          reject(left());
        };
        signal.addEventListener("abort", onAbort, { once: true });
        child.process.send(message, (error) => {
          if (error) reject(crashed(error));
        });
      }).then((answer) => {
        this.#release(child, answer);
        return answer;
      });
    } catch (error) {
      // Whatever it still does, nobody waits for it: killing is the abort.
      this.#discard(child);
      throw error;
    } finally {
      clearTimeout(timer);
      if (onAbort) signal.removeEventListener("abort", onAbort);
      child.answer = undefined;
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
    const { recycleRssBytes } = this.#settings;
    const bloated = "rssBytes" in answer && answer.rssBytes > recycleRssBytes;
    const suspect =
      answer.type === "failure" && SUSPECT_CODES.includes(answer.failure.code);
    if (bloated || suspect) this.#discard(child);
    else this.#offer(child);
  }

  #offer(child: Child): void {
    child.state = "idle";
    this.#waiting.shift()?.(child);
  }

  #discard(child: Child): void {
    if (child.state === "gone") return;
    child.state = "gone";
    this.#children.delete(child);
    kill(child);
    if (!this.#closed) this.#spawn();
  }

  #spawn(): void {
    const { threads, searchPath, memoryLimitBytes } = this.#settings;
    const [program, ...args] = contained(
      [process.execPath, "--disable-warning=ExperimentalWarning", WORKER],
      searchPath,
      memoryLimitBytes,
    );
    const subprocess = spawn(program!, args, {
      // Its own group, so that it can be killed together with its tools.
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // One arena: the child is single-minded, and glibc's default of eight per core only fragments.
      env: { PATH: searchPath, LC_ALL: "C", MALLOC_ARENA_MAX: "2" },
    });
    const {
      promise: ready,
      resolve: becomeReady,
      reject: failStart,
    } = Promise.withResolvers<void>();
    const child: Child = {
      process: subprocess,
      ready,
      state: "starting",
      answer: undefined,
    };
    child.ready.catch(() => undefined);
    this.#children.add(child);
    subprocess.stderr?.on("data", (chunk: Buffer) => {
      const text = chunk.toString("utf8", 0, 2000);
      this.#log.warn({ child: subprocess.pid, text }, "child wrote to stderr");
    });
    subprocess.on("message", (raw) => {
      const message = readFromChild(raw);
      if (message === undefined) {
        child.answer?.(crashed(new Error("unreadable answer from child")));
      } else if (message.type === "ready") {
        this.#failedStarts = 0;
        becomeReady();
        this.#offer(child);
      } else child.answer?.(message);
    });
    const onEnd = (cause: Error): void => {
      failStart(cause);
      this.#onEnd(child, cause);
    };
    subprocess.on("error", onEnd);
    subprocess.on("exit", (code, signal) => {
      onEnd(new Error(`child ended: ${signal ?? code}`));
    });
    subprocess.send({ type: "setup", setup: { threads, searchPath } }, () => {
      // A child that is already gone reports through "exit".
    });
  }

  /** A child ended that nobody asked to: the job in it fails, typed, and another takes its place. */
  #onEnd(child: Child, cause: Error): void {
    if (child.state === "gone") return;
    const { state } = child;
    child.state = "gone";
    this.#children.delete(child);
    kill(child);
    if (this.#closed) {
      child.answer?.(closing());
      return;
    }
    this.crashes++;
    this.#log.warn(
      { child: child.process.pid, cause: cause.message },
      "child ended",
    );
    child.answer?.(crashed(cause));
    if (state !== "starting") {
      this.#spawn();
      return;
    }
    const delay =
      RESTART_MS[Math.min(this.#failedStarts, RESTART_MS.length - 1)];
    this.#failedStarts++;
    setTimeout(() => {
      if (!this.#closed) this.#spawn();
    }, delay).unref();
  }
}

/** Ends the child and everything it started. */
function kill({ process: { pid } }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

/** `prlimit` bounds memory and core dumps, `setpriv` ends the child with us even when we are killed; both left out where missing. */
function contained(
  command: readonly string[],
  searchPath: string,
  memoryLimitBytes: number,
): string[] {
  const prlimit = find("prlimit", searchPath);
  const setpriv = find("setpriv", searchPath);
  return [
    ...(prlimit
      ? [prlimit, `--data=${memoryLimitBytes}`, "--core=0", "--"]
      : []),
    ...(setpriv ? [setpriv, "--pdeathsig", "KILL", "--"] : []),
    ...command,
  ];
}

function find(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function timedOut(timeoutMs: number): ServiceError {
  const timeout = timeoutMs / 1000;
  return new ServiceError(
    "tool_timeout",
    `The image took longer than ${timeout} s and was given up.`,
    { tool: "job", timeout },
  );
}

function left(): ServiceError {
  return new ServiceError("client_closed", "The client closed the connection.");
}

function closing(): ServiceError {
  return new ServiceError(
    "service_overloaded",
    "The service is shutting down.",
    {
      retry_after: 5,
    },
  );
}

function crashed(cause: Error): ServiceError {
  return new ServiceError(
    "optimization_failed",
    "The process working on the image crashed or ran out of memory.",
    { tool: "worker" },
    { cause },
  );
}
