// Files of a few bytes that unfold into gigabytes, many at once: they are weighed by what they unfold into.

import { setTimeout as pause } from "node:timers/promises";

import { serviceProcess, treeRss } from "../../test/process.fixture.ts";
import { clientOf, figureOf, tally } from "./client.ts";
import type { Scenario } from "./scenario.ts";

const AT_ONCE = 16;
const EDGE = 9999;
const MB = 1024 ** 2;
/** Budgets small enough to matter: one such picture is weighed at 1.5 GB on its way to JPEG, at 2.1 GB where it is to be optimized. */
const RUNS = [
  { budgetMb: 3072, path: "/convert?format=jpg" },
  { budgetMb: 4096, path: "/convert?format=jpg" },
  { budgetMb: 4096, path: "/optimize" },
] as const;
const OVER = 1.2;

export const bombs: Scenario = {
  name: "bombs",
  run: async (say) => {
    const body = solidWebp(EDGE, EDGE);
    for (const { budgetMb, path } of RUNS) {
      const service = await serviceProcess({
        MEMORY_BUDGET_MB: String(budgetMb),
        WORKSPACE_DIR: "/dev/shm",
      });
      const client = clientOf(service.base);
      try {
        const idle = treeRss(service.pid);
        let peak = 0;
        const over = new AbortController();
        const watching = (async () => {
          while (!over.signal.aborted) {
            peak = Math.max(peak, treeRss(service.pid));
            await pause(20);
          }
        })();
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => client.post(path, body)),
        );
        over.abort();
        await watching;
        const name = `${AT_ONCE} × ${body.length} bytes of ${EDGE} × ${EDGE} at once, ${path}, budget ${budgetMb} MB`;
        say(
          `${name}: 200 or 503`,
          answers.every(({ status }) => [200, 503].includes(status)),
          tally(answers),
        );
        const limit = budgetMb * MB * OVER;
        say(
          `${name}: RSS of the tree within the budget and 20 %`,
          peak <= limit,
          `peak ${(peak / MB).toFixed(0)} of ${(limit / MB).toFixed(0)} MB, idle ${(idle / MB).toFixed(0)} MB`,
        );
        const killed = await figureOf(
          client,
          'darkroom_children_ended_total{reason="crashed"}',
        );
        say(`${name}: no child crashed`, killed === 0, `${killed}`);
      } finally {
        client.close();
        await service.stop();
      }
    }
  },
};

/**
 * A lossless WebP of one color: the header's 28 bits of size, then five
 * prefix codes of one symbol each, and so no bit for any pixel (RFC 9649, 3.4
 * and 3.7.2.1.1).
 */
function solidWebp(width: number, height: number): Buffer {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
  };
  put(width - 1, 14);
  put(height - 1, 14);
  // No alpha, version 0; no transform, no color cache, no meta prefix codes.
  put(0, 1 + 3 + 3);
  for (let code = 0; code < 5; code++) {
    // Simple, one symbol, of eight bits: 0 for all channels but opaque alpha.
    put(1, 1);
    put(0, 1);
    put(1, 1);
    put(code === 3 ? 255 : 0, 8);
  }
  const data = Buffer.alloc(1 + Math.ceil(bits.length / 8));
  data[0] = 0x2f;
  for (const [at, bit] of bits.entries())
    data[1 + (at >> 3)]! |= bit << (at & 7);
  const padded = Buffer.concat([data, Buffer.alloc(data.length & 1)]);
  const head = Buffer.from("RIFF\0\0\0\0WEBPVP8L\0\0\0\0", "latin1");
  head.writeUInt32LE(12 + padded.length, 4);
  head.writeUInt32LE(data.length, 16);
  return Buffer.concat([head, padded]);
}
