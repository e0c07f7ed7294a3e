// Says what was measured, and on what: machine, kernel, runtime, commit.

import { spawnSync } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

import type { Machine } from "./result.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    node: process.version,
  };
}

/** The commit of the tree, "+" behind it when there are changes on top; null where git cannot tell. */
export function commit(): string | null {
  const head = git("rev-parse", "--short=12", "HEAD");
  if (head === null) return null;
  const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
  return isChanged ? `${head}+` : head;
}

function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync("git", args, {
    cwd: ROOT,
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : null;
}
