// Claims about running outside tools: whatever a tool does, the call ends within its limit and fails by name.

import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { ServiceError } from "../errors.ts";
import {
  findCommand,
  runCommand,
  setSearchPath,
  toolChannel,
} from "./command.ts";

const folder = await mkdtemp(join(tmpdir(), "command-test-"));
const REAL_PATH = "/usr/local/bin:/usr/bin:/bin";
setSearchPath(`${folder}:${REAL_PATH}`);
/** Processes that a tool leaves behind on purpose write their ids here. */
const leftBehind = join(folder, "left-behind");
after(async () => {
  const pids = await readFile(leftBehind, "utf8").catch(() => "");
  for (const pid of pids.trim().split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended on its own.
    }
  }
  setSearchPath(REAL_PATH);
  await rm(folder, { recursive: true });
});

/** Words that no caller may read: a tool's own, and where it lies. */
const WORDS = "cannot open /etc/secret: bad marker";

async function tool(
  name: string,
  script: string,
  mode = 0o755,
): Promise<string> {
  await writeFile(join(folder, name), script);
  await chmod(join(folder, name), mode);
  return name;
}

const sh = (name: string, ...lines: string[]): Promise<string> =>
  tool(name, `#!/bin/sh\n${lines.join("\n")}\n`);

async function failureOf(
  name: string,
  timeoutMs: number,
): Promise<ServiceError & { tookMs: number }> {
  const start = performance.now();
  try {
    await runCommand(name, [], { timeoutMs });
  } catch (error) {
    assert.ok(error instanceof ServiceError);
    return Object.assign(error, { tookMs: performance.now() - start });
  }
  return assert.fail(`${name} did not fail`);
}

/** Milliseconds beyond its limit within which a call ends even on a loaded machine. */
const MARGIN_MS = 1500;
/** A limit that the tool is meant to reach. */
const SHORT_MS = 200;
/** A limit that it is not. */
const LONG_MS = 10_000;

test("hands out what a tool that ends well wrote", async () => {
  const name = await sh("well", 'echo "out $1 $PWDLESS"', "echo words >&2");
  const result = await runCommand(name, ["a b"], {
    timeoutMs: LONG_MS,
    env: { PWDLESS: "env" },
  });
  assert.deepEqual(result, { stdout: "out a b env\n", stderr: "words\n" });
});

test("passes on of the environment nothing but the search path", async () => {
  process.env["API_KEY"] = "secret";
  const name = await sh("environment", "env");
  const { stdout } = await runCommand(name, [], { timeoutMs: LONG_MS });
  delete process.env["API_KEY"];
  const names = stdout.match(/^\w+(?==)/gm)?.toSorted() ?? [];
  // The shell itself adds PWD, and some shells the other two.
  const known = ["LC_ALL", "OLDPWD", "PATH", "PWD", "SHLVL", "_"];
  assert.deepEqual(
    names.filter((found) => !known.includes(found)),
    [],
  );
});

const overstaying: readonly (readonly [claim: string, lines: string[]])[] = [
  ["hangs", ["exec sleep 30"]],
  ["ignores SIGTERM", ["trap '' TERM INT HUP", "while :; do :; done"]],
  ["spews on stdout for ever", ["exec yes"]],
  ["spews on stderr for ever", ["exec yes >&2"]],
  ["stops itself", ["kill -STOP $$"]],
  [
    "waits for a child that hangs",
    ["sleep 30 &", `echo $! >> ${leftBehind}`, "wait"],
  ],
];
for (const [at, [claim, lines]] of overstaying.entries()) {
  test(`a tool that ${claim} is stopped at its limit`, async () => {
    const name = await sh(`overstays-${at}`, ...lines);
    const { code, context, tookMs } = await failureOf(name, SHORT_MS);
    assert.equal(code, "tool_timeout");
    assert.deepEqual(context, { tool: name, timeout: SHORT_MS / 1000 });
    assert.ok(tookMs >= SHORT_MS - 5, `${tookMs} ms`);
    assert.ok(tookMs < SHORT_MS + MARGIN_MS, `${tookMs} ms`);
  });
}

const failing: readonly (readonly [
  claim: string,
  lines: string[],
  context: object,
])[] = [
  ["exits with 3", [`echo "${WORDS}" >&2`, "exit 3"], { exit: 3 }],
  ["crashes", [`echo "${WORDS}" >&2`, "kill -SEGV $$"], {}],
  ["is killed", [`echo "${WORDS}" >&2`, "kill -KILL $$"], {}],
  [
    "fails after a flood on stderr",
    [`echo "${WORDS}" >&2`, "yes | head -c 3000000 >&2", "exit 1"],
    { exit: 1 },
  ],
];
for (const [at, [claim, lines, context]] of failing.entries()) {
  test(`a tool that ${claim} fails the image, its words kept for the log`, async () => {
    const name = await sh(`fails-${at}`, ...lines);
    const failure = await failureOf(name, LONG_MS);
    assert.equal(failure.code, "optimization_failed");
    assert.deepEqual(failure.context, { tool: name, ...context });
    for (const word of ["secret", "marker", folder]) {
      assert.equal(failure.message.includes(word), false, failure.message);
      assert.equal(JSON.stringify(failure.context).includes(word), false);
    }
    const { cause } = failure;
    assert.ok(cause instanceof Error);
    assert.ok(cause.message.length < 5000);
    assert.ok(cause.message.includes(WORDS), cause.message);
  });
}

test("of a flood on stdout the first 256 KiB are kept", async () => {
  const name = await sh("flood", "yes | head -c 3000000");
  const { stdout } = await runCommand(name, [], { timeoutMs: LONG_MS });
  assert.equal(stdout.length, 256 * 1024);
});

test("an orphan that holds stdout open does not hold the call", async () => {
  const name = await sh(
    "orphan",
    "echo done",
    "sleep 30 &",
    `echo $! >> ${leftBehind}`,
  );
  const start = performance.now();
  const { stdout } = await runCommand(name, [], { timeoutMs: LONG_MS });
  assert.equal(stdout, "done\n");
  assert.ok(performance.now() - start < MARGIN_MS);
});

const missing: readonly (readonly [claim: string, mode: number | undefined])[] =
  [
    ["that is not there", undefined],
    ["that may not be executed", 0o644],
  ];
for (const [at, [claim, mode]] of missing.entries()) {
  test(`a tool ${claim} is said to be not installed`, async () => {
    const name = `missing-${at}`;
    if (mode !== undefined) await tool(name, "#!/bin/sh\n", mode);
    assert.equal(findCommand(name), undefined);
    const { code, message, context } = await failureOf(name, LONG_MS);
    assert.equal(code, "optimization_failed");
    assert.equal(message, `${name} is not installed.`);
    assert.deepEqual(context, { tool: name });
  });
}

const unstartable: readonly (readonly [claim: string, script: string])[] = [
  ["whose interpreter is missing", "#!/no/such/interpreter\n"],
  ["that is no program", "\x7fELF and then nothing of the kind"],
  // What the dynamic linker exits with.
  ["whose libraries are missing", "#!/bin/sh\nexit 127\n"],
];
for (const [at, [claim, script]] of unstartable.entries()) {
  test(`a tool ${claim} is not taken for one that judged the image`, async () => {
    const name = await tool(`unstartable-${at}`, script);
    const { code, message, context } = await failureOf(name, LONG_MS);
    assert.equal(code, "optimization_failed");
    assert.equal(message, `${name} could not be started.`);
    assert.deepEqual(context, { tool: name });
  });
}

test("the first folder of the search path that has a tool wins", async () => {
  await sh("prlimit-of-ours", "exit 0");
  assert.equal(findCommand("prlimit-of-ours"), join(folder, "prlimit-of-ours"));
  assert.equal(findCommand("sh"), "/usr/bin/sh");
});

test("a tool that writes too much stdout and hangs leaves no process", async () => {
  const pidFile = join(folder, "hanging.pid");
  const name = await sh("hanging", `echo $$ > ${pidFile}`, "exec sleep 30");
  await failureOf(name, 500);
  const pid = Number(await readFile(pidFile, "utf8"));
  assert.ok(pid > 0);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

test("tells listeners the name and time of every tool, failed ones included", async () => {
  const heard: unknown[] = [];
  const listen = (run: unknown): void => void heard.push(run);
  toolChannel.subscribe(listen);
  try {
    await runCommand(await sh("timed-well", "sleep 0.05"), [], {
      timeoutMs: LONG_MS,
    });
    await failureOf(await sh("timed-ill", "exit 3"), LONG_MS);
  } finally {
    toolChannel.unsubscribe(listen);
  }
  const [well, ill, ...more] = heard as { name: string; ms: number }[];
  assert.deepEqual(
    [well?.name, ill?.name, more],
    ["timed-well", "timed-ill", []],
  );
  assert.ok(well && well.ms >= 45, `${well?.ms} ms`);
});
