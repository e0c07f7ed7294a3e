// Fuzzes a running service: npm run fuzz -- --minutes N [--seed S] [--corpus FOLDER] [--keep FOLDER]. What breaks is kept, to become a fixture.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import {
  descendantsOf,
  rssOf,
  serviceProcess,
} from "../../test/process.fixture.ts";
import { exchange } from "./exchange.ts";
import { faultOf } from "./judge.ts";
import { mutate } from "./mutate.ts";
import { diceOf } from "./random.ts";
import { requestOf } from "./requests.ts";
import { madeSeeds, seedsIn } from "./seeds.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1e6) },
    corpus: { type: "string" },
    keep: { type: "string", default: "fuzz-findings" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("--minutes takes a number above 0, --seed a whole one");
  process.exit(2);
}

/** Clients at once: enough that jobs queue and meet. */
const CLIENTS = 3;
/** Exchanges after which the service as a whole is looked at. */
const LOOK_EVERY = 50;
/** A mutated small file has no reason to take longer, on a machine with other work. */
const SLOW_MS = 20_000;
/** What the front may grow by. */
const GROWTH_BYTES = 128 * 1024 ** 2;

const dice = diceOf(seed);
const seeds = values.corpus ? await seedsIn(values.corpus) : await madeSeeds();
const service = await serviceProcess({ LOG_LEVEL: "info" });
const port = Number(new URL(service.base).port);
const startRss = rssOf(service.pid);
const startChildren = descendantsOf(service.pid).length;
const end = performance.now() + minutes * 60_000;
let sent = 0;
let findings = 0;
const statuses = new Map<string, number>();
console.log(`seed ${seed}, ${seeds.length} files, ${minutes} min`);

async function keep(
  fault: string,
  told: string,
  bytes: Uint8Array,
): Promise<void> {
  findings++;
  await mkdir(values.keep, { recursive: true });
  const name = join(values.keep, `${seed}-${sent}`);
  await writeFile(`${name}.request`, bytes);
  await writeFile(`${name}.txt`, `${fault}\n${told}\n`);
  console.log(`FOUND ${fault}: ${told} → ${name}.request`);
}

async function client(): Promise<void> {
  while (performance.now() < end) {
    const first = dice.oneOf(seeds);
    const { bytes, ways } = mutate(first.bytes, dice.oneOf(seeds).bytes, dice);
    const request = requestOf(bytes, `127.0.0.1:${port}`, dice);
    const told = `${request.told}, ${first.name} (${ways.join(", ")})`;
    const result = await exchange(port, request);
    sent++;
    const status = result.reply.subarray(9, 12).toString() || "none";
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const slow =
      result.ms > SLOW_MS
        ? `took ${(result.ms / 1000).toFixed(0)} s`
        : undefined;
    const fault = faultOf(result, request.isFramed) ?? slow;
    if (fault !== undefined) await keep(fault, told, request.bytes);
    if (sent % LOOK_EVERY === 0) await look(told);
  }
}

async function look(told: string): Promise<void> {
  const health = await fetch(`${service.base}/health`).catch(() => undefined);
  if (health?.status !== 200) await keep("no health", told, new Uint8Array());
}

await Promise.all(Array.from({ length: CLIENTS }, client));
// Children that were killed with their job are replaced within two seconds.
await new Promise((resolve) => setTimeout(resolve, 3000));
const children = descendantsOf(service.pid).length;
if (children > startChildren)
  await keep(
    `${children} children of ${startChildren}`,
    "at the end",
    new Uint8Array(),
  );
const grown = rssOf(service.pid) - startRss;
if (grown > GROWTH_BYTES)
  await keep(
    `the front grew by ${Math.round(grown / 1024 ** 2)} MB`,
    "at the end",
    new Uint8Array(),
  );
const unforeseen = service.lines.filter(({ level }) => Number(level) >= 50);
for (const line of unforeseen)
  await keep("logged as an error", JSON.stringify(line), new Uint8Array());
await service.stop();
const counts = [...statuses]
  .toSorted(([a], [b]) => a.localeCompare(b))
  .map(([status, count]) => `${status}: ${count}`);
console.log(`${sent} requests (${counts.join(", ")}), ${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
