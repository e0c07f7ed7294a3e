// How much memory the service may plan with: what was set, or a share of what the container or machine has.

import { readFileSync } from "node:fs";
import { totalmem } from "node:os";

/** Share of the whole that jobs may be expected to hold; the rest is for the front, the tools' own overhead and the system. */
const SHARE = 0.6;
/** cgroup v2's and v1's limits (man 7 cgroups). */
const CGROUP_FILES = [
  "/sys/fs/cgroup/memory.max",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
];

/** Private memory that a child has mapped before it has worked: V8's heap and the stacks of its threads (VmData, 686 MB; 69 MB of it are used). */
const CHILD_BASE_BYTES = 700 * 1024 ** 2;
/** Mapped for each byte that a job is weighed at: 1.29 for a 100 MP WebP to JPEG, of which half is used. */
const MAPPED_PER_BYTE = 1.5;

/**
 * Bytes that one child may map (RLIMIT_DATA counts what is mapped, used or
 * not): enough for a job as heavy as the whole budget, an end for one that is
 * not what its header says.
 */
export function childMemoryLimitBytes(budgetBytes: number): number {
  return Math.floor(CHILD_BASE_BYTES + MAPPED_PER_BYTE * budgetBytes);
}

/** Bytes: `settingMb` MB, or 60 % of the smaller of the cgroup's limit and the machine's memory when it is 0. */
export function memoryBudgetBytes(settingMb: number): number {
  if (settingMb > 0) return settingMb * 1024 ** 2;
  const limits = CGROUP_FILES.map(readLimit).filter((limit) => limit > 0);
  return Math.floor(Math.min(totalmem(), ...limits) * SHARE);
}

/** 0 where there is no such file or no limit in it. */
function readLimit(path: string): number {
  try {
    return Number(readFileSync(path, "utf8")) || 0;
  } catch {
    return 0;
  }
}
