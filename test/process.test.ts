// Claims about the service as a process: what signals and unforeseen errors do to it, and that nothing outlives it.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { noise, solid } from "./images.fixture.ts";
import { descendantsOf, serviceProcess } from "./process.fixture.ts";
import type { ServiceProcess } from "./process.fixture.ts";
import { expectProblem, imageOf, postRaw } from "./requests.fixture.ts";
import { eventually, isAlive } from "./service.fixture.ts";

const SETTINGS = { COMPRESSION_SEMAPHORE_SIZE: "1", MAX_QUEUE_DEPTH: "4" };
const tiny = await solid(16, 8)
  .withExif({ IFD0: { Copyright: "c" } })
  .jpeg()
  .toBuffer();
const middling = await noise(1200, 900).jpeg({ quality: 90 }).toBuffer();
/** About two seconds: long enough to be met while it runs. */
const LONG = "/convert?format=avif&avif_speed=6&q=60";

async function withService(
  use: (service: ServiceProcess) => Promise<void>,
  settings = {},
  nodeOptions: readonly string[] = [],
): Promise<void> {
  const service = await serviceProcess(
    { ...SETTINGS, ...settings },
    nodeOptions,
  );
  try {
    await use(service);
  } finally {
    await service.stop();
  }
}

async function whileRunning(service: ServiceProcess): Promise<void> {
  await eventually("a job runs", async () => {
    const text = await (await fetch(`${service.base}/metrics`)).text();
    return text.includes('darkroom_running{lane="work"} 1');
  });
}

test("SIGTERM lets the running job end, refuses those that wait, and leaves nothing", async () => {
  await withService(async (service) => {
    const running = postRaw(service.base + LONG, middling);
    await whileRunning(service);
    const waiting = [1, 2].map(() => postRaw(service.base + LONG, middling));
    await eventually("two wait", async () => {
      const text = await (await fetch(`${service.base}/metrics`)).text();
      return text.includes('darkroom_queue_depth{lane="work"} 2');
    });
    const family = descendantsOf(service.pid);
    assert.ok(family.length >= 2, "premise: it has children");
    process.kill(service.pid, "SIGTERM");
    for (const reply of waiting)
      await expectProblem(await reply, { error: "service_overloaded" });
    await imageOf(await running);
    assert.equal(await service.ended, 0);
    await eventually(
      "its family is gone",
      () => !family.some(({ pid }) => isAlive(pid)),
    );
    assert.deepEqual(await readdir(service.workspaceDir), []);
  });
});

test("a second signal ends it at once, children and files included", async () => {
  await withService(async (service) => {
    const running = postRaw(service.base + LONG, middling).catch(() => "cut");
    await whileRunning(service);
    const family = descendantsOf(service.pid);
    process.kill(service.pid, "SIGTERM");
    await eventually("it drains", () =>
      service.lines.some(({ msg }) => String(msg).startsWith("stopping")),
    );
    process.kill(service.pid, "SIGTERM");
    assert.equal(await service.ended, 1);
    assert.equal(await running, "cut");
    await eventually(
      "its family is gone",
      () => !family.some(({ pid }) => isAlive(pid)),
    );
    assert.deepEqual(await readdir(service.workspaceDir), []);
  });
});

/** A tool that, once it is believed to be the real one, starts a process of its own and waits for it: nothing but its group leads to that one. */
async function hangingTool(folder: string, name: string): Promise<void> {
  await writeFile(
    join(folder, name),
    `#!/bin/sh\n[ "$1" = -version ] && exec /usr/bin/${name} "$@"\nsleep 61 &\nwait\n`,
    { mode: 0o755 },
  );
}

const withoutJpegtran =
  !existsSync("/usr/bin/jpegtran") && "there is no /usr/bin/jpegtran";

test(
  "SIGKILL leaves no child, no tool, and nothing that a tool started",
  { skip: withoutJpegtran },
  async () => {
    const tools = await mkdtemp(join(tmpdir(), "tools-"));
    await hangingTool(tools, "jpegtran");
    await withService(
      async (service) => {
        const running = postRaw(`${service.base}/optimize`, tiny).catch(
          () => "cut",
        );
        await eventually("the tool runs", () =>
          descendantsOf(service.pid).some(({ name }) => name === "sleep"),
        );
        const family = descendantsOf(service.pid);
        process.kill(service.pid, "SIGKILL");
        assert.equal(await service.ended, "SIGKILL");
        assert.equal(await running, "cut");
        await eventually(
          "its family is gone",
          () => !family.some(({ pid }) => isAlive(pid)),
          2000,
        );
      },
      { PATH: `${tools}:${process.env["PATH"]}` },
    );
    await rm(tools, { recursive: true });
  },
);

/** Options of Node that make the service stumble when it hears SIGUSR2. */
const stumbling = (how: string): string[] => [
  "--import",
  `data:text/javascript,process.on("SIGUSR2", () => { ${how} });`,
];

const stumbles: readonly (readonly [
  what: string,
  how: string,
  kind: string,
  said: string,
])[] = [
  [
    "a rejection that nobody handles",
    'Promise.reject(new Error("forgotten"))',
    "rejection",
    "nobody handled",
  ],
  [
    "an exception that nothing catches",
    'throw new Error("boom")',
    "exception",
    "nothing caught",
  ],
];
for (const [what, how, kind, said] of stumbles) {
  test(`${what} is logged, counted and survived, and costs no running job`, async () => {
    await withService(
      async (service) => {
        const running = postRaw(service.base + LONG, middling);
        await whileRunning(service);
        process.kill(service.pid, "SIGUSR2");
        await eventually("it is logged", () =>
          service.lines.some(({ msg }) => String(msg).includes(said)),
        );
        await imageOf(await running);
        await imageOf(await postRaw(`${service.base}/convert`, tiny));
        const text = await (await fetch(`${service.base}/metrics`)).text();
        const line = `darkroom_uncaught_errors_total{kind="${kind}"} 1\n`;
        assert.ok(text.includes(line));
      },
      {},
      stumbling(how),
    );
  });
}
