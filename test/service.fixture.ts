// Starts the real service for a test file, on a free port and with a workspace of its own, and says what is left of it.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { readConfig } from "../src/config.ts";
import { startService } from "../src/main.ts";
import { openLog } from "../src/observe/log.ts";
import type { Logger } from "../src/observe/log.ts";

export interface Served {
  readonly port: number;
  readonly base: string;
  readonly children: () => number[];
  /** The folder that holds the service's own root while it runs. */
  readonly workspaceDir: string;
  /** Folders of requests that are under way. */
  readonly requestFolders: () => Promise<string[]>;
  /** Idempotent. */
  readonly stop: () => Promise<void>;
}

export type Settings = Readonly<Record<string, string>>;

export async function serve(
  settings: Settings = {},
  log: Logger = openLog("silent"),
): Promise<Served> {
  const workspaceDir = await mkdtemp(join(tmpdir(), "contract-"));
  const config = readConfig({
    PORT: "0",
    HOST: "127.0.0.1",
    LOG_LEVEL: "silent",
    WORKSPACE_DIR: workspaceDir,
    ...settings,
  });
  const service = await startService(config, process.env["PATH"] ?? "", log);
  const port = service.ports[0]!;
  let stopped: Promise<void> | undefined;
  return {
    port,
    base: `http://127.0.0.1:${port}`,
    children: service.children,
    workspaceDir,
    requestFolders: async () => {
      const root = join(workspaceDir, `darkroom-${process.pid}`);
      const names = await readdir(root);
      return names.filter((name) => name !== "owner");
    },
    stop: () => (stopped ??= service.stop()),
  };
}

/** A service for the tests of the suite (or file) it is called in; started before them, stopped after. */
export function served(settings: Settings = {}, log?: Logger): () => Served {
  let service: Served | undefined;
  before(async () => {
    service = await serve(settings, log);
  });
  after(async () => {
    await service?.stop();
    if (service) await rm(service.workspaceDir, { recursive: true });
  });
  return () => service!;
}

/** Asks again until `isTrue` says so; throws, naming `what`, when `withinMs` pass first. */
export async function eventually(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${what}`);
    }
    await pause(10);
  }
}

/** Whether a process is there and not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    return statOf(pid)[0] !== "Z";
  } catch {
    return false;
  }
}

/** The child that works on a request under way: the one whose CPU time grows by 50 ms before any other's. */
export async function busyChild({
  children,
  requestFolders,
}: Served): Promise<number> {
  // Before that, what grows is a child that is still starting.
  await eventually("a request arrives", async () => {
    return (await requestFolders()).length > 0;
  });
  const start = new Map(children().map((pid) => [pid, ticksOf(pid)]));
  let busy: number | undefined;
  await eventually("a child works", () => {
    busy = children().find((pid) => {
      const ticks = start.get(pid);
      return ticks !== undefined && ticksOf(pid) - ticks >= 5;
    });
    return busy !== undefined;
  });
  return busy!;
}

/** CPU time in ticks of 10 ms, threads included (proc(5), stat fields 14 and 15). */
function ticksOf(pid: number): number {
  try {
    const fields = statOf(pid);
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

/** The fields of /proc/<pid>/stat from the state on. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
