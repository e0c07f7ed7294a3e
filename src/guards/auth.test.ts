// Claims about who is let in: by any key, by none where none is needed, never by a wrong one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { authOf } from "./auth.ts";

const KEYS = ["first-key", "second-key"];

const rows: readonly (readonly [
  claim: string,
  secrets: readonly string[],
  publicAccess: boolean,
  presented: string | undefined,
  verdict: "keyed" | "public" | "refused",
])[] = [
  ["the first key", KEYS, false, "first-key", "keyed"],
  ["another key, as in a rotation", KEYS, false, "second-key", "keyed"],
  ["a key where anyone may come", KEYS, true, "second-key", "keyed"],
  ["no key where one is needed", KEYS, false, undefined, "refused"],
  ["no key where anyone may come", KEYS, true, undefined, "public"],
  ["a wrong key", KEYS, false, "third-key", "refused"],
  ["a wrong key where anyone may come", KEYS, true, "third-key", "refused"],
  ["an empty key", KEYS, true, "", "refused"],
  ["the beginning of a key", KEYS, false, "first", "refused"],
  ["a key and more", KEYS, false, "first-key2", "refused"],
  ["a key in other letters", KEYS, false, "FIRST-KEY", "refused"],
  ["all keys at once", KEYS, false, KEYS.join(","), "refused"],
  ["no key where none is set", [], false, undefined, "public"],
  ["any key where none is set", [], false, "whatever", "public"],
];
for (const [claim, secrets, publicAccess, presented, verdict] of rows) {
  test(`${claim}: ${verdict}`, () => {
    const { judge } = authOf({ secrets, publicAccess });
    if (verdict === "refused") {
      assert.throws(() => judge(presented), { code: "unauthorized" });
    } else assert.equal(judge(presented), verdict);
  });
}

test("says whether a key is needed at all", () => {
  assert.equal(authOf({ secrets: [], publicAccess: false }).required, false);
  assert.equal(authOf({ secrets: KEYS, publicAccess: true }).required, true);
});

test("a refusal tells nothing of the keys", () => {
  const { judge } = authOf({ secrets: KEYS, publicAccess: false });
  assert.throws(() => judge("first-kex"), {
    message: "The API key is not valid.",
    context: {},
  });
});
