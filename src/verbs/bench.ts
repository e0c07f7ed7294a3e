// The workbench a verb's strategies and encoders stand at, made from the job's own limits.

import { join } from "node:path";

import type { WorkBench } from "../codecs/codec.ts";
import type { Job } from "../pool/protocol.ts";

export interface VerbBench extends WorkBench {
  /** Tokens said so far, in order, each once. */
  readonly warnings: readonly string[];
}

export function benchOf(job: Job): VerbBench {
  const warnings: string[] = [];
  let made = 0;
  return {
    scratch: (name) => join(job.workspace, `${made++}-${name}`),
    engines: new Set(job.engines),
    encoders: job.encoders,
    toolTimeoutMs: job.toolTimeoutMs,
    warn: (token) => {
      if (!warnings.includes(token)) warnings.push(token);
    },
    warnings,
  };
}
