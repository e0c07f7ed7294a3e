// Claims about names in the store: none can mean another place than it seems to, and generated ones are made of content.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { checkBucket, checkKey, generatedKey } from "./key.ts";

for (const key of [
  "a",
  "a/b/c.jpg",
  "folder/",
  ".hidden",
  "..a/b../...",
  "with space & ünïcode 🖼.png",
  "a?b#c%2e%2e",
  "a".repeat(1024),
  "ü".repeat(512),
]) {
  test(`${key.slice(0, 40)} is a key`, () => {
    assert.equal(checkKey(key, "path"), key);
  });
}

for (const key of [
  "",
  "/a",
  "/",
  "..",
  ".",
  "../a",
  "a/../b",
  "a/..",
  "a/./b",
  "a//b",
  "a//",
  "a\\..\\b",
  "a\nb",
  "a\rb",
  "a\u0000b",
  "a\u007fb",
  "a\u0085b",
  "a\ud800b",
  "a".repeat(1025),
  "ü".repeat(513),
]) {
  test(`${JSON.stringify(key.slice(0, 20))} of ${key.length} characters is no key`, () => {
    assert.throws(() => checkKey(key, "key_name"), {
      code: "bad_request",
      context: { field: "key_name" },
      message: /^key_name /,
    });
  });
}

for (const bucket of ["abc", "my-bucket.example_1", "a".repeat(222)]) {
  test(`${bucket.slice(0, 20)} is a bucket`, () => {
    assert.equal(checkBucket(bucket, "bucket"), bucket);
  });
}

for (const bucket of [
  "",
  "ab",
  "Pictures",
  "-abc",
  "abc.",
  "a/b",
  "a b",
  "..",
  "a\nb",
  "abc\n",
  "bücher",
  "a".repeat(223),
]) {
  test(`${JSON.stringify(bucket.slice(0, 20))} is no bucket`, () => {
    assert.throws(() => checkBucket(bucket, "bucket"), {
      code: "bad_request",
      context: { field: "bucket" },
    });
  });
}

const folder = await mkdtemp(join(tmpdir(), "key-test-"));
after(() => rm(folder, { recursive: true }));
const [input, output] = [join(folder, "in"), join(folder, "out")];
await writeFile(input, "what came in");
await writeFile(output, "what came out");
const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex");

for (const [size, shown] of [
  [undefined, "orig"],
  [800, "800"],
] as const) {
  test(`a generated key tells input, ${shown} and output`, async () => {
    assert.equal(
      await generatedKey(input, output, size, "webp"),
      `${digest("what came in").slice(0, 32)}_${shown}_${digest("what came out").slice(0, 8)}.webp`,
    );
  });
}
