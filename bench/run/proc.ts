// Reads what Linux counts for processes (proc(5)); on systems without /proc every figure is null.

import { readFileSync, readlinkSync, writeFileSync } from "node:fs";

/** Ticks per second in /proc: USER_HZ is 100 on every architecture Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU milliseconds of this process's children that have ended (cutime and
 * cstime). The kernel adds them up in nanoseconds and tells them in steps of
 * 10 ms, so that a difference errs by up to 10 ms but a sum of many does not.
 */
export function endedChildrenCpuMs(): number | null {
  return cpuMsIn("self", [CUTIME, CSTIME]);
}

/** CPU milliseconds of a process, of all below it, and of those below it that have ended; null without /proc. */
export function treeCpuMs(pid: number): number | null {
  const fields = [UTIME, STIME, CUTIME, CSTIME];
  const own = cpuMsIn(pid, fields);
  if (own === null) return null;
  return descendantsOf(pid).reduce(
    (total, child) => total + (cpuMsIn(child, fields) ?? 0),
    own,
  );
}

/** Fields of /proc/PID/stat, counted from behind the name, which is in parentheses and may hold spaces. */
const [UTIME, STIME, CUTIME, CSTIME] = [11, 12, 13, 14];

function cpuMsIn(
  pid: number | "self",
  indexes: readonly number[],
): number | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = indexes.reduce((total, at) => total + Number(fields[at]), 0);
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

/** The most memory a process has held in bytes; null when it is gone. */
export function peakRssBytes(pid: number | "self"): number | null {
  return statusBytes(pid, /^VmHWM:\s+(\d+) kB$/m);
}

/** The memory that a process holds in bytes, pages shared with others included; null when it is gone. */
export function residentBytes(pid: number): number | null {
  return statusBytes(pid, /^VmRSS:\s+(\d+) kB$/m);
}

function statusBytes(pid: number | "self", line: RegExp): number | null {
  const kilobytes = line.exec(readText(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Path of the program that a process runs; null when it is gone. */
export function programOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
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
