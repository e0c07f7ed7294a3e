// Claims about the fuzzer: the same seed breaks the same, every mutation breaks something, and the judge knows a bad answer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { faultOf } from "./judge.ts";
import { mutate, MUTATIONS } from "./mutate.ts";
import { diceOf } from "./random.ts";
import { requestOf } from "./requests.ts";

const file = Uint8Array.from({ length: 2000 }, (_, at) => at & 255);
const other = new Uint8Array(300).fill(9);

test("the same seed makes the same file and request, another another", () => {
  const made = (seed: number) => {
    const dice = diceOf(seed);
    const { bytes } = mutate(file, other, dice);
    return requestOf(bytes, "localhost", dice).bytes;
  };
  assert.deepEqual(made(7), made(7));
  assert.notDeepEqual(made(7), made(8));
});

for (const [name, run] of Object.entries(MUTATIONS)) {
  test(`${name} changes files, and leaves the original alone`, () => {
    const before = file.slice();
    const results = [1, 2, 3, 4].map((seed) => run(file, other, diceOf(seed)));
    assert.deepEqual(file, before);
    assert.ok(results.some((made) => Buffer.compare(made, before) !== 0));
  });
}

test("requests are of all verbs, and some of them lie", () => {
  const dice = diceOf(1);
  const many = Array.from({ length: 200 }, () =>
    requestOf(file, "localhost", dice),
  );
  assert.equal(new Set(many.map(({ verb }) => verb)).size, 3);
  const lies = many.filter(({ isFramed }) => !isFramed).length;
  assert.ok(lies > 15 && lies < 60, `${lies}`);
});

const problem = (status: number, body: string, id = "x-request-id: 1\r\n") =>
  Buffer.from(
    `HTTP/1.1 ${status} X\r\n${id}content-length: ${body.length}\r\n\r\n${body}`,
  );
const json = (error: string) =>
  JSON.stringify({ success: false, error, message: "m" });

for (const [claim, reply, isFramed, fault] of [
  ["a refusal", problem(422, json("invalid_image")), true, undefined],
  ["a documented timeout", problem(500, json("tool_timeout")), true, undefined],
  ["a full service", problem(503, json("service_overloaded")), true, undefined],
  ["a late request", problem(408, json("bad_request")), false, undefined],
  ["a sound image", problem(200, "abc"), true, undefined],
  [
    "an unforeseen failure",
    problem(500, json("internal_error")),
    true,
    /internal_error/,
  ],
  [
    "a code with another's status",
    problem(404, json("invalid_image")),
    true,
    /status 404/,
  ],
  ["an unknown code", problem(422, json("oops")), true, /no known code/],
  ["a page", problem(400, "<html>"), true, /not JSON/],
  [
    "a reply without an id",
    problem(422, json("invalid_image"), ""),
    true,
    /X-Request-ID/,
  ],
  ["half an image", problem(200, "abc").subarray(0, -1), true, /cut off/],
  ["nothing to a sound request", Buffer.alloc(0), true, /no answer/],
  ["nothing to a broken one", Buffer.alloc(0), false, undefined],
] as const) {
  test(`${claim} is ${fault ? "a finding" : "none"}`, () => {
    const found = faultOf({ reply: Buffer.from(reply), ms: 1 }, isFramed);
    if (fault) assert.match(found ?? "", fault);
    else assert.equal(found, undefined);
  });
}

test("silence is a finding, whoever it answers", () => {
  const silent = { reply: Buffer.alloc(0), failure: "silence", ms: 1 };
  assert.match(faultOf(silent, false) ?? "", /no answer/);
});
