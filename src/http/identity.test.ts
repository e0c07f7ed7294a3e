// Claims about a request's id and secret: what is sane is kept, what is not is never passed on.

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";

import { bearerOf, requestIdOf } from "./identity.ts";

const idOf = (given?: string | string[]): string =>
  requestIdOf({
    headers: { "x-request-id": given },
  } as unknown as IncomingMessage);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

for (const id of ["a", "0", "Abc-123_x.y", "x".repeat(128)]) {
  test(`the id ${id.slice(0, 20)} of ${id.length} is kept`, () => {
    assert.equal(idOf(id), id);
  });
}

for (const id of [
  undefined,
  "",
  "x".repeat(129),
  "a b",
  "a\nb",
  "a\n",
  "é",
  "<a>",
  "a,b",
  "../a/b",
  ["a", "b"],
]) {
  test(`the id ${JSON.stringify(id)?.slice(0, 20)} is replaced`, () => {
    assert.match(idOf(id), UUID);
  });
}

test("no two requests are given the same id", () => {
  assert.notEqual(idOf(), idOf());
});

for (const [header, secret] of [
  [undefined, undefined],
  ["Bearer abc", "abc"],
  ["bearer abc", "abc"],
  ["BEARER   abc  ", "abc"],
  ["Bearer a.b-c_d~e+f/g=", "a.b-c_d~e+f/g="],
  // Presented, and wrong: not the same as none.
  ["", ""],
  ["Bearer", ""],
  ["Bearer ", ""],
  ["Bearer a b", ""],
  ["Basic YTpi", ""],
  ["abc", ""],
  ["XBearer abc", ""],
] as const) {
  test(`the header ${JSON.stringify(header)} presents ${JSON.stringify(secret)}`, () => {
    assert.equal(
      bearerOf(header === undefined ? {} : { authorization: header }),
      secret,
    );
  });
}
