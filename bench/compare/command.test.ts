// Claims about `compare` as a command: what it refuses, what it prints, and how it ends.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { saveResult } from "../run/result-file.ts";
import type { BenchResult } from "../run/result.ts";
import { UsageError } from "../usage-error.ts";
import { differencesOf } from "./comparable.ts";
import { readCompareOptions } from "./options.ts";
import {
  FIRST,
  PATHS,
  SECOND,
  larger,
  slower,
  withCases,
} from "./recorded.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "compare-test-"));
after(() => rm(folder, { recursive: true }));

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, "compare", ...args], {
    encoding: "utf8",
  });
}

function saved(name: string, result: BenchResult): Promise<string> {
  return saveResult(result, join(folder, name));
}

test("two runs of the same code end with 0 and say so", () => {
  const { status, stdout } = run(...PATHS, "--threshold-pct", "10");
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^## Bench: (As good as|Better than) before/);
});

test("a slow-down and a larger result end with 1 and are named, in a comment that GitHub takes", async () => {
  const slow = withCases(SECOND, slower(1.15));
  const worse = await saved("worse.json", withCases(slow, larger(1.03)));
  const { status, stdout } = run(PATHS[0], worse, "--threshold-pct", "10");
  assert.equal(status, 1);
  assert.match(stdout, /^## Bench: Worse than before/);
  assert.match(stdout, /\| CPU \| all .* \| worse \|/);
  assert.match(stdout, /\| size \| all .* \| \+3\.\d\d % \| .* \| worse \|/);
  assert.ok(stdout.length < 65_536);
});

test("thresholds are what they are told to be", async () => {
  const worse = await saved("larger.json", withCases(SECOND, larger(1.03)));
  assert.equal(run(PATHS[0], worse).status, 1);
  assert.equal(run(PATHS[0], worse, "--size-pct", "20").status, 0);
});

const { machine, engines, load } = SECOND;
assert.ok(load);
const OTHERS: readonly (readonly [
  what: string,
  other: Partial<BenchResult>,
])[] = [
  ["mode", { mode: "timing" }],
  ["CPU", { machine: { ...machine, cpu: "another" } }],
  ["cores", { machine: { ...machine, cores: 64 } }],
  ["memory", { machine: { ...machine, memoryBytes: 2 ** 40 } }],
  ["Node", { machine: { ...machine, node: "v25.0.0" } }],
  ["sharp", { engines: { ...engines, sharp: null } }],
  ["clients", { load: { ...load, concurrency: 99 } }],
  ["mix", { load: { ...load, mix: { convert: 7 } } }],
  [
    "pictures",
    withCases(SECOND, (item) => ({ ...item, inputBytes: item.inputBytes + 1 })),
  ],
];
for (const [what, other] of OTHERS) {
  test(`another ${what} is named as a difference`, () => {
    const [difference, ...more] = differencesOf([
      FIRST,
      { ...SECOND, ...other },
    ]);
    assert.ok(difference?.startsWith(`${what}: `), difference);
    assert.deepEqual(more, []);
  });
}

test("another kernel, a few pages of memory, and an engine that one side does not know are no differences", () => {
  const { sharp: _, ...fewer } = engines;
  const memoryBytes = machine.memoryBytes - 10 * 4096;
  const other = { ...machine, kernel: "Linux 99", memoryBytes };
  const later = { ...SECOND, machine: other, engines: fewer };
  assert.deepEqual(differencesOf([FIRST, later]), []);
});

test("what differs is refused with 2, and compared by force with a warning", async () => {
  const other = { ...SECOND, machine: { ...machine, cores: 64 } };
  const path = await saved("other.json", other);
  const refused = run(PATHS[0], path);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /Refused.*\n- cores: \d+ and 64/);
  const forced = run(PATHS[0], path, "--force");
  assert.equal(forced.status, 0);
  assert.match(forced.stdout, /\*\*Compared by force\.\*\* cores/);
});

const REFUSED: readonly (readonly [args: string[], names: RegExp])[] = [
  [[], /two results/],
  [["a"], /two results/],
  [["a", "b", "c"], /two results/],
  [["a", "b", "--threshold-pct", "0"], /--threshold-pct .* "0"/],
  [["a", "b", "--size-pct", "many"], /--size-pct .* "many"/],
  [["a", "b", "--score-points="], /--score-points .* ""/],
  [["a", "b", "--format", "html"], /--format .* "html"/],
  [["a", "b", "--fast"], /--fast/],
];
for (const [args, names] of REFUSED) {
  test(`refuses "${args.join(" ")}" by name`, () => {
    assert.throws(
      () => readCompareOptions(args),
      (error) => error instanceof UsageError && names.test(error.message),
    );
  });
}

test("a file that is not there ends with 2 and its name", () => {
  const { status, stderr } = run(PATHS[0], join(folder, "nothing.json"));
  assert.equal(status, 2);
  assert.match(stderr, /nothing\.json/);
});
