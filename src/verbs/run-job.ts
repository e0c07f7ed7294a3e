// Sends a job to the verb its intent names.

import type { Estimate, FileJob, Job, Outcome } from "../pool/protocol.ts";
import { convert } from "./convert.ts";
import { estimate } from "./estimate.ts";
import { optimize } from "./optimize.ts";

/** What a job came to: a file, or what one would be like. */
export type JobResult =
  | { readonly type: "outcome"; readonly outcome: Outcome }
  | { readonly type: "estimated"; readonly estimate: Estimate };

export async function runJob(job: Job): Promise<JobResult> {
  return isOf(job, "estimate")
    ? { type: "estimated", estimate: await estimate(job) }
    : { type: "outcome", outcome: await makeFile(job) };
}

/** Runs a job that makes a file. */
export function makeFile(job: FileJob): Promise<Outcome> {
  return isOf(job, "convert") ? convert(job) : optimize(job);
}

function isOf<V extends Job["intent"]["verb"]>(
  job: Job,
  verb: V,
): job is Extract<Job, { intent: { verb: V } }> {
  return job.intent.verb === verb;
}
