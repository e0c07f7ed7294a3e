// Claims about what must not vanish from one result to the next.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { BenchResult, CaseResult } from "../run/result.ts";
import { compareResults } from "./compare.ts";
import { lossesOf } from "./lost.ts";
import { FIRST, SECOND, withCases } from "./recorded.fixture.ts";
import { DEFAULT_THRESHOLDS } from "./thresholds.ts";

const [one, ...others] = SECOND.cases;
assert.ok(one?.score && SECOND.load && SECOND.load.requests[0]);
const NAME = `${one.file} ${one.preset}`;
const isOne = (item: CaseResult): boolean => item === one;
const { load } = SECOND;

function withStatus(status: number): BenchResult {
  const [first, ...rest] = load.requests;
  const changed = { ...first!, kind: "optimize", status };
  return { ...SECOND, load: { ...load, requests: [changed, ...rest] } };
}

const LOST: readonly (readonly [
  claim: string,
  after: BenchResult,
  loss: { readonly name: string; readonly reason: string },
])[] = [
  [
    "a case that was not run",
    { ...SECOND, cases: others },
    { name: NAME, reason: "not run" },
  ],
  [
    "a case that fails now",
    withCases(
      SECOND,
      (item) => ({
        ...item,
        runs: [],
        outcome: null,
        score: null,
        failures: [{ code: "process_lost", message: "" }],
      }),
      isOne,
    ),
    { name: NAME, reason: "process_lost" },
  ],
  [
    "a result that can no longer be scored",
    withCases(
      SECOND,
      (item) => ({ ...item, score: { unavailable: "does not decode" } }),
      isOne,
    ),
    { name: NAME, reason: "no score" },
  ],
  [
    "an answer under load that was never given before",
    withStatus(500),
    { name: "load", reason: "new answer: optimize 500" },
  ],
];
for (const [claim, after, loss] of LOST) {
  test(`${claim} is a loss, and makes the comparison worse`, () => {
    assert.deepEqual(lossesOf([FIRST, after]), [loss]);
    const { verdict } = compareResults([FIRST, after], DEFAULT_THRESHOLDS);
    assert.equal(verdict, "worse");
  });
}

test("a load that answers no conversion any more is a loss", () => {
  const requests = load.requests.filter(({ kind }) => kind !== "convert");
  const after = { ...SECOND, load: { ...load, requests } };
  assert.deepEqual(lossesOf([FIRST, after]), [
    { name: "load", reason: "no answer: convert 200" },
  ]);
});

test("a refusal for want of a slot, a new case, and a failure that was there before are no losses", () => {
  assert.deepEqual(lossesOf([FIRST, withStatus(503)]), []);
  const fewer = { ...FIRST, cases: FIRST.cases.slice(1) };
  assert.deepEqual(lossesOf([fewer, SECOND]), []);
  const { added } = compareResults([fewer, SECOND], DEFAULT_THRESHOLDS);
  assert.deepEqual(added, [NAME]);
  const failed = { ...one, runs: [], outcome: null, score: null };
  const broken = { ...SECOND, cases: [failed, ...others] };
  assert.deepEqual(lossesOf([broken, broken]), []);
});
