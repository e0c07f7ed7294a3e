// The parent's side of a lab process: starts it, asks it, and kills it with its tools when it overstays.

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";

import type { EngineReports } from "../../src/image/engine-report.ts";
import { NODE_FLAGS } from "../../src/pool/child.ts";
import type { Answer, Envelope } from "./serve.ts";

/** The process ended, or was stopped, before it answered. */
export class LabProcessError extends Error {
  override readonly name = "LabProcessError";
}

/** A process that is started when it is first needed, and again when it was lost. */
export class KeptProcess {
  readonly #script: URL;
  readonly #startMs: number;
  #process: LabProcess | undefined;
  engines: EngineReports = {};

  /** `script` as LabProcess takes it; it has `startMs` to load its code and probe the engines. */
  constructor(script: URL, startMs: number) {
    this.#script = script;
    this.#startMs = startMs;
  }

  /** Starts the process and learns what engines there are. */
  async open(): Promise<LabProcess> {
    if (this.#process) return this.#process;
    const started = new LabProcess(this.#script);
    this.#process = started;
    const searchPath = process.env["PATH"] ?? "";
    const { engines } = await started.ask<{ engines: EngineReports }>(
      { type: "set-up", searchPath },
      this.#startMs,
    );
    this.engines = engines;
    return started;
  }

  /** Throws as `LabProcess.ask` does; a process that was lost over it is not asked again. */
  async ask<Reply>(body: unknown, timeoutMs: number): Promise<Reply> {
    const lab = await this.open();
    try {
      return await lab.ask<Reply>(body, timeoutMs);
    } catch (error) {
      if (error instanceof LabProcessError) this.#process = undefined;
      throw error;
    }
  }

  /** Ends the process at once, with its tools. */
  stop(): void {
    this.#process?.stop();
    this.#process = undefined;
  }

  /** Lets the process end; the next request gets a new one. */
  async close(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    await ended?.end();
  }
}

type Settle = (answer: Answer | LabProcessError) => void;

export class LabProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Settle>();
  #asked = 0;

  /** `script` is a module that calls `serve`. It gets the flags and the environment that the pool gives its children. */
  constructor(script: URL) {
    this.#child = fork(script, {
      // Its own group, so that it can be killed together with its tools.
      detached: true,
      execArgv: [...NODE_FLAGS],
      env: {
        PATH: process.env["PATH"],
        LC_ALL: "C",
        MALLOC_ARENA_MAX: "2",
      },
    });
    this.#child.on("message", (answer: Answer) => {
      this.#settle(answer.id, answer);
    });
    this.#child.on("error", (error) => this.#fail(error.message));
    this.#child.on("exit", (code, signal) => {
      this.#fail(`the process ended: ${signal ?? code}`);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Throws an Error with the words of what the handler threw, `LabProcessError` when no answer comes in time. */
  async ask<Reply>(body: unknown, timeoutMs: number): Promise<Reply> {
    const id = this.#asked++;
    const timer = setTimeout(() => {
      this.#settle(
        id,
        new LabProcessError(`no answer within ${timeoutMs / 1000} s`),
      );
      this.stop();
    }, timeoutMs);
    try {
      const answer = await new Promise<Answer | LabProcessError>((resolve) => {
        this.#waiting.set(id, resolve);
        const envelope: Envelope = { id, body };
        this.#child.send(envelope, (error) => {
          if (error) this.#settle(id, new LabProcessError(error.message));
        });
      });
      if (answer instanceof LabProcessError) throw answer;
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.body as Reply;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets it tidy up and end; what it was asked meanwhile is lost. */
  async end(): Promise<void> {
    if (!this.#child.connected) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.disconnect();
    await ended;
  }

  stop(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It ended on its own.
    }
  }

  #settle(id: number, answer: Answer | LabProcessError): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #fail(reason: string): void {
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id, new LabProcessError(reason));
    }
  }
}
