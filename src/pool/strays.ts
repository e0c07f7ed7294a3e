// Ends what tools that failed have left running in a child's group: a grandchild outlives the tool that started it.

import { readdirSync, readFileSync } from "node:fs";

import { toolChannel } from "../engines/command.ts";
import type { ToolRun } from "../engines/command.ts";

/**
 * Gives the function to call after a job. Looks only when a tool has failed,
 * since a look takes some milliseconds; without /proc it does nothing, and the
 * child's own end, which takes its group with it, has to do.
 */
export function strayEnder(): () => void {
  let mayHaveStrays = false;
  toolChannel.subscribe((run) => {
    if (!(run as ToolRun).endedWell) mayHaveStrays = true;
  });
  return () => {
    if (mayHaveStrays) endOthersOf(process.pid);
    mayHaveStrays = false;
  };
}

/** Kills every process of a group but its leader. */
function endOthersOf(group: number): void {
  for (const pid of processes()) {
    if (pid === group || groupOf(pid) !== group) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended on its own.
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** A process's group: field 5 of its stat (proc(5)). */
function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    return undefined;
  }
}
