// What becomes of running work: when its client leaves, when its child is killed, when the service is stopped.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { describe, test } from "node:test";

import { noise, solid } from "./images.fixture.ts";
import {
  expectProblem,
  imageOf,
  postRaw,
  rawPost,
  replyOn,
} from "./requests.fixture.ts";
import {
  busyChild,
  eventually,
  isAlive,
  serve,
  served,
} from "./service.fixture.ts";
import type { Served, Settings } from "./service.fixture.ts";

const tiny = await solid(16, 8).jpeg().toBuffer();
const noisy = noise(1600, 1300);
const endless = await noisy.clone().jpeg({ quality: 90 }).toBuffer();
/** Many seconds of libaom. */
const ENDLESS = "/convert?format=avif&avif_speed=0&q=90";
/** About two seconds: long enough to be met while it runs. */
const LONG = "/convert?format=avif&avif_speed=6&q=60";
const middling = await noise(1200, 900).jpeg({ quality: 90 }).toBuffer();
const jpeg = { "Content-Type": "image/jpeg" };

describe("a client that leaves", () => {
  const service = served({ COMPRESSION_SEMAPHORE_SIZE: "1", WORKERS: "2" });

  test("mid-encode takes its child with it within a second, and its files", async () => {
    const leaving = new AbortController();
    const reply = postAborting(service(), ENDLESS, endless, leaving.signal);
    const child = await busyChild(service());
    assert.ok(isAlive(child));
    assert.equal((await service().requestFolders()).length, 1);
    leaving.abort();
    await assert.rejects(reply);
    await eventually("the child is gone", () => !isAlive(child), 1000);
    await eventually("its folder is gone", async () => isIdle(service()), 1000);
    await serves(service());
  });

  test("mid-upload leaves no file behind", async () => {
    const socket = connect(service().port, "127.0.0.1");
    const head = { ...jpeg, "Content-Length": 1_000_000 };
    for (const piece of rawPost("/convert", head, tiny)) socket.write(piece);
    await eventually(
      "the upload begins",
      async () => !(await isIdle(service())),
    );
    socket.destroy();
    await eventually("its folder is gone", () => isIdle(service()), 1000);
    await serves(service());
  });

  test("while it waits leaves the queue, and the running job alone", async () => {
    const leaving = new AbortController();
    const running = postRaw(service().base + LONG, middling);
    const child = await busyChild(service());
    const waiting = postAborting(service(), LONG, middling, leaving.signal);
    await eventually("two requests", async () => {
      return (await service().requestFolders()).length === 2;
    });
    leaving.abort();
    await assert.rejects(waiting);
    await imageOf(await running);
    assert.ok(isAlive(child));
    await eventually("both folders are gone", () => isIdle(service()), 1000);
  });
});

describe("a child that is killed", () => {
  const service = served({ COMPRESSION_SEMAPHORE_SIZE: "2", WORKERS: "2" });

  test("costs its own request a typed error and no other", async () => {
    const before = service().children();
    assert.equal(before.length, 2);
    const doomed = postRaw(service().base + ENDLESS, endless);
    const child = await busyChild(service());
    const other = postRaw(service().base + LONG, middling);
    process.kill(child, "SIGKILL");
    await expectProblem(await doomed, {
      error: "optimization_failed",
      context: { tool: "worker" },
    });
    await imageOf(await other);
    await eventually("the pool is whole again", () => {
      const now = service().children();
      return now.length === 2 && now.every(isAlive) && !now.includes(child);
    });
    await serves(service());
    await eventually("nothing is left", () => isIdle(service()));
  });

  test("while idle is replaced before anyone notices", async () => {
    const killed = service().children();
    for (const pid of killed) process.kill(pid, "SIGKILL");
    await eventually("two new children", () => {
      const now = service().children();
      return now.length === 2 && now.every((pid) => !killed.includes(pid));
    });
    await Promise.all([serves(service()), serves(service())]);
  });
});

describe("a job over its time", () => {
  const service = served({ PROCESS_TIMEOUT_SEC: "2", WORKERS: "1" });

  test("is killed, and the next one is served", async () => {
    const [child] = service().children();
    await expectProblem(await postRaw(service().base + ENDLESS, endless), {
      error: "tool_timeout",
      context: { tool: "job", timeout: 2 },
    });
    await eventually("the child is gone", () => !isAlive(child!), 1000);
    await serves(service());
  });
});

describe("stopping", () => {
  const ONE_SLOT = { COMPRESSION_SEMAPHORE_SIZE: "1", MAX_QUEUE_DEPTH: "4" };

  test("lets the running job end, refuses those that wait, and leaves nothing", async () => {
    await stopping(ONE_SLOT, async (service) => {
      const children = service.children();
      const running = postRaw(service.base + LONG, middling);
      await busyChild(service);
      const waiting = [1, 2].map(() => postRaw(service.base + LONG, middling));
      await eventually("three requests", async () => {
        return (await service.requestFolders()).length === 3;
      });
      const stopped = service.stop();
      for (const reply of waiting) {
        await expectProblem(await reply, { error: "service_overloaded" });
      }
      await imageOf(await running);
      const start = performance.now();
      await stopped;
      const took = performance.now() - start;
      assert.ok(took < 2000, `idle connections held it up for ${took} ms`);
      await nothingIsLeft(service, children);
    });
  });

  test("while a job outlasts the grace ends it with 503", async () => {
    const settings = { ...ONE_SLOT, SHUTDOWN_GRACE_SECONDS: "0.3" };
    await stopping(settings, async (service) => {
      const children = service.children();
      const running = postRaw(service.base + ENDLESS, endless);
      await busyChild(service);
      const stopped = service.stop();
      await expectProblem(await running, { error: "service_overloaded" });
      await stopped;
      await nothingIsLeft(service, children);
    });
  });

  test("with an upload that never ends does not wait for it for ever", async () => {
    const settings = { ...ONE_SLOT, SHUTDOWN_GRACE_SECONDS: "0.3" };
    await stopping(settings, async (service) => {
      const socket = connect(service.port, "127.0.0.1");
      const reply = replyOn(socket).catch(() => undefined);
      const head = { ...jpeg, "Content-Length": 1_000_000 };
      for (const piece of rawPost("/convert", head, tiny)) socket.write(piece);
      await eventually(
        "the upload begins",
        async () => !(await isIdle(service)),
      );
      const children = service.children();
      let isStopped = false;
      void service.stop().then(() => (isStopped = true));
      try {
        await eventually("the service has stopped", () => isStopped, 3000);
        await nothingIsLeft(service, children);
      } finally {
        socket.destroy();
        await reply;
      }
    });
  });

  test("closes the door: nothing new is taken", async () => {
    await stopping(ONE_SLOT, async (service) => {
      const running = postRaw(service.base + LONG, middling);
      await busyChild(service);
      const stopped = service.stop();
      await assert.rejects(fetch(`${service.base}/ping`), {
        name: "TypeError",
      });
      await imageOf(await running);
      await stopped;
    });
  });
});

async function stopping(
  settings: Settings,
  use: (service: Served) => Promise<void>,
): Promise<void> {
  const service = await serve(settings);
  try {
    await use(service);
  } finally {
    await service.stop();
    await rm(service.workspaceDir, { recursive: true, force: true });
  }
}

async function nothingIsLeft(
  service: Served,
  children: readonly number[],
): Promise<void> {
  await eventually("every child is gone", () => !children.some(isAlive), 1000);
  assert.ok(existsSync(service.workspaceDir), "the fixture's own folder");
  assert.deepEqual(await readdir(service.workspaceDir), []);
}

async function isIdle({ requestFolders }: Served): Promise<boolean> {
  return (await requestFolders()).length === 0;
}

async function serves({ base }: Served): Promise<void> {
  await imageOf(await postRaw(`${base}/convert`, tiny));
}

function postAborting(
  { base }: Served,
  path: string,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Response> {
  const promise = fetch(base + path, {
    method: "POST",
    body,
    headers: jpeg,
    signal,
  });
  // Judged later; until then it must not count as unhandled.
  promise.catch(() => undefined);
  return promise;
}
