// Starts the service as its operator would, in a process of its own, and ends it; knows nothing of what it is asked.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const { scripts } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { scripts: { start: string } };
/** Node's options in `npm start`. */
const START_OPTIONS = scripts.start.split(" ").slice(1, -1);
/** Milliseconds until it must be ready: it probes every engine first. */
const START_MS = 60_000;
/** Milliseconds for its jobs to end: its own grace is 30 s. */
const STOP_MS = 40_000;
const POLL_MS = 50;

export interface RunningServer {
  readonly pid: number;
  readonly base: string;
  readonly stop: () => Promise<void>;
}

/**
 * Default settings but a port that is free; it works in `folder`, where it
 * finds no `.env`. Rejects when it ends, or is not ready in time.
 */
export async function startServer(folder: string): Promise<RunningServer> {
  const child = spawn(process.execPath, [...START_OPTIONS, MAIN], {
    cwd: folder,
    // Its own group, so that nothing of it can be left behind.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: "0" },
  });
  const stop = () => stopServer(child);
  try {
    const port = await portOf(child);
    const base = `http://127.0.0.1:${port}`;
    await untilReady(base);
    return { pid: child.pid!, base, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The port that its log names; whatever it writes later is read and dropped, so that it never waits for us. */
async function portOf(child: ChildProcess): Promise<number> {
  const timer = setTimeout(() => killGroup(child), START_MS);
  child.stderr!.resume();
  const lines = createInterface({ input: child.stdout! });
  try {
    return await new Promise<number>((resolve, reject) => {
      lines.on("line", (line) => {
        const port = /"ports":\[(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        reject(new Error(`the service ended: ${signal ?? code}`));
      });
    });
  } finally {
    clearTimeout(timer);
  }
}

async function untilReady(base: string): Promise<void> {
  const end = performance.now() + START_MS;
  while (performance.now() < end) {
    const { status } = await fetch(`${base}/ready`);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the service is not ready after ${START_MS / 1000} s`);
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const timer = setTimeout(() => killGroup(child), STOP_MS);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }
  killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
