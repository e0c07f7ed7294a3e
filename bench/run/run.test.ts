// Claims about whole runs, with real processes over tiny pictures made here.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { noise } from "../../src/codecs/noise.fixture.ts";
import { readResult, saveResult } from "./result-file.ts";
import { Laboratory } from "./laboratory.ts";
import { readRunOptions } from "./options.ts";
import { runBench } from "./run.ts";
import { runCases } from "./run-cases.ts";
import { matrixOf } from "./matrix.ts";
import { Judge } from "../score/judge.ts";

const folder = await mkdtemp(join(tmpdir(), "bench-test-"));
after(() => rm(folder, { recursive: true }));

/** A gradient with noise, large enough to be scored and to become smaller. */
async function picture(name: string, width: number) {
  const path = join(folder, name);
  await noise(width, 120).jpeg({ quality: 95 }).toFile(path);
  return file(name);
}

async function file(name: string, format = "jpeg") {
  const path = join(folder, name);
  const { size: bytes } = await stat(path);
  const bucket = "tiny" as const;
  return { name, path, format, bucket, tags: ["noise"], bytes };
}

const pictures = [await picture("a.jpg", 160), await picture("b.jpg", 200)];
await writeFile(join(folder, "broken.jpg"), Buffer.from("ffd8ffe000", "hex"));
const broken = await file("broken.jpg");

test("a quick run measures, scores and reports every case; what fails is in it, by name", async () => {
  const stranger = { ...pictures[0]!, format: "pcx", name: "c.pcx" };
  const result = await runBench(
    [...pictures, broken, stranger],
    readRunOptions(["--mode", "quick"]),
  );
  const [a, b, failed] = result.cases;
  for (const item of [a, b]) {
    assert.ok(item?.outcome && item.outcome.bytes < item.inputBytes);
    assert.ok(item.score && "mean" in item.score && item.score.mean > 30);
    const [run] = item.runs;
    assert.ok(run && run.wallMs > 0 && run.cpuMs.own > 0);
    assert.ok(run.parallelism > 0 && run.parallelism < 4);
    assert.ok(run.phases["encode"]! > 0);
    if (
      item.outcome.declined.every(({ reason }) => reason !== "engine-missing")
    )
      assert.ok(run.tools.some(({ name }) => name === "jpegtran"));
    if (process.platform === "linux") {
      const { ownPeakBytes, rssBeforeBytes } = run.memory;
      assert.ok(ownPeakBytes !== null && ownPeakBytes > rssBeforeBytes / 2);
    }
  }
  assert.equal(failed?.file, "broken.jpg");
  assert.equal(failed.outcome, null);
  assert.equal(failed.failures.at(-1)?.code, "invalid_image");
  assert.deepEqual(result.skipped, [
    { file: "c.pcx", format: "pcx", reason: "no row in the table" },
  ]);
  assert.deepEqual([result.peers, result.curves], [[], []]);
  assert.ok(result.engines["sharp"]);

  const path = await saveResult(result, join(folder, "result.json"));
  assert.deepEqual(await readResult(path), result);
});

test("timing counts every repeat and no warm-up, and scores nothing", async () => {
  const options = readRunOptions(["--mode", "timing", "--repeat", "3"]);
  const { cases } = await runBench(pictures, options);
  assert.deepEqual(
    cases.map(({ runs, score }) => [runs.length, score]),
    [
      [3, null],
      [3, null],
    ],
  );
});

test("pr runs and scores every preset, repeats medium alone, and takes the machine's pace beside each run", async () => {
  const lab = new Laboratory();
  const judge = new Judge({});
  const options = readRunOptions(["--mode", "pr"]);
  const rooms = { lab, judge, folder };
  const { cases: asked } = matrixOf(pictures.slice(0, 1), options);
  const { cases, reference } = await runCases(asked, options, rooms);
  await Promise.all([lab.close(), judge.close()]);
  assert.deepEqual(
    cases.map(({ preset, runs }) => [preset, runs.length]),
    [
      ["low", 1],
      ["medium", 3],
      ["high", 1],
    ],
  );
  for (const { score } of cases) assert.ok(score && "mean" in score);
  assert.equal(reference.length, 5);
  for (const { cpuMs, wallMs } of reference) {
    assert.ok(cpuMs > 0 && wallMs > 0);
  }
});

test("memory mode measures V8's heap in a process of its own", async () => {
  const options = readRunOptions(["--mode", "memory"]);
  const { cases } = await runBench(pictures.slice(0, 1), options);
  const heap = cases[0]?.runs[0]?.memory.heapPeakBytes ?? 0;
  assert.ok(heap > 2e6 && heap < 2e8, `${heap}`);
});

test("a process that dies under a case costs that case alone", async () => {
  const lab = new Laboratory();
  const options = readRunOptions(["--mode", "timing", "--repeat", "2"]);
  const rooms = { lab, judge: new Judge({}), folder };
  const { cases } = matrixOf(pictures, options);
  const { pid } = await lab.open();
  const running = runCases(cases, options, rooms);
  process.kill(pid!, "SIGKILL");
  const { cases: results } = await running;
  await lab.close();
  const codes = results.flatMap(({ failures }) => failures.map((f) => f.code));
  assert.deepEqual(codes, ["process_lost"]);
  assert.deepEqual(
    results.map(({ runs }) => runs.length),
    [2, 2],
  );
});

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
for (const [claim, args, says] of [
  ["no command", [], /Usage/],
  ["an unknown command", ["fly"], /Usage/],
  ["a bad option", ["run", "--mode", "slow"], /--mode must be/],
  ["a file that is no result", ["report", MAIN], /no result of schema/],
] as const) {
  test(`${claim} ends with exit code 2 and words`, () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      encoding: "utf8",
    });
    assert.equal(status, 2);
    assert.match(stderr, says);
  });
}
