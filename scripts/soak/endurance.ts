// Twenty thousand mixed requests: what the service holds at the end is what it held in the middle.

import { noise, photo, solid } from "../../test/images.fixture.ts";
import { rssOf, serviceProcess, treeRss } from "../../test/process.fixture.ts";
import { clientOf, tally } from "./client.ts";
import type { Answer } from "./client.ts";
import type { Scenario } from "./scenario.ts";

const REQUESTS = Number(process.env["SOAK_REQUESTS"] ?? 20_000);
const CLIENTS = 4;
/** Samples of memory in the whole run. */
const SAMPLES = 400;
const GROWTH = 1.05;

export const endurance: Scenario = {
  name: "endurance",
  run: async (say) => {
    const service = await serviceProcess({
      WORKSPACE_DIR: "/dev/shm",
    });
    const client = clientOf(service.base);
    const requests = await mixture();
    const answers: Answer[] = [];
    const front: number[] = [];
    const tree: number[] = [];
    let next = 0;
    try {
      await Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          while (next < REQUESTS) {
            const index = next++;
            const [path, body] = requests[index % requests.length]!;
            const leaving = new AbortController();
            // One in fifty is abandoned; its child is killed and replaced.
            const timer =
              index % 50 === 7
                ? setTimeout(() => leaving.abort(), index % 30)
                : undefined;
            answers.push(
              body === undefined
                ? await client.get(path)
                : await client.post(path, body, leaving.signal),
            );
            clearTimeout(timer);
            if (index % Math.ceil(REQUESTS / SAMPLES) === 0) {
              front.push(rssOf(service.pid));
              tree.push(treeRss(service.pid));
            }
          }
        }),
      );
      const fine = answers.filter(
        ({ status }) => status < 500 || status === 503,
      );
      say(
        `${REQUESTS} mixed requests: no 5xx but 503`,
        fine.length === answers.length,
        tally(answers),
      );
      for (const [name, samples] of [
        ["front", front],
        ["tree", tree],
      ] as const) {
        const [, second = 0, , last = 0] = quarters(samples);
        say(
          `RSS of the ${name} in the last quarter within 5 % of the second`,
          last <= second * GROWTH,
          `${quarters(samples)
            .map((bytes) => (bytes / 1024 ** 2).toFixed(1))
            .join(", ")} MB by quarter`,
        );
      }
    } finally {
      client.close();
      await service.stop();
    }
  },
};

type Sent = readonly [path: string, body?: Uint8Array];

async function mixture(): Promise<Sent[]> {
  const small = photo(160, 120);
  const [jpeg, png, webp, gif, tiff] = await Promise.all([
    small.clone().jpeg({ quality: 92 }).toBuffer(),
    small.clone().png().toBuffer(),
    small.clone().webp({ quality: 90 }).toBuffer(),
    small.clone().gif().toBuffer(),
    small.clone().tiff().toBuffer(),
  ]);
  const palette = await solid(120, 90).png({ palette: true }).toBuffer();
  const grain = await noise(96, 96).jpeg().toBuffer();
  return [
    ["/convert?format=webp&size=80", jpeg],
    ["/convert?format=jpg", png],
    ["/convert?format=png", webp],
    ["/convert?format=avif&avif_speed=9&size=64", jpeg],
    ["/convert?format=jpg&square=true&size=50", gif],
    ["/optimize", jpeg],
    ["/optimize?preset=low", jpeg],
    ["/optimize", palette],
    ["/optimize?preset=low", webp],
    ["/optimize", tiff],
    ["/optimize", grain],
    ["/health"],
    ["/metrics"],
    ["/nothing"],
    ["/convert?format=exe", jpeg],
    ["/convert", jpeg.subarray(0, 400)],
    ["/optimize", Buffer.from("no image at all")],
  ];
}

/** Means of four quarters. */
function quarters(samples: readonly number[]): number[] {
  const size = samples.length / 4;
  return [0, 1, 2, 3].map((quarter) => {
    const part = samples.slice(quarter * size, (quarter + 1) * size);
    return (
      part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length)
    );
  });
}
