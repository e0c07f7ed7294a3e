// The child: waits for a job, runs it, answers with an outcome or a failure, and ends when its parent does.

import { probeEngines } from "../engines/probe.ts";
import { setSearchPath } from "../engines/command.ts";
import { setUpSharp } from "../engines/sharp.ts";
import { ServiceError } from "../errors.ts";
import { runJob } from "../verbs/run-job.ts";
import type { Failure, FromChild, Job, ToChild } from "./protocol.ts";

process.on("message", (message: ToChild) => {
  void receive(message);
});
// The parent is gone: nobody is left to answer.
process.on("disconnect", () => process.exit(0));
// Signals meant for the parent's terminal reach its children too; the parent decides when they end.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

async function receive(message: ToChild): Promise<void> {
  switch (message.type) {
    case "setup":
      setSearchPath(message.setup.searchPath);
      setUpSharp(message.setup.threads);
      return answer({ type: "ready" });
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
    const outcome = await runJob(job);
    return { type: "outcome", outcome, rssBytes: process.memoryUsage.rss() };
  } catch (error) {
    return {
      type: "failure",
      failure: failureOf(error),
      rssBytes: process.memoryUsage.rss(),
    };
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
