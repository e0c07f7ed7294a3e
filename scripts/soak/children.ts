// Children that are killed or stopped while they work: each costs its own request and no other, and is replaced at once.

import { setTimeout as pause } from "node:timers/promises";

import { noise } from "../../test/images.fixture.ts";
import { descendantsOf, serviceProcess } from "../../test/process.fixture.ts";
import type { ServiceProcess } from "../../test/process.fixture.ts";
import { clientOf, figureOf, tally } from "./client.ts";
import type { Answer, Client } from "./client.ts";
import type { Scenario } from "./scenario.ts";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGKILL", "SIGSEGV", "SIGSTOP"];
const KILLS = 10;
/** Jobs that run at once, and so children that are busy while one of them is killed. */
const SLOTS = 3;
const WHOLE_MS = 2000;
const GIVEN_UP_MS = 30_000;
/** About two seconds of libaom on this noise, on an idle core. */
const PATH = "/convert?format=avif&avif_speed=6&q=60";

export const children: Scenario = {
  name: "children",
  run: async (say) => {
    const body = await noise(1200, 900).jpeg().toBuffer();
    const service = await serviceProcess({
      COMPRESSION_SEMAPHORE_SIZE: String(SLOTS),
      WORKSPACE_DIR: "/dev/shm",
    });
    const client = clientOf(service.base);
    try {
      // One for each slot, and one for estimates.
      const size = SLOTS + 1;
      while ((await standing(client)) < size) await pause(50);
      const all: Answer[] = [];
      const waits: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const jobs = Array.from({ length: SLOTS }, () =>
          client.post(PATH, body),
        );
        await busy(client, SLOTS);
        const victim = await working(service);
        process.kill(victim, SIGNALS[kill % SIGNALS.length]);
        waits.push(await whole(client, kill + 1, size));
        all.push(...(await Promise.all(jobs)));
      }
      const failed = all.filter(({ status }) => status !== 200);
      say(
        `${KILLS} children killed (KILL, SEGV, STOP) mid-job: exactly those requests fail, typed`,
        failed.length === KILLS &&
          failed.every(({ error }) => error === "optimization_failed"),
        tally(all),
      );
      say(
        `the pool is whole within ${WHOLE_MS} ms`,
        Math.max(...waits) <= WHOLE_MS,
        `${waits.map((ms) => ms.toFixed(0)).join(", ")} ms`,
      );
      const left = descendantsOf(service.pid).filter(
        ({ state }) => state === "T",
      );
      say("nothing stopped is left", left.length === 0, `${left.length} left`);
    } finally {
      client.close();
      await service.stop();
    }
  },
};

async function busy(client: Client, count: number): Promise<void> {
  while ((await figureOf(client, 'darkroom_children{state="busy"}')) < count)
    await pause(20);
  // Past whatever a child does before the encoder.
  await pause(300);
}

/** A child that works: its CPU time grows. */
async function working({ pid }: ServiceProcess): Promise<number> {
  const before = new Map(descendantsOf(pid).map((one) => [one.pid, one.ticks]));
  for (;;) {
    await pause(50);
    const found = descendantsOf(pid).find(
      (one) => one.ticks - (before.get(one.pid) ?? one.ticks) >= 3,
    );
    if (found) return found.pid;
  }
}

/** Milliseconds until the front knows of `ends` children that ended, and `size` are set up. */
async function whole(
  client: Client,
  ends: number,
  size: number,
): Promise<number> {
  const start = performance.now();
  for (;;) {
    const isKnown = (await endsOf(client)) >= ends;
    const ms = performance.now() - start;
    if ((isKnown && (await standing(client)) === size) || ms > GIVEN_UP_MS)
      return ms;
    await pause(20);
  }
}

/** Children that have ended so far, killed or stopped. */
async function endsOf(client: Client): Promise<number> {
  const counts = await Promise.all(
    ["crashed", "stopped"].map((reason) =>
      figureOf(client, `darkroom_children_ended_total{reason="${reason}"}`),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Children that are set up. */
async function standing(client: Client): Promise<number> {
  const [idle = 0, busyOnes = 0] = await Promise.all(
    ["idle", "busy"].map((state) =>
      figureOf(client, `darkroom_children{state="${state}"}`),
    ),
  );
  return idle + busyOnes;
}
