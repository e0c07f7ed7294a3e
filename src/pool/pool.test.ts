// Claims about the pool with real children and a tool that hangs: whatever ends a job, nothing of it is left running.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import sharp from "sharp";

import { readerOfBytes } from "../codecs/containers/reader.ts";
import { header } from "../codecs/jpeg/header.ts";
import { ServiceError } from "../errors.ts";
import type { ChildEnd, JobEnd } from "./events.ts";
import { Pool } from "./pool.ts";
import type { PoolSettings } from "./pool.ts";
import type { FileJob } from "./protocol.ts";

const folder = await mkdtemp(join(tmpdir(), "pool-test-"));
const pools: Pool[] = [];
after(async () => {
  for (const pool of pools) pool.close();
  await rm(folder, { recursive: true });
});

/** A jpegtran that waits for a process of its own: that one's id is written down, since only killing the group reaches it. */
const toolPidFile = join(folder, "tool.pid");
const tools = join(folder, "tools");
await mkdir(tools);
await writeFile(
  join(tools, "jpegtran"),
  `#!/bin/sh\nsleep 60 &\necho $! > ${toolPidFile}.new\nmv ${toolPidFile}.new ${toolPidFile}\nwait\n`,
);
await chmod(join(tools, "jpegtran"), 0o755);

const NEVER = new AbortController().signal;
const SETTINGS: PoolSettings = {
  children: 1,
  threads: 1,
  searchPath: `${tools}:/usr/local/bin:/usr/bin:/bin`,
  jobTimeoutMs: 30_000,
  memoryLimitBytes: 4 * 1024 ** 3,
  recycleRssBytes: 1024 ** 3,
};

async function startedPool(settings: Partial<PoolSettings> = {}) {
  const warnings: string[] = [];
  const ends: ChildEnd[] = [];
  const jobs: JobEnd[] = [];
  const pool = new Pool(
    { ...SETTINGS, ...settings },
    {
      warn: (_, message) => warnings.push(message),
      childEnded: (reason) => ends.push(reason),
      jobEnded: (end) => jobs.push(end),
    },
  );
  pools.push(pool);
  await pool.start();
  return { pool, warnings, ends, jobs };
}

const file = await sharp({
  create: { width: 32, height: 24, channels: 3, background: "#a63" },
})
  .withExif({ IFD0: { Copyright: "someone" } })
  .jpeg()
  .toBuffer();
const inputPath = join(folder, "input.jpg");
await writeFile(inputPath, file);
const facts = await header(readerOfBytes(file));

/** An optimize job; with "jpegtran" among the engines it hangs in the tool. */
function job(...engines: string[]): FileJob {
  return {
    intent: {
      verb: "optimize",
      quality: { scale: "look", value: 80 },
      stripMetadata: true,
      progressive: false,
      paletteLoss: "allowed",
      maxReductionPercent: null,
    },
    input: { path: inputPath, facts },
    workspace: folder,
    engines: ["sharp", ...engines],
    encoders: {},
    maxPixels: 1e6,
    toolTimeoutMs: 60_000,
    deadlineMs: 60_000,
  };
}

/** Asks again until it is so, and fails when it has not become so in ten seconds. */
async function until<T>(what: string, find: () => T | undefined): Promise<T> {
  for (let asked = 0; asked < 1000; asked++) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await pause(10);
  }
  return assert.fail(`it never came about that ${what}`);
}

/** Whether a process runs; one that has ended and was not waited for does not. */
function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return (
      stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z"
    );
  } catch {
    return false;
  }
}

const gone = (what: string, pid: number): Promise<true> =>
  until(`${what} is gone`, () => !runs(pid) || undefined);

/** Starts a job that hangs in its tool; resolves once the tool runs. */
async function hangingJob(pool: Pool, signal = NEVER) {
  await rm(toolPidFile, { force: true });
  const failure = pool.run(job("jpegtran"), signal).then(
    () => assert.fail("the job did not fail"),
    (error: unknown) => error as ServiceError,
  );
  await until("the tool runs", () => existsSync(toolPidFile) || undefined);
  const tool = Number(await readFile(toolPidFile, "utf8"));
  const [child] = pool.pids;
  assert.ok(child !== undefined && runs(child) && runs(tool), "premise");
  return { failure, tool, child };
}

test("one pool, one child after another", async (t) => {
  const { pool, warnings, ends, jobs } = await startedPool();

  await t.test(
    "a job's outcome comes back, and its child is kept",
    async () => {
      const [child] = pool.pids;
      const outcome = await pool.run(job(), NEVER);
      assert.equal(outcome.format, "jpeg");
      assert.ok(existsSync(outcome.path));
      assert.deepEqual(pool.pids, [child]);
      assert.deepEqual(ends, []);
      assert.deepEqual(
        jobs.map(({ code }) => code),
        ["ok"],
      );
    },
  );

  await t.test("jobs for a busy child wait for it", async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => pool.run(job(), NEVER)),
    );
    assert.equal(outcomes.length, 3);
  });

  await t.test("a job that fails says why, and its child is kept", async () => {
    const [child] = pool.pids;
    const broken = join(folder, "broken.jpg");
    await writeFile(broken, file.subarray(0, file.length - 80));
    const whole = job();
    const cut = {
      ...whole,
      input: { ...whole.input, path: broken },
    } as FileJob;
    await assert.rejects(pool.run(cut, NEVER), (error) => {
      assert.ok(error instanceof ServiceError);
      assert.equal(error.code, "invalid_image");
      assert.ok(error.cause instanceof Error);
      return true;
    });
    assert.deepEqual(pool.pids, [child]);
  });

  await t.test(
    "a child that is killed fails its job by name, and its tool dies with it",
    async () => {
      const { failure, tool, child } = await hangingJob(pool);
      process.kill(child, "SIGKILL");
      const error = await failure;
      assert.ok(error instanceof ServiceError);
      assert.equal(error.code, "optimization_failed");
      assert.deepEqual(error.context, { tool: "worker" });
      await gone("the tool", tool);
      assert.deepEqual(ends, ["crashed"]);
      assert.equal(jobs.at(-1)?.code, "optimization_failed");
      assert.ok(warnings.includes("child ended"));
    },
  );

  await t.test("the next job runs in a child that took its place", async () => {
    assert.equal((await pool.run(job(), NEVER)).format, "jpeg");
  });

  await t.test(
    "a client that leaves is told so, and its child and tool are gone",
    async () => {
      const client = new AbortController();
      const { failure, tool, child } = await hangingJob(pool, client.signal);
      client.abort();
      assert.equal((await failure).code, "client_closed");
      await gone("the child", child);
      await gone("the tool", tool);
      assert.equal(ends.at(-1), "abandoned", "no crash, it was asked to");
      assert.equal(jobs.at(-1)?.code, "client_closed");
    },
  );

  await t.test(
    "a client that leaves while waiting costs no child",
    async () => {
      const first = pool.run(job(), NEVER);
      const client = new AbortController();
      const waiting = pool.run(job(), client.signal);
      client.abort();
      await assert.rejects(waiting, { code: "client_closed" });
      const [child] = pool.pids;
      await first;
      assert.deepEqual(pool.pids, [child]);
    },
  );

  await t.test("a client that has left already is not served", async () => {
    await assert.rejects(pool.run(job(), AbortSignal.abort()), {
      code: "client_closed",
    });
  });

  await t.test("an idle child that dies is replaced", async () => {
    await pool.run(job(), NEVER);
    const [child] = pool.pids;
    assert.ok(child);
    process.kill(child, "SIGKILL");
    await until(
      "another is ready",
      () => (pool.states.idle === 1 && !pool.pids.includes(child)) || undefined,
    );
    assert.equal((await pool.run(job(), NEVER)).format, "jpeg");
  });

  await t.test(
    "closing leaves no process, and fails what runs and what waits",
    async () => {
      const { failure, tool, child } = await hangingJob(pool);
      const waiting = pool.run(job(), NEVER).then(
        () => assert.fail("the job did not fail"),
        (error: unknown) => error as ServiceError,
      );
      pool.close();
      assert.equal((await failure).code, "service_overloaded");
      await gone("the child", child);
      await gone("the tool", tool);
      assert.deepEqual(pool.pids, []);
      const given = await Promise.race([waiting, pause(2000, undefined)]);
      assert.equal(
        given?.code,
        "service_overloaded",
        "who waited was left waiting",
      );
      await assert.rejects(pool.run(job(), NEVER), {
        code: "service_overloaded",
      });
    },
  );
});

test("a job that passes its deadline is given up, and its child and tool are gone", async () => {
  const { pool, ends } = await startedPool({ jobTimeoutMs: 1500 });
  const { failure, tool, child } = await hangingJob(pool);
  const error = await failure;
  assert.equal(error.code, "tool_timeout");
  assert.deepEqual(error.context, { tool: "job", timeout: 1.5 });
  assert.deepEqual(ends, ["deadline"]);
  await gone("the child", child);
  await gone("the tool", tool);
  pool.close();
});

for (const signal of ["SIGSTOP", "SIGSEGV"] as const) {
  test(`a child that gets ${signal} mid-job fails it by name long before its deadline, and is replaced`, async () => {
    const { pool, ends } = await startedPool();
    const { failure, tool, child } = await hangingJob(pool);
    process.kill(child, signal);
    const error = await failure;
    assert.equal(error.code, "optimization_failed");
    assert.deepEqual(error.context, { tool: "worker" });
    assert.deepEqual(ends, [signal === "SIGSTOP" ? "stopped" : "crashed"]);
    await gone("the child", child);
    await gone("the tool", tool);
    assert.equal((await pool.run(job(), NEVER)).format, "jpeg");
    pool.close();
  });
}

test("an idle child that is stopped is replaced, and nobody waits for it", async () => {
  const { pool } = await startedPool();
  const [child] = pool.pids;
  assert.ok(child);
  process.kill(child, "SIGSTOP");
  await gone("the child", child);
  assert.equal((await pool.run(job(), NEVER)).format, "jpeg");
  pool.close();
});

test("children run under limits on memory and core dumps, in groups of their own", async () => {
  const { pool } = await startedPool();
  const [child] = pool.pids;
  assert.ok(child);
  const limits = readFileSync(`/proc/${child}/limits`, "utf8");
  assert.match(limits, new RegExp(`^Max data size +${4 * 1024 ** 3} `, "m"));
  assert.match(limits, /^Max core file size +0 /m);
  const fields = readFileSync(`/proc/${child}/stat`, "utf8").split(") ")[1];
  assert.equal(Number(fields?.split(" ")[2]), child, "it leads its group");
  const score = readFileSync(`/proc/${child}/oom_score_adj`, "utf8");
  assert.equal(score.trim(), "500", "the kernel takes it before the front");
  assert.equal(getPriority(child), 5, "the front's work comes before its own");
  pool.close();
});

test("a child that holds too much after a job is replaced; the job is not lost", async () => {
  const { pool, ends } = await startedPool({ recycleRssBytes: 1 });
  const [child] = pool.pids;
  assert.ok(child);
  assert.equal((await pool.run(job(), NEVER)).format, "jpeg");
  await gone("the child", child);
  assert.deepEqual(ends, ["bloated"]);
  pool.close();
});

test("a probe tells what the engines can do", async () => {
  const { pool } = await startedPool({ searchPath: "/usr/bin:/bin" });
  const { sharp: report } = await pool.probe(NEVER);
  assert.deepEqual(report?.abilities, ["sharp"]);
  pool.close();
});

test("start fails when no child can start", async () => {
  const pool = new Pool(
    // Too little for Node to begin with.
    { ...SETTINGS, memoryLimitBytes: 1024 ** 2 },
    { warn: () => undefined },
  );
  pools.push(pool);
  await assert.rejects(pool.start(), AggregateError);
  pool.close();
});
