// Sends a job to the verb its intent names.

import type { Job, Outcome } from "../pool/protocol.ts";
import { convert } from "./convert.ts";
import { optimize } from "./optimize.ts";

export function runJob(job: Job): Promise<Outcome> {
  return isConvert(job) ? convert(job) : optimize(job);
}

function isConvert(
  job: Job,
): job is Extract<Job, { intent: { verb: "convert" } }> {
  return job.intent.verb === "convert";
}
