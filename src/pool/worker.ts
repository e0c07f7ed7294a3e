// The child: waits for a job, runs it, answers with an outcome or a failure, and ends when its parent does.

import { writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { setPriority } from "node:os";

import { probeEngines } from "../engines/probe.ts";
import { setSearchPath } from "../engines/command.ts";
import { setUpSharp } from "../engines/sharp.ts";
import { ServiceError } from "../errors.ts";
import { runJob } from "../verbs/run-job.ts";
import type { Failure, FromChild, Job, ToChild } from "./protocol.ts";
import { strayEnder } from "./strays.ts";

/** Of -1000 to 1000: half of all memory counts against us beside what we hold. */
const OOM_SCORE = "500";
/** Of 19: the front answers 503 within 23 to 64 ms (p99) beside two busy children, at 0 within 50 to 200 (`npm run soak -- overload`). */
const NICENESS = 5;

process.on("message", (message: ToChild) => {
  void receive(message);
});
// The parent is gone: nobody is left to answer, nor for our tools to work for.
process.on("disconnect", endGroup);
// Signals meant for the parent's terminal reach its children too; the parent decides when they end.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

offerForSacrifice();
giveWay();
const endStrays = strayEnder();

async function receive(message: ToChild): Promise<void> {
  switch (message.type) {
    case "setup":
      setSearchPath(message.setup.searchPath);
      setUpSharp(message.setup.threads);
      answer({ type: "ready" });
      // For the next child; Node's own flush at exit never comes, since children are killed.
      flushCompileCache();
      return;
    case "probe":
      return answer({
        type: "probed",
        reports: structuredClone(await probeEngines()) as Extract<
          FromChild,
          { type: "probed" }
        >["reports"],
      });
    case "job":
      return answer(await work(message.job));
  }
}

async function work(job: Job): Promise<FromChild> {
  try {
    const result = await runJob(job);
    return { ...result, rssBytes: process.memoryUsage.rss() };
  } catch (error) {
    return {
      type: "failure",
      failure: failureOf(error),
      rssBytes: process.memoryUsage.rss(),
    };
  } finally {
    endStrays();
  }
}

function failureOf(error: unknown): Failure {
  const detail = describe(error);
  if (error instanceof ServiceError) {
    const { code, message, context } = error;
    return { code, message, context: { ...context }, detail };
  }
  return {
    code: "internal_error",
    message: "Something unforeseen went wrong.",
    context: {},
    detail,
  };
}

/** For the log alone: the error with its causes, bounded. */
function describe(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    parts.push(
      at instanceof ServiceError ? at.message : (at.stack ?? at.message),
    );
  }
  return parts.join(" ← ").slice(0, 4000);
}

function answer(message: FromChild): void {
  process.send?.(message);
}

/** Ends this process and all that it started: the pool spawned it as the leader of a group. */
function endGroup(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } finally {
    process.exit(0);
  }
}

/** When memory runs out, the kernel takes a child before the front: it costs one request, not all (proc(5), oom_score_adj). */
function offerForSacrifice(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", OOM_SCORE);
  } catch {
    // No such file, no such kernel.
  }
}

/**
 * Whoever answers and refuses goes first: a child takes what processor time is
 * left. A kernel that shares by session (sched(7), autogroup) heeds only the
 * session's own niceness.
 */
function giveWay(): void {
  try {
    setPriority(NICENESS);
    writeFileSync("/proc/self/autogroup", String(NICENESS));
  } catch {
    // No such file, no such kernel.
  }
}
