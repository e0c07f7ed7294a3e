// Where a request's files live: one folder each, always removed, and swept at start when a process died with some left.

import { rmSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  statfs,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openAccount } from "./file-ledger.ts";
import type { FileAccount, FileLedger } from "./file-ledger.ts";

/** Folders of ours begin so, each followed by the process's id. */
const PREFIX = "darkroom-";
/** Names the process that owns a folder: its id and when it started, since ids come again. */
const OWNER_FILE = "owner";
const TMPFS = "/dev/shm";
/** statfs type of tmpfs (linux/magic.h). */
const TMPFS_MAGIC = 0x01021994;
/** Free space that makes memory the better place (the contract's figure). */
const TMPFS_MIN_FREE_BYTES = 1024 ** 3;

export interface Workspace {
  /** The request's folder; gone after `use` returns. */
  readonly folder: string;
  /** A path in it. */
  readonly path: (name: string) => string;
  /** Where its files' bytes are counted, if they lie in memory. */
  readonly account: Pick<FileAccount, "take" | "keep">;
}

/** The folder of all requests of this process. */
export class Workspaces {
  readonly #root: string;
  /** Whether files here are held in memory, and so count in its budget. */
  readonly inMemory: boolean;
  readonly #ledger: FileLedger | undefined;

  private constructor(
    root: string,
    inMemory: boolean,
    ledger: FileLedger | undefined,
  ) {
    this.#root = root;
    this.inMemory = inMemory;
    this.#ledger = ledger;
  }

  /**
   * Opens the folder under `base` (by default memory where 1 GiB is free there,
   * else the system's temporary folder) and removes those of processes that are
   * no more. `openLedger` is asked where files lie in memory.
   */
  static async open(
    base: string | undefined,
    openLedger?: () => FileLedger,
  ): Promise<Workspaces> {
    const inMemory = await isRoomyTmpfs(base ?? TMPFS, base === undefined);
    const parent = base ?? (inMemory ? TMPFS : tmpdir());
    await mkdir(parent, { recursive: true });
    await sweep(parent);
    const root = join(parent, `${PREFIX}${process.pid}`);
    await rm(root, { recursive: true, force: true });
    await mkdir(root, { mode: 0o700 });
    await writeFile(
      join(root, OWNER_FILE),
      JSON.stringify({ pid: process.pid, started: await startOf(process.pid) }),
    );
    return new Workspaces(
      root,
      inMemory,
      inMemory ? openLedger?.() : undefined,
    );
  }

  /** Gives `use` a new folder and removes it whatever happens. */
  async within<T>(use: (workspace: Workspace) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(this.#root, "r-"));
    const account = openAccount(this.#ledger);
    try {
      return await use({ folder, path: (name) => join(folder, name), account });
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 2 });
      account.close();
    }
  }

  /** Requests whose folders stand. */
  async count(): Promise<number> {
    const names = await readdir(this.#root);
    return names.filter((name) => name !== OWNER_FILE).length;
  }

  /** Removes everything at once, for a process that will not be there to wait. */
  abandon(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

async function isRoomyTmpfs(
  path: string,
  mustBeRoomy: boolean,
): Promise<boolean> {
  try {
    const { type, bavail, bsize } = await statfs(path);
    const roomy = bavail * bsize >= TMPFS_MIN_FREE_BYTES;
    return type === TMPFS_MAGIC && (roomy || !mustBeRoomy);
  } catch {
    return false;
  }
}

/** Removes the folders of processes that are gone, and any that carries our own id: it is a namesake's. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!/^darkroom-\d+$/.test(name)) continue;
    const folder = join(parent, name);
    if (!(await isOwned(folder))) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function isOwned(folder: string): Promise<boolean> {
  try {
    const text = await readFile(join(folder, OWNER_FILE), "utf8");
    const owner = JSON.parse(text) as { pid: number; started: string };
    if (owner.pid === process.pid) return false;
    process.kill(owner.pid, 0);
    return (await startOf(owner.pid)) === owner.started;
  } catch (error) {
    // Another user's process is alive though we may not signal it.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, as the kernel counts (proc(5), stat field 22); empty where there is no /proc. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
