// Claims about requests' folders: gone when the request is, and swept only when their process is.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { Workspaces } from "./workspace.ts";

const folder = await mkdtemp(join(tmpdir(), "workspace-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const newBase = (): string => join(folder, `base-${made++}`);
const withoutProc = !existsSync("/proc/self/stat") && "there is no /proc here";

test("a request has a folder of its own, for nobody else's eyes", async () => {
  const base = newBase();
  const workspaces = await Workspaces.open(base);
  await workspaces.within(async (first) => {
    await workspaces.within(async (second) => {
      assert.notEqual(first.folder, second.folder);
      assert.equal(await workspaces.count(), 2);
    });
    await writeFile(first.path("input"), "bytes");
    assert.deepEqual(await readdir(first.folder), ["input"]);
    assert.equal(first.path("input"), join(first.folder, "input"));
    assert.equal((await stat(first.folder)).mode & 0o077, 0);
    assert.equal((await stat(join(first.folder, ".."))).mode & 0o077, 0);
  });
  await workspaces.close();
});

test("it is gone after use, with all that is in it", async () => {
  const workspaces = await Workspaces.open(newBase());
  const left = await workspaces.within(async ({ folder: own, path }) => {
    await mkdir(path("deep/er"), { recursive: true });
    await writeFile(path("deep/er/file"), "bytes");
    return own;
  });
  assert.equal(existsSync(left), false);
  assert.equal(await workspaces.count(), 0);
  await workspaces.close();
});

test("it is gone after a throw, and the throw is passed on", async () => {
  const workspaces = await Workspaces.open(newBase());
  const error = new Error("in use");
  let left = "";
  const use = workspaces.within(async ({ folder: own, path }) => {
    left = own;
    await writeFile(path("file"), "bytes");
    throw error;
  });
  await assert.rejects(use, error);
  assert.notEqual(left, "");
  assert.equal(existsSync(left), false);
  await workspaces.close();
});

test("use may remove the folder itself", async () => {
  const workspaces = await Workspaces.open(newBase());
  const used = await workspaces.within(async ({ folder: own }) => {
    await rm(own, { recursive: true });
    return "used";
  });
  assert.equal(used, "used");
  await workspaces.close();
});

test("closing leaves nothing behind", async () => {
  const base = newBase();
  const workspaces = await Workspaces.open(base);
  await workspaces.within(async () => {
    await workspaces.close();
  });
  assert.deepEqual(await readdir(base), []);
});

/** The folder of a process, as it would have left it. */
async function leftBy(
  base: string,
  pid: number,
  owner?: string,
): Promise<string> {
  const own = join(base, `darkroom-${pid}`);
  await mkdir(join(own, "r-abc"), { recursive: true });
  await writeFile(join(own, "r-abc", "input"), "bytes");
  if (owner !== undefined) await writeFile(join(own, "owner"), owner);
  return own;
}

/** When a process started: proc(5), stat field 22. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

async function deadPid(): Promise<number> {
  const child = spawn("true");
  await once(child, "exit");
  assert.ok(child.pid);
  return child.pid;
}

test(
  "opening sweeps what dead processes left, and nothing of the living",
  { skip: withoutProc },
  async () => {
    const base = newBase();
    const living = spawn("sleep", ["60"]);
    try {
      await once(living, "spawn");
      const pid = living.pid ?? 0;
      const started = await startOf(pid);
      const dead = await deadPid();
      const gone = [
        await leftBy(base, dead, JSON.stringify({ pid: dead, started: "1" })),
        // The id has come again: another process than the one that left it.
        await leftBy(
          base,
          pid + 1_000_000,
          JSON.stringify({ pid, started: "1" }),
        ),
        await leftBy(base, 2_000_000, "no JSON"),
        await leftBy(base, 2_000_001),
        await leftBy(
          base,
          process.pid,
          JSON.stringify({
            pid: process.pid,
            started: await startOf(process.pid),
          }),
        ),
      ];
      const kept = [
        await leftBy(base, pid, JSON.stringify({ pid, started })),
        join(base, "darkroom-notes"),
        join(base, "other"),
      ];
      await mkdir(join(base, "darkroom-notes"));
      await writeFile(join(base, "other"), "bytes");
      const workspaces = await Workspaces.open(base);
      for (const path of gone)
        assert.equal(existsSync(join(path, "r-abc")), false, path);
      for (const path of kept) assert.ok(existsSync(path), path);
      assert.ok(existsSync(join(kept[0] ?? "", "r-abc", "input")));
      await workspaces.close();
    } finally {
      living.kill("SIGKILL");
    }
  },
);

test(
  "a second process' opening leaves the first one's folder alone",
  { skip: withoutProc },
  async () => {
    const base = newBase();
    const workspaces = await Workspaces.open(base);
    const script = `
    const { Workspaces } = await import(${JSON.stringify(new URL("./workspace.ts", import.meta.url).href)});
    await (await Workspaces.open(process.argv[1])).close();`;
    await workspaces.within(async ({ folder: own }) => {
      const other = spawn(process.execPath, [
        "--input-type=module",
        "-e",
        script,
        base,
      ]);
      assert.deepEqual(await once(other, "exit"), [0, null]);
      assert.ok(existsSync(own));
    });
    await workspaces.close();
  },
);
