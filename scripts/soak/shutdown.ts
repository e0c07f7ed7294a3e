// SIGTERM under load: whatever runs is finished and delivered, whatever waits is told so, and the process ends.

import { setTimeout as pause } from "node:timers/promises";

import { noise } from "../../test/images.fixture.ts";
import { descendantsOf, serviceProcess } from "../../test/process.fixture.ts";
import { isAlive } from "../../test/service.fixture.ts";
import { clientOf, figureOf, tally } from "./client.ts";
import type { Answer } from "./client.ts";
import type { Scenario } from "./scenario.ts";

const ROUNDS = 5;
const CLIENTS = 12;
/** About a second of libaom. */
const PATH = "/convert?format=avif&avif_speed=8&q=60";
/** What a client sees of a door that is closed: nothing of it was ever taken in. */
const NEVER_TAKEN = ["ECONNREFUSED", "ECONNRESET", "EPIPE"];

export const shutdown: Scenario = {
  name: "shutdown",
  run: async (say) => {
    const body = await noise(900, 700).jpeg().toBuffer();
    for (let round = 1; round <= ROUNDS; round++) {
      const service = await serviceProcess({
        COMPRESSION_SEMAPHORE_SIZE: "2",
        WORKSPACE_DIR: "/dev/shm",
      });
      const client = clientOf(service.base);
      const answers: Answer[] = [];
      const over = new AbortController();
      const load = Array.from({ length: CLIENTS }, async () => {
        while (!over.signal.aborted) {
          const answer = await client.post(PATH, body);
          answers.push(answer);
          if (answer.status === 0) return;
          if (answer.status !== 200) await pause(50);
        }
      });
      // Another moment of its jobs in each round.
      await pause(2500 + 170 * round);
      const family = descendantsOf(service.pid);
      const running = await figureOf(client, 'darkroom_running{lane="work"}');
      const start = performance.now();
      const linesBefore = service.lines.length;
      process.kill(service.pid, "SIGTERM");
      const how = await service.ended;
      const took = performance.now() - start;
      over.abort();
      await Promise.all(load);
      const since = service.lines
        .slice(linesBefore)
        .filter(({ status }) => status);
      const delivered = since.filter(({ status }) => status === 200);
      const odd = answers.filter(
        ({ status, error = "" }) =>
          ![200, 503].includes(status) && !NEVER_TAKEN.includes(error),
      );
      const lost = since.filter(
        ({ status }) => status !== 200 && status !== 503,
      );
      say(
        `round ${round}: the jobs that ran at SIGTERM are delivered, none is lost`,
        running > 0 &&
          delivered.length >= running &&
          odd.length === 0 &&
          lost.length === 0,
        `${running} ran, ${delivered.length} delivered after it; lost: ${JSON.stringify(lost.map(({ path, status, ms }) => ({ path, status, ms })))}; clients saw ${tally(answers)}`,
      );
      // What was killed with it is gone a moment later.
      let left = family;
      for (let look = 0; look < 20 && left.length > 0; look++) {
        await pause(50);
        left = family.filter(({ pid }) => isAlive(pid));
      }
      say(
        `round ${round}: the process ends with 0 and leaves nobody`,
        how === 0 && left.length === 0,
        `ended with ${how} after ${took.toFixed(0)} ms, ${left.length} of ${family.length} left`,
      );
      client.close();
      await service.stop();
    }
  },
};
