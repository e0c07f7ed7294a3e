// Runs a peer's command to its end and says what it cost, tools of its own included.

import { execFile } from "node:child_process";

export interface CommandCost {
  readonly wallMs: number;
  /** User and system time of the whole process tree, to 1 ms; null when bash did not tell. */
  readonly cpuMs: number | null;
  /** What it said, stdout before stderr. */
  readonly words: string;
}

/** Milliseconds that a peer may take. */
const TIMEOUT_MS = 120_000;
/**
 * bash tells rusage to the millisecond, where Node tells none and /proc counts
 * in steps of 10. Its own stderr carries nothing but that line.
 */
const TIMED = `TIMEFORMAT="%3U %3S"; { time "$0" "$@" 2>&3; } 3>&1`;
/** One core each, as our jobs have. */
const ONE_THREAD = {
  OMP_NUM_THREADS: "1",
  MAGICK_THREAD_LIMIT: "1",
  VIPS_CONCURRENCY: "1",
};

/** Rejects with what the command said when it is missing, fails or overstays. */
export function timedCommand(command: readonly string[]): Promise<CommandCost> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    execFile(
      "bash",
      ["-c", TIMED, ...command],
      {
        timeout: TIMEOUT_MS,
        killSignal: "SIGKILL",
        env: { PATH: process.env["PATH"], LC_ALL: "C", ...ONE_THREAD },
      },
      (error, stdout, stderr) => {
        const wallMs = performance.now() - start;
        if (error) {
          const words = `${stdout}${stderr}`.trim().slice(0, 300);
          return reject(new Error(`${command[0]}: ${words}`));
        }
        resolve({ wallMs, cpuMs: cpuMsOf(stderr), words: stdout });
      },
    );
  });
}

function cpuMsOf(stderr: string): number | null {
  const found = /(\d+\.\d{3}) (\d+\.\d{3})\s*$/.exec(stderr);
  return found ? (Number(found[1]) + Number(found[2])) * 1000 : null;
}
