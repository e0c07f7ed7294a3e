// Sees to it that no child outlives the front, however that ends: a shell that holds the list of their groups and kills them when the front is gone.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/**
 * Reads lists of process groups, and at the end of the last line kills the
 * last list. The end comes with the front's, SIGKILL included: the kernel
 * closes its pipe. `setpriv` does the same for children and tools at once, but
 * is not everywhere, and does not reach what a tool has started.
 */
const SCRIPT =
  'groups=; while read -r line; do groups=$line; done; [ -z "$groups" ] || kill -s KILL -- $groups';

export class Warden {
  #shell: ChildProcess | undefined;
  #groups = "";

  /** Tells which children there are now: each leads a group of its own id. */
  guard(pids: readonly number[]): void {
    this.#groups = pids.map((pid) => `-${pid}`).join(" ");
    this.#shell ??= this.#open();
    this.#shell.stdin?.write(`${this.#groups}\n`);
  }

  /** Ends the watch; who is alive stays so. */
  close(): void {
    this.#groups = "";
    this.#shell?.stdin?.end("\n");
    this.#shell = undefined;
  }

  #open(): ChildProcess {
    // A session of its own: the terminal's Ctrl-C is not meant for it.
    const shell = spawn("/bin/sh", ["-c", SCRIPT], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: {},
    });
    const gone = (): void => {
      // Somebody ended it: the next list opens another.
      if (this.#shell === shell) this.#shell = undefined;
    };
    shell.on("error", gone);
    shell.on("exit", gone);
    shell.stdin.on("error", gone);
    shell.unref();
    return shell;
  }
}
