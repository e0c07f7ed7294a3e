// 48 clients on two slots: what is not worked on is refused at once, and what is worked on is as much as ever.

import { setTimeout as pause } from "node:timers/promises";

import { photo } from "../../test/images.fixture.ts";
import { rssOf, serviceProcess, treeRss } from "../../test/process.fixture.ts";
import { clientOf, percentile, tally } from "./client.ts";
import type { Answer, Client } from "./client.ts";
import type { Scenario } from "./scenario.ts";

const SLOTS = 2;
const CLIENTS = 48;
const SECONDS = 12;
const CALM_SECONDS = 8;
/** Some tens of milliseconds of work. */
const PATH = "/convert?format=webp&size=640";
/** Milliseconds a refused client waits: it is told whole seconds, and does not listen. */
const IMPATIENCE_MS = 50;

export const overload: Scenario = {
  name: "overload",
  run: async (say) => {
    const body = await photo(1600, 1200).jpeg({ quality: 85 }).toBuffer();
    const service = await serviceProcess({
      COMPRESSION_SEMAPHORE_SIZE: String(SLOTS),
      WORKSPACE_DIR: "/dev/shm",
    });
    const client = clientOf(service.base);
    try {
      // Children grow to their size with their first jobs: that is not the load's doing.
      await drive(client, body, SLOTS, 3);
      const idleHealth = await healthMs(client, 50);
      const calm = await drive(client, body, SLOTS, CALM_SECONDS);
      await pause(500);
      const before = treeRss(service.pid);
      const frontBefore = rssOf(service.pid);
      const over = new AbortController();
      const health: number[] = [];
      const asking = (async () => {
        while (!over.signal.aborted) {
          health.push((await client.get("/health")).ms);
          await pause(100);
        }
      })();
      const answers = await drive(client, body, CLIENTS, SECONDS);
      over.abort();
      await asking;
      const rate = rateOf(answers, SECONDS);
      await pause(3000);
      const after = treeRss(service.pid);
      const frontAfter = rssOf(service.pid);
      // Before and after: the machine's own pace drifts by a half within a minute.
      calm.push(...(await drive(client, body, SLOTS, CALM_SECONDS)));
      const calmRate = rateOf(calm, 2 * CALM_SECONDS);
      const refused = answers.filter(({ status }) => status === 503);
      const p99 = percentile(
        refused.map(({ ms }) => ms),
        0.99,
      );
      const allowed = Math.max(100, 20 * idleHealth);
      say(
        "only 200 and 503",
        answers.every(({ status }) => status === 200 || status === 503),
        tally(answers),
      );
      say(
        `503 within ${allowed.toFixed(0)} ms (p99)`,
        refused.length > 0 && p99 <= allowed,
        `p50 ${percentile(
          refused.map(({ ms }) => ms),
          0.5,
        ).toFixed(
          1,
        )} ms, p99 ${p99.toFixed(1)} ms; idle /health ${idleHealth.toFixed(1)} ms`,
      );
      say(
        "503 names a time to come back",
        refused.every(({ retryAfter = 0 }) => retryAfter >= 1),
        `${Math.min(...refused.map(({ retryAfter = 0 }) => retryAfter))} to ${Math.max(...refused.map(({ retryAfter = 0 }) => retryAfter))} s`,
      );
      say(
        "goodput at least 0.8 of the uncontended rate",
        rate >= 0.8 * calmRate,
        `${rate.toFixed(1)}/s against ${calmRate.toFixed(1)}/s: ${(rate / calmRate).toFixed(2)}`,
      );
      say(
        "/health under a second",
        Math.max(...health) < 1000,
        `at most ${Math.max(...health).toFixed(0)} ms of ${health.length}`,
      );
      say(
        "RSS of the tree back within 10 %",
        after <= before * 1.1,
        `${mb(before)} before, ${mb(after)} after; of these the front ${mb(frontBefore)} and ${mb(frontAfter)}`,
      );
    } finally {
      client.close();
      await service.stop();
    }
  },
};

async function drive(
  client: Client,
  body: Uint8Array,
  clients: number,
  seconds: number,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const answer = await client.post(PATH, body);
        answers.push(answer);
        if (answer.status !== 200) await pause(IMPATIENCE_MS);
      }
    }),
  );
  return answers;
}

function rateOf(answers: readonly Answer[], seconds: number): number {
  return answers.filter(({ status }) => status === 200).length / seconds;
}

async function healthMs(client: Client, times: number): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push((await client.get("/health")).ms);
  return percentile(all, 0.5);
}

function mb(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MB`;
}
