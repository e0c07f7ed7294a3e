// Wraps a child's command in what the system offers to bound it; says nothing of when it is killed.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * `prlimit` bounds private memory (RLIMIT_DATA, in bytes) and core dumps,
 * `setpriv` ends the process with its parent even when that is killed. Either
 * is left out where it is not on `searchPath`.
 */
export function contained(
  command: readonly string[],
  searchPath: string,
  memoryLimitBytes: number,
): readonly [program: string, ...args: string[]] {
  const prlimit = find("prlimit", searchPath);
  const setpriv = find("setpriv", searchPath);
  return [
    ...(prlimit
      ? [prlimit, `--data=${memoryLimitBytes}`, "--core=0", "--"]
      : []),
    ...(setpriv ? [setpriv, "--pdeathsig", "KILL", "--"] : []),
    ...command,
  ] as unknown as readonly [string, ...string[]];
}

function find(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
