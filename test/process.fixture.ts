// Starts the service as a process of its own, as npm start does, for claims about signals and about what outlives it.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Settings } from "./service.fixture.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const { scripts } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { scripts: { start: string } };
/** Node's options in `npm start`. */
const START_OPTIONS = scripts.start.split(" ").slice(1, -1);

export interface ServiceProcess {
  readonly pid: number;
  readonly base: string;
  readonly workspaceDir: string;
  /** Lines of its log so far, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly process: ChildProcess;
  /** Its exit code or signal, once it has ended. */
  readonly ended: Promise<number | string>;
  /** Ends it whatever it does, and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Resolves once it says that it is ready. `nodeOptions` go before the entry file. */
export async function serviceProcess(
  settings: Settings = {},
  nodeOptions: readonly string[] = [],
): Promise<ServiceProcess> {
  const workspaceDir = await mkdtemp(join(tmpdir(), "process-"));
  const child = spawn(
    process.execPath,
    [...START_OPTIONS, ...nodeOptions, MAIN],
    {
      cwd: workspaceDir,
      env: {
        PATH: process.env["PATH"],
        HOST: "127.0.0.1",
        PORT: "0",
        // Its lines say when it is ready.
        LOG_LEVEL: "info",
        WORKSPACE_DIR: workspaceDir,
        STORAGE_LOCAL_DIR: join(workspaceDir, "storage"),
        ...settings,
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = once(child, "exit").then(
    ([code, signal]) => (signal ?? code) as number | string,
  );
  const lines: Record<string, unknown>[] = [];
  const ports = new Promise<number[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      lines.push(entry);
      if (entry["msg"] !== "ready") return;
      resolve(lines.find((each) => each["ports"])?.["ports"] as number[]);
    });
    void ended.then((how) => reject(new Error(`it ended at once: ${how}`)));
  });
  const [port] = await ports;
  return {
    pid: child.pid!,
    base: `http://127.0.0.1:${port}`,
    workspaceDir,
    lines,
    process: child,
    ended,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(workspaceDir, { recursive: true, force: true });
    },
  };
}

interface ProcessStat {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** CPU time in ticks of 10 ms, threads included (proc(5), stat fields 14 and 15). */
  readonly ticks: number;
}

/** All processes; zombies left out. */
export function processes(): ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
    .filter(({ state }) => state !== "Z");
}

/** All processes that descend from `pid`, itself not included; zombies left out. */
export function descendantsOf(pid: number): ProcessStat[] {
  const all = processes();
  const found: ProcessStat[] = [];
  let parents = [pid];
  while (parents.length > 0) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

/** Resident memory of a process and of all that descend from it, in bytes; shared pages are counted in each. */
export function treeRss(pid: number): number {
  return [pid, ...descendantsOf(pid).map((child) => child.pid)]
    .map(rssOf)
    .reduce((sum, bytes) => sum + bytes, 0);
}

export function rssOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [open, close] = [stat.indexOf("("), stat.lastIndexOf(")")];
    const fields = stat.slice(close + 2).split(" ");
    const [state = "", parent = "0", group = "0"] = fields;
    const ticks = Number(fields[11]) + Number(fields[12]);
    const name = stat.slice(open + 1, close);
    return {
      pid,
      name,
      state,
      parent: Number(parent),
      group: Number(group),
      ticks,
    };
  } catch {
    return undefined;
  }
}
