// Who is let in when the service is full, through HTTP: what is refused is refused at once, and what is light goes on.

import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noise, solid } from "./images.fixture.ts";
import {
  expectProblem,
  imageOf,
  postRaw,
  PRESENT,
  rawPost,
  replyOn,
} from "./requests.fixture.ts";
import { busyChild, eventually, serve, served } from "./service.fixture.ts";
import type { Served } from "./service.fixture.ts";

const tiny = await solid(16, 8).jpeg().toBuffer();
/** Many seconds of libaom. */
const ENDLESS = "/convert?format=avif&avif_speed=0&q=90";

describe("while every slot and every place in the queue is taken", () => {
  const leaving = new AbortController();
  // Before the service is stopped, which would wait for it.
  after(() => leaving.abort());
  const service = served({
    COMPRESSION_SEMAPHORE_SIZE: "1",
    MAX_QUEUE_DEPTH: "1",
  });
  before(async () => {
    const heavy = await noise(1600, 1300).jpeg({ quality: 90 }).toBuffer();
    const send = (): void =>
      void fetch(service().base + ENDLESS, {
        method: "POST",
        body: heavy,
        headers: { "content-type": "image/jpeg" },
        signal: leaving.signal,
      }).catch(() => undefined);
    send();
    await busyChild(service());
    send();
    await eventually("one waits", async () => {
      const line = 'darkroom_queue_depth{lane="work"} 1\n';
      return (await metrics(service())).includes(line);
    });
  });

  for (const path of ["/convert", "/optimize"]) {
    test(`${path} says so before it has read a byte of the body`, async () => {
      const socket = connect(service().port, "127.0.0.1");
      const head = { "Content-Type": "image/jpeg", "Content-Length": 1e6 };
      for (const piece of rawPost(path, head)) socket.write(piece);
      const reply = await replyOn(socket);
      socket.destroy();
      await expectProblem(reply, {
        error: "service_overloaded",
        context: { retry_after: PRESENT },
      });
      assert.ok(Number(reply.headers.get("retry-after")) >= 1);
    });
  }

  test("an estimate is served: its lane is its own", async () => {
    const reply = await postRaw(`${service().base}/estimate`, tiny);
    assert.equal(reply.status, 200, await reply.text());
  });

  test("health and metrics are answered, and unknown paths refused", async () => {
    const { base } = service();
    const replies = await Promise.all(
      ["/health", "/metrics", "/ping", "/nothing"].map((path) =>
        fetch(base + path),
      ),
    );
    for (const reply of replies) await reply.text();
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 200, 200, 404],
    );
  });
});

const TMPFS = "/dev/shm";
/** statfs type of tmpfs (linux/magic.h). */
const TMPFS_MAGIC = 0x01021994;
const withoutTmpfs =
  statfsSync(TMPFS, { bigint: false }).type !== TMPFS_MAGIC &&
  `${TMPFS} is no tmpfs`;

describe("bodies that lie in memory", { skip: withoutTmpfs }, () => {
  const MB = 1024 ** 2;
  /** Files may take an eighth of the budget, or what one file may be: 8 MB of 64. */
  const settings = {
    MEMORY_BUDGET_MB: "64",
    MAX_UPLOAD_SIZE_MB: "8",
    MAX_FILE_SIZE_MB: "8",
  };
  let folder: string;
  let service: Served;
  const held = async (): Promise<number> => {
    const line = /^darkroom_memory_held_bytes\{lane="files"\} (\d+)$/m;
    return Number(line.exec(await metrics(service))?.[1]);
  };
  before(async () => {
    folder = await mkdtemp(join(TMPFS, "admission-"));
    service = await serve({ ...settings, WORKSPACE_DIR: folder });
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  test("are refused where the budget's part for files ends, and counted no longer than they are there", async () => {
    const first = upload(service, 8 * MB, 6 * MB);
    await eventually("six megabytes are held", async () => {
      return (await held()) === 6 * MB;
    });
    const second = upload(service, 8 * MB, 3 * MB);
    await expectProblem(await replyOn(second), { error: "service_overloaded" });
    second.destroy();
    await eventually("the second is forgotten", async () => {
      return (await held()) === 6 * MB;
    });
    first.destroy();
    await eventually("nothing is held", async () => (await held()) === 0);
    await imageOf(await postRaw(`${service.base}/convert`, tiny));
    await eventually("a result is held until it is read", async () => {
      return (await held()) === 0;
    });
  });
});

async function metrics({ base }: Served): Promise<string> {
  return (await fetch(`${base}/metrics`)).text();
}

/** A POST of `declared` bytes of which only `sent` come. */
function upload({ port }: Served, declared: number, sent: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const head = { "Content-Type": "image/jpeg", "Content-Length": declared };
  const body = Buffer.alloc(sent);
  for (const piece of rawPost("/convert", head, body)) socket.write(piece);
  return socket;
}
