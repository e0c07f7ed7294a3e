// Claims about a load on the real server, over pictures made here.

import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { noise } from "../../src/codecs/noise.fixture.ts";
import type { CorpusFile } from "../corpus/load.ts";
import { loadText } from "../report/load.ts";
import { Laboratory } from "../run/laboratory.ts";
import type { LoadResult } from "../run/result.ts";
import { runLoad } from "./run-load.ts";
import { startServer } from "./server.ts";

const folder = await mkdtemp(join(tmpdir(), "load-test-"));
after(() => rm(folder, { recursive: true }));

async function picture(name: string, width: number): Promise<CorpusFile> {
  const path = join(folder, name);
  await noise(width, 300).jpeg().toFile(path);
  const { size: bytes } = await stat(path);
  return { name, path, format: "jpeg", bucket: "small", tags: [], bytes };
}

test("a crowd is answered or refused in words, health answers meanwhile, and all of it is in the result", async () => {
  const lab = new Laboratory();
  const files = [await picture("a.jpg", 300), await picture("b.jpg", 700)];
  // A slot for each core, and twice as many places in the queue: the others are refused.
  const concurrency = 3 * availableParallelism() + 10;
  const crowd = { concurrency, seconds: 3, seed: 1 };
  const load: LoadResult = await runLoad(
    files,
    { ...crowd, mix: { convert: 1, optimize: 1 } },
    { lab, folder },
  );
  await lab.close();
  const { requests } = load;
  const answered = requests.filter(({ status }) => status === 200);
  const refused = requests.filter(({ status }) => status === 503);
  assert.ok(answered.length > 0 && refused.length > 0);
  assert.equal(answered.length + refused.length, requests.length);
  for (const { reason, queueMs, ms } of answered) {
    assert.equal(reason, null);
    assert.ok(queueMs !== null && queueMs >= 0 && queueMs <= ms);
  }
  for (const { reason } of refused) {
    assert.match(reason ?? "", /^service_overloaded: \w+/);
  }
  assert.ok(answered.some(({ queueMs }) => (queueMs ?? 0) > 1));
  assert.ok(load.health.idleMs.length > 0 && load.health.loadedMs.length > 0);
  assert.ok(load.reference.length > 0);
  if (process.platform === "linux") {
    assert.ok(load.cpuMs !== null && load.cpuMs > 0);
    const [look] = load.memory;
    assert.ok(look && look.treeBytes > look.frontBytes);
  }
  const text = loadText(load);
  assert.ok(text.includes(`503 ${refused[0]?.reason} ${refused.length}`), text);
});

test("a service that is told to stop leaves nothing behind", async () => {
  const { pid, base, stop } = await startServer(folder);
  assert.equal((await fetch(`${base}/health`)).status, 200);
  await stop();
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});
