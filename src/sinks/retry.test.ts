// Claims about second attempts: made for what may pass by itself, three in all, never for a refusal or for someone who left.

import assert from "node:assert/strict";
import { test } from "node:test";

import { withRetries } from "./retry.ts";

const STAYS = new AbortController().signal;
const failure = (properties: object): Error =>
  Object.assign(new Error("failed"), properties);

/** Fails with each of `failures` in turn, then succeeds. */
function attempts(failures: readonly Error[]): {
  run: () => Promise<string>;
  count: () => number;
} {
  let count = 0;
  return {
    run: async () => {
      const error = failures[count++];
      if (error) throw error;
      return "stored";
    },
    count: () => count,
  };
}

for (const [what, properties] of [
  ["S3's 500", { $metadata: { httpStatusCode: 500 } }],
  ["S3's 503", { $metadata: { httpStatusCode: 503 } }],
  ["Google's 502", { code: 502 }],
  ["a reset", { code: "ECONNRESET" }],
  ["a closed port", { code: "ECONNREFUSED" }],
  ["a broken pipe", { code: "EPIPE" }],
  ["a timeout", { name: "TimeoutError" }],
  ["a stream cut short", { code: "ERR_STREAM_PREMATURE_CLOSE" }],
] as const) {
  test(`${what} is tried again`, async () => {
    const { run, count } = attempts([failure(properties)]);
    assert.equal(await withRetries(run, STAYS), "stored");
    assert.equal(count(), 2);
  });
}

for (const [what, properties] of [
  ["S3's 403", { $metadata: { httpStatusCode: 403 } }],
  ["Google's 404", { code: 404 }],
  ["a file that is gone", { code: "ENOENT" }],
  ["a name that is not there", { code: "ENOTFOUND" }],
  ["what nobody foresaw", {}],
] as const) {
  test(`${what} is not tried again`, async () => {
    const error = failure(properties);
    const { run, count } = attempts([error]);
    await assert.rejects(withRetries(run, STAYS), error);
    assert.equal(count(), 1);
  });
}

test("the third failure is the last", async () => {
  const failures = [1, 2, 3, 4].map((n) => failure({ code: "ECONNRESET", n }));
  const { run, count } = attempts(failures);
  await assert.rejects(withRetries(run, STAYS), failures[2]);
  assert.equal(count(), 3);
});

test("a refusal after a failure that passed is the end", async () => {
  const refusal = failure({ code: 403 });
  const { run, count } = attempts([failure({ code: 503 }), refusal]);
  await assert.rejects(withRetries(run, STAYS), refusal);
  assert.equal(count(), 2);
});

test("nothing is tried again for someone who has left", async () => {
  const { run, count } = attempts([failure({ code: 503 })]);
  await assert.rejects(withRetries(run, AbortSignal.abort()));
  assert.equal(count(), 1);
});

test("someone who leaves between two attempts is not waited for", async () => {
  const leaving = new AbortController();
  const { run, count } = attempts([failure({ code: 503 })]);
  const work = withRetries(async () => {
    setImmediate(() => leaving.abort());
    return run();
  }, leaving.signal);
  await assert.rejects(work, { name: "AbortError" });
  assert.equal(count(), 1);
});
