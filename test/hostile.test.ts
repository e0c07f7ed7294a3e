// Every hostile file there is, sent to a real service by every verb: each gets the answer it deserves, and nothing is left of any.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import sharp from "sharp";

import {
  faultsIn,
  generated,
  PAYLOADS,
  suits,
  withoutGenerators,
  type HostileRow,
} from "./hostile.fixture.ts";
import { solid } from "./images.fixture.ts";
import { descendantsOf, rssOf, serviceProcess } from "./process.fixture.ts";
import type { ServiceProcess } from "./process.fixture.ts";
import { expectProblem, postRaw } from "./requests.fixture.ts";
import { eventually } from "./service.fixture.ts";

const VERBS = [
  "/optimize",
  "/convert?size=400&strip_exif=true",
  "/estimate",
] as const;
/** Requests at a time: as many as work at once, and one that waits. */
const LANES = 3;
/**
 * What the front may hold more than at its start: 16 to 40 MB are seen, lists
 * of 20,000 blocks and boxes until V8 clears them.
 */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/**
 * Legal pictures of 81 to 100 MP from a few bytes are 5 to 10 s of honest work
 * each, on a verb: they are left to the soak.
 */
const HEAVY_MS = 20_000;
/** Drawings that take more than this are sent to one verb: what they bound is the same in all. */
const HEAVY_DRAWING_MS = 3000;

/** A connection for each request: one that is kept may be closed by the other side just as it is used. */
const ALONE = { connection: "close" };

let service: ServiceProcess;
let folder: string;
let start: { readonly rss: number; readonly descriptors: number };

const descriptors = (): number => readdirSync(`/proc/${service.pid}/fd`).length;

/** Files in the service's workspace, but for its own mark. */
async function leftovers(): Promise<string[]> {
  const root = join(service.workspaceDir, `darkroom-${service.pid}`);
  return (await readdir(root)).filter((name) => name !== "owner");
}

interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly type: string;
}

/** One honest picture of each format that sharp writes, and a drawing. */
async function soundFiles(): Promise<Uint8Array[]> {
  const picture = solid(64, 48);
  return [
    await picture.jpeg().toBuffer(),
    await picture.png().toBuffer(),
    await picture.webp().toBuffer(),
    await picture.gif().toBuffer(),
    await picture.tiff().toBuffer(),
    await picture.avif().toBuffer(),
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>',
    ),
  ];
}

const send = (path: string, verb: string): Promise<Answer> =>
  answerTo(new Uint8Array(readFileSync(path)), verb);

/** Sends a file and asks after the service's health; a reset rejects. */
async function answerTo(body: Uint8Array, verb: string): Promise<Answer> {
  const response = await postRaw(service.base + verb, body, ALONE);
  const copy = response.clone();
  const bytes = Buffer.from(await response.arrayBuffer());
  const { status, headers } = response;
  assert.match(headers.get("x-request-id") ?? "", /^[\w.-]{1,128}$/);
  if (status !== 200) {
    const { error } = JSON.parse(bytes.toString()) as { error: never };
    await expectProblem(copy, { error });
  }
  const health = await fetch(`${service.base}/health`, { headers: ALONE });
  assert.equal(health.status, 200);
  const { status: state } = (await health.json()) as { status: string };
  assert.ok(["ok", "degraded"].includes(state));
  return { status, bytes, type: headers.get("content-type") ?? "" };
}

/** Runs `work` on all items, `LANES` at a time. */
async function inLanes<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift())
      await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

describe("hostile files", { skip: withoutGenerators }, () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "hostile-"));
    service = await serviceProcess({
      LOG_LEVEL: "info",
      COMPRESSION_SEMAPHORE_SIZE: "2",
      MAX_QUEUE_DEPTH: "100",
    });
    // What is loaded and compiled on first use is no growth.
    for (const file of await soundFiles()) {
      for (const verb of VERBS)
        assert.equal((await answerTo(file, verb)).status, 200);
    }
    start = { rss: rssOf(service.pid), descriptors: descriptors() };
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const verb of VERBS) {
    test(`images by ${verb}: each answer suits its file`, async () => {
      const images = join(folder, "images");
      const rows = generated("gen_images.py", images);
      assert.ok(rows.length >= 206, "premise");
      const faults: string[] = [];
      await inLanes(rows, async (row) => {
        if (row.max_ms >= HEAVY_MS) return;
        const path = join(images, row.name);
        const answer = await send(path, verb);
        const size = readFileSync(path).length;
        if (!suits(row, answer.status, size))
          faults.push(`${row.name}: ${answer.status}, not ${row.expect}`);
        faults.push(...(await picturesFaults(row, answer)));
      });
      assert.deepEqual(faults, []);
    });
  }

  test("drawings by /optimize: an independent reader finds nothing in what is sent, and all of what must stay", async () => {
    const drawings = join(folder, "drawings");
    const answers = join(folder, "answers");
    await mkdir(answers);
    const rows = generated("gen_svg.py", drawings);
    assert.ok(rows.length >= 244, "premise");
    const faults: string[] = [];
    const sent: string[] = [];
    await inLanes(rows, async (row) => {
      const path = join(drawings, row.name);
      const { status, bytes } = await send(path, "/optimize");
      if (!suits(row, status, readFileSync(path).length))
        faults.push(`${row.name}: ${status}, not ${row.expect}`);
      if (status !== 200) return;
      const answer = join(answers, row.name);
      writeFileSync(answer, bytes);
      sent.push(answer);
      for (const kept of row.keep ?? []) {
        const isPacked = bytes[0] === 0x1f;
        if (!isPacked && !bytes.includes(kept))
          faults.push(`${row.name}: lost ${kept}`);
      }
    });
    assert.ok(sent.length > 100, "premise");
    assert.deepEqual([...faults, ...faultsIn(sent)], []);
  });

  for (const verb of ["/convert?size=64", "/estimate"]) {
    test(`drawings by ${verb}: a picture, or the drawing's fault`, async () => {
      const drawings = join(folder, "drawings");
      const rows = generated("gen_svg.py", drawings);
      const faults: string[] = [];
      await inLanes(rows, async (row) => {
        if (row.max_ms >= HEAVY_DRAWING_MS) return;
        const answer = await send(join(drawings, row.name), verb);
        const isHeld = row.expect === "SAME" && answer.status !== 200;
        if (![200, 413, 415, 422].includes(answer.status) || isHeld)
          faults.push(`${row.name}: ${answer.status}`);
        faults.push(...(await picturesFaults(row, answer)));
      });
      assert.deepEqual(faults, []);
    });
  }

  test("no file, process or descriptor is left, and the front is as large as it was", async () => {
    await eventually(
      "the workspace is empty",
      async () => (await leftovers()).length === 0,
    );
    const family = descendantsOf(service.pid).filter(
      ({ name }) => name !== "sh",
    );
    assert.ok(family.length <= 4, family.map(({ name }) => name).join());
    assert.ok(
      descriptors() <= start.descriptors + 4,
      `${start.descriptors} descriptors became ${descriptors()}`,
    );
    // What was garbage goes when V8 finds the time.
    await eventually(
      "the memory is given back",
      () => rssOf(service.pid) - start.rss < MAX_GROWTH_BYTES,
      60_000,
    );
    const lines = service.lines.filter(({ level }) => Number(level) >= 60);
    assert.deepEqual(lines, [], "nothing fatal was logged");
  });
});

/** What is wrong with a picture that was sent: it does not decode, or a payload is still in it. */
async function picturesFaults(
  { name }: HostileRow,
  { status, bytes, type }: Answer,
): Promise<string[]> {
  if (status !== 200 || !type.startsWith("image/")) return [];
  const payload = PAYLOADS[name];
  if (payload !== undefined && bytes.includes(Buffer.from(payload, "latin1")))
    return [`${name}: its payload is still there`];
  if (!/jpeg|png|webp|gif|avif|tiff/.test(type)) return [];
  try {
    await sharp(bytes, { failOn: "warning", pages: -1 }).stats();
    return [];
  } catch (error) {
    return [`${name}: ${String(error).slice(0, 100)}`];
  }
}
