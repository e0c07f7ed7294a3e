// Claims about the race: which strategies are tried, in what order and time, and what becomes of those that fail.

import assert from "node:assert/strict";
import { test } from "node:test";

import type {
  Candidate,
  CodecBack,
  OptimizeJob,
  Strategy,
  WorkBench,
} from "../codecs/codec.ts";
import { ServiceError } from "../errors.ts";
import { race } from "./race.ts";

const job = { facts: {}, intent: {} } as unknown as OptimizeJob;
const bench = { engines: new Set(["sharp"]) } as unknown as WorkBench;
const LONG_MS = 60_000;

function strategy(name: string, more: Partial<Strategy> = {}): Strategy {
  return {
    name,
    loses: "nothing",
    applies: () => true,
    cost: () => 1,
    ...more,
  };
}

function candidate(method: string): Candidate {
  return { bytes: new Uint8Array(1), method, byTool: false, upright: false };
}

/** A back half in which every strategy works, but for those given, and that writes down who ran. */
function backWith(
  names: readonly string[],
  runs: Record<string, () => Promise<Candidate>> = {},
) {
  const ran: string[] = [];
  const run = Object.fromEntries(
    names.map((name) => [
      name,
      (): Promise<Candidate> => {
        ran.push(name);
        return runs[name]?.() ?? Promise.resolve(candidate(name));
      },
    ]),
  );
  return { back: { run } as unknown as CodecBack, ran };
}

test("tries all that apply, one after the other, in the order of the row", async () => {
  let running = 0;
  const one = async (): Promise<Candidate> => {
    assert.equal(++running, 1, "two at once");
    await Promise.resolve();
    running--;
    return candidate("");
  };
  const { back, ran } = backWith(["a", "b", "c"], { a: one, b: one, c: one });
  const row = ["a", "b", "c"].map((name) => strategy(name));
  const { made, declined } = await race(row, back, job, bench, LONG_MS);
  assert.deepEqual(ran, ["a", "b", "c"]);
  assert.deepEqual(
    made.map((runner) => runner.strategy.name),
    ["a", "b", "c"],
  );
  assert.deepEqual(declined, []);
});

const reasons: readonly (readonly [
  claim: string,
  more: Partial<Strategy>,
  reason: string,
])[] = [
  [
    "does not apply is declined with its own reason",
    { applies: () => "source-quality" },
    "source-quality",
  ],
  [
    "has no engine is declined",
    { needs: { anyOf: ["jpegtran", "cjpeg"], install: "install it" } },
    "engine-missing",
  ],
  ["would not end in time is not begun", { cost: () => 60.1 }, "no-time"],
];
for (const [claim, more, reason] of reasons) {
  test(`a strategy that ${claim}`, async () => {
    const { back, ran } = backWith(["a", "b"]);
    const row = [strategy("a", more), strategy("b")];
    const { made, declined } = await race(row, back, job, bench, LONG_MS);
    assert.deepEqual(ran, ["b"]);
    assert.equal(made.length, 1);
    assert.deepEqual(declined, [{ strategy: "a", reason }]);
  });
}

test("any one of the engines a strategy names is enough", async () => {
  const { back, ran } = backWith(["a"]);
  const needs = { anyOf: ["jpegli", "sharp"], install: "" };
  await race([strategy("a", { needs })], back, job, bench, LONG_MS);
  assert.deepEqual(ran, ["a"]);
});

test("what earlier strategies took is gone from the budget of later ones", async () => {
  let now = 500;
  const slow = (): Promise<Candidate> => {
    now += 8000;
    return Promise.resolve(candidate("a"));
  };
  const { back, ran } = backWith(["a", "b", "c"], { a: slow });
  const row = [
    strategy("a", { cost: () => 10 }),
    strategy("b", { cost: () => 2.1 }),
    strategy("c", { cost: () => 2 }),
  ];
  const result = await race(row, back, job, bench, 10_000, () => now);
  assert.deepEqual(ran, ["a", "c"]);
  assert.deepEqual(result.declined, [{ strategy: "b", reason: "no-time" }]);
});

test("a strategy that nobody wrote is declined, not called", async () => {
  const { back } = backWith([]);
  const { declined } = await race([strategy("a")], back, job, bench, LONG_MS);
  assert.deepEqual(declined, [{ strategy: "a", reason: "not-implemented" }]);
});

test("a failure is kept, and the others run all the same", async () => {
  const error = new Error("a decoder's words");
  const { back } = backWith(["a", "b"], { a: () => Promise.reject(error) });
  const row = [strategy("a"), strategy("b")];
  const result = await race(row, back, job, bench, LONG_MS);
  assert.deepEqual(result.failures, [error]);
  assert.deepEqual(result.declined, [{ strategy: "a", reason: "failed" }]);
  assert.equal(result.made[0]?.candidate.method, "b");
});

test("a tool that overstays ends the race", async () => {
  const error = new ServiceError("tool_timeout", "It took too long.");
  const { back, ran } = backWith(["a", "b"], {
    a: () => Promise.reject(error),
  });
  const row = [strategy("a"), strategy("b")];
  await assert.rejects(race(row, back, job, bench, LONG_MS), error);
  assert.deepEqual(ran, ["a"]);
});
