// Reads what Linux counts for processes (proc(5)); on systems without /proc every figure is null.

import { readFileSync, writeFileSync } from "node:fs";

/** Ticks per second in /proc: USER_HZ is 100 on every architecture Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU milliseconds of this process's children that have ended (cutime and
 * cstime). The kernel adds them up in nanoseconds and tells them in steps of
 * 10 ms, so that a difference errs by up to 10 ms but a sum of many does not.
 */
export function endedChildrenCpuMs(): number | null {
  const stat = readText("/proc/self/stat");
  if (stat === undefined) return null;
  // The name, in parentheses, may hold spaces: counted from behind it, cutime and cstime are 13 and 14.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[13]) + Number(fields[14]);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** Starts the count of this process's peak memory anew; false where the system does not let it. */
export function resetPeakRss(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}

/** The most memory a process has held (VmHWM) in bytes; null when it is gone. */
export function peakRssBytes(pid: number | "self"): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(
    readText(`/proc/${pid}/status`) ?? "",
  )?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Ids of all living processes below one. */
export function descendantsOf(pid: number): number[] {
  const text = readText(`/proc/${pid}/task/${pid}/children`) ?? "";
  const children = text.split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
