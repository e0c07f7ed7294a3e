// One child process: started under limits, told what to do, and killed with all it started. Knows no other child, and no job.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { contained } from "./containment.ts";
import { readFromChild } from "./protocol.ts";
import type { FromChild, ToChild } from "./protocol.ts";

export interface ChildSettings {
  /** Threads one job may use. */
  readonly threads: number;
  readonly searchPath: string;
  /** Private memory a child may hold (RLIMIT_DATA), where prlimit is installed. */
  readonly memoryLimitBytes: number;
}

export interface ChildEvents {
  readonly onReady: (child: Child) => void;
  /** It ended, or could not be started; heard once. */
  readonly onEnd: (child: Child, cause: Error) => void;
  readonly onStderr: (child: Child, text: string) => void;
}

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
/**
 * Where Node keeps what it compiled: a child starts in 0.37 CPU-s with it and
 * in 0.96 without, types being stripped anew. Beside the modules, since who may
 * write there may change the code as well; where nobody may, it is done without.
 */
const CODE_CACHE = fileURLToPath(
  new URL("../../node_modules/.cache/darkroom", import.meta.url),
);

/**
 * How children are to collect garbage. Their pixels lie outside of V8's heap, which
 * is small for it: by its own rule it marked all of that heap once for every 15 MB of them, twice
 * an estimate. It may grow to three times what is alive, in a young part of
 * 4 MB: twelve jobs of eight formats took 1.52 CPU-s for 1.96, in 395 MB for 472.
 */
export const NODE_FLAGS: readonly string[] = [
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=4",
  "--heap-growing-percent=200",
];

export class Child {
  readonly #process: ChildProcess;
  readonly bornAtMs = performance.now();
  /** Settles once it has been set up; rejects when it ended before. */
  readonly ready: Promise<void>;
  state: "starting" | "idle" | "busy" | "gone" = "starting";
  /** Where its next answer goes. */
  answer: ((message: FromChild | Error) => void) | undefined;

  constructor(settings: ChildSettings, events: ChildEvents) {
    const { threads, searchPath, memoryLimitBytes } = settings;
    const [program, ...args] = contained(
      [process.execPath, ...NODE_FLAGS, WORKER],
      searchPath,
      memoryLimitBytes,
    );
    this.#process = spawn(program, args, {
      // Its own group, so that it can be killed together with its tools.
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: {
        PATH: searchPath,
        LC_ALL: "C",
        // Two arenas: the child is single-minded, and glibc's default of eight per core only fragments.
        MALLOC_ARENA_MAX: "2",
        NODE_COMPILE_CACHE: CODE_CACHE,
      },
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    promise.catch(() => undefined);
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      events.onStderr(this, chunk.toString("utf8", 0, 2000));
    });
    this.#process.on("message", (raw) => {
      const message = readFromChild(raw);
      if (message?.type === "ready") {
        resolve();
        events.onReady(this);
      } else this.answer?.(message ?? new Error("unreadable answer"));
    });
    const end = (cause: Error): void => {
      reject(cause);
      events.onEnd(this, cause);
    };
    this.#process.on("error", end);
    this.#process.on("exit", (code, signal) => {
      end(new Error(`child ended: ${signal ?? code}`));
    });
    this.send({ type: "setup", setup: { threads, searchPath } });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** `onFailure` hears when it cannot be reached; a child that is gone also tells so by `onEnd`. */
  send(message: ToChild, onFailure?: (error: Error) => void): void {
    this.#process.send(message, (error) => {
      if (error) onFailure?.(error);
    });
  }

  /**
   * Whether somebody has stopped it (SIGSTOP and its like): it will neither
   * work nor end. Always false where there is no /proc; a job's deadline bounds it there.
   */
  isStopped(): boolean {
    try {
      const stat = readFileSync(`/proc/${this.pid}/stat`, "utf8");
      return stat[stat.lastIndexOf(")") + 2] === "T";
    } catch {
      return false;
    }
  }

  /** Ends it and everything it started. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  }
}
