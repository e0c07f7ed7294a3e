// Expensive jobs whose clients have left: the next small one is served as if they had never been.

import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

import { noise, solid } from "../../test/images.fixture.ts";
import { serviceProcess } from "../../test/process.fixture.ts";
import { clientOf, tally } from "./client.ts";
import type { Scenario } from "./scenario.ts";

const ABANDONED = 4;
const PATIENCE_MS = 300;
/** Jobs that ended with their clients; and jobs that were killed, after which two children start anew, with 0.4 CPU-s each. */
const NEXT_MS = { refused: 500, killed: 1500 };
/** A legal JPEG of 209 KB and 883 scans, where ../shared/hostile/gen_images.py has made it: DARKROOM_HOSTILE names its folder. */
const SCANS = `${process.env["DARKROOM_HOSTILE"] ?? "/tmp/hostile/img"}/jpeg_prog_883_scans_64mp.jpg`;

export const abandoned: Scenario = {
  name: "abandoned",
  run: async (say) => {
    const pixel = await solid(1, 1).png().toBuffer();
    const large = await noise(3000, 2000).jpeg({ quality: 90 }).toBuffer();
    const jobs: [string, string, Uint8Array, nextMs: number][] = [
      [
        "6 MP to AVIF at speed 0",
        "/convert?format=avif&avif_speed=0&q=90",
        large,
        NEXT_MS.killed,
      ],
    ];
    if (existsSync(SCANS))
      jobs.push([
        "883-scan JPEG",
        "/optimize",
        readFileSync(SCANS),
        NEXT_MS.refused,
      ]);
    const service = await serviceProcess({
      WORKSPACE_DIR: "/dev/shm",
    });
    const client = clientOf(service.base);
    try {
      for (const path of ["/optimize", "/convert?format=png"])
        await client.post(path, pixel);
      for (const [name, path, body, nextMs] of jobs) {
        const leaving = new AbortController();
        const left = Promise.all(
          Array.from({ length: ABANDONED }, () =>
            client.post(path, body, leaving.signal),
          ),
        );
        await pause(PATIENCE_MS);
        leaving.abort();
        const next = await client.post("/optimize", pixel);
        say(
          `${ABANDONED} × ${name}, abandoned after ${PATIENCE_MS} ms: the next 1x1 PNG within ${nextMs} ms`,
          next.status === 200 && next.ms <= nextMs,
          `${next.status} in ${next.ms.toFixed(0)} ms; the four: ${tally(await left)}`,
        );
        await pause(3000);
      }
    } finally {
      client.close();
      await service.stop();
    }
  },
};
