// Claims about uploads: whole files arrive, larger ones are cut off as soon as they are too large, faults have names.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";

import { receiveUpload } from "./upload.ts";
import { refuseDeclared } from "./write.ts";

const folder = await mkdtemp(join(tmpdir(), "upload-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const newPath = (): string => join(folder, `${made++}`);
const chunks = (...sizes: number[]): Buffer[] =>
  sizes.map((size, index) => Buffer.alloc(size, index + 1));

for (const [claim, parts, limit] of [
  ["nothing", [], 10],
  ["one chunk", chunks(5), 10],
  ["several chunks", chunks(70_000, 1, 70_000), 140_001],
  ["as many bytes as are allowed", chunks(5, 5), 10],
] as const) {
  test(`${claim} arrives as it was sent`, async () => {
    const path = newPath();
    const sent = Buffer.concat(parts);
    const stored = await receiveUpload(Readable.from(parts), path, limit);
    assert.deepEqual(stored, { path, bytes: sent.length });
    assert.deepEqual(await readFile(path), sent);
  });
}

test("one byte too many is refused, with what came and what is allowed", async () => {
  await assert.rejects(
    receiveUpload(Readable.from(chunks(6, 5)), newPath(), 10),
    {
      code: "file_too_large",
      context: { file_size: 11, limit: 10 },
    },
  );
});

test("of an endless upload no more is read than needed to refuse it", async () => {
  let read = 0;
  const endless = new Readable({
    read() {
      read += 64 * 1024;
      this.push(Buffer.alloc(64 * 1024));
    },
  });
  const limit = 1024 ** 2;
  await assert.rejects(receiveUpload(endless, newPath(), limit), {
    code: "file_too_large",
  });
  assert.ok(endless.destroyed);
  assert.ok(read < 2 * limit, `${read} bytes read`);
});

const leaving = (): Readable => {
  let given = false;
  return new Readable({
    read() {
      if (!given) this.push("some");
      else this.destroy();
      given = true;
    },
  });
};

const failing = (code: string): Readable => {
  const error = Object.assign(new Error("words"), { code });
  return new Readable({
    read() {
      this.destroy(error);
    },
  });
};

for (const [claim, stream, code] of [
  ["a sender who leaves", leaving(), "client_closed"],
  ["a connection that is reset", failing("ECONNRESET"), "client_closed"],
  ["a full disk", failing("ENOSPC"), "service_overloaded"],
  ["a used-up quota", failing("EDQUOT"), "service_overloaded"],
  ["anything else", failing("EIO"), "EIO"],
] as const) {
  test(`${claim} is ${code}`, async () => {
    await assert.rejects(receiveUpload(stream, newPath(), 100), { code });
  });
}

test("a file that is there already is not written over", async () => {
  const path = newPath();
  await writeFile(path, "mine");
  await assert.rejects(receiveUpload(Readable.from(["theirs"]), path, 100), {
    code: "EEXIST",
  });
  assert.equal(await readFile(path, "utf8"), "mine");
});

test("a declared length is refused before a byte is read, if it is one", () => {
  refuseDeclared(undefined, 10);
  refuseDeclared(10, 10);
  assert.throws(() => refuseDeclared(11, 10), {
    code: "file_too_large",
    context: { file_size: 11, limit: 10 },
  });
});
