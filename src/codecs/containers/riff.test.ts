// Claims about listing the chunks of a RIFF file.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../../errors.ts";
import { walkRiff } from "./riff.ts";
import { walkBytes } from "./walk.ts";

function riff(declared: number, body: string): Uint8Array {
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(declared, 4);
  return Buffer.concat([head, Buffer.from(body, "latin1")]);
}

function list(file: Uint8Array) {
  const chunks = walkBytes(file, walkRiff("WEBP"));
  return chunks.map(({ name, offset, length }) => [name, offset, length]);
}

const ODD = "ODD \x03\0\0\0abc\0";
const END = "END \0\0\0\0";

const rows: readonly (readonly [string, Uint8Array, readonly unknown[]])[] = [
  [
    "chunks, padded to even",
    riff(24, ODD + END),
    [
      ["ODD ", 20, 3],
      ["END ", 32, 0],
    ],
  ],
  ["nothing behind the declared end", riff(16, ODD + END), [["ODD ", 20, 3]]],
  [
    "what is there of a file that declares more",
    riff(999, ODD),
    [["ODD ", 20, 3]],
  ],
  [
    "a last chunk that claims 4 GB",
    riff(0xffffffff, "BIG \xff\xff\xff\xff"),
    [["BIG ", 20, 0xffffffff]],
  ],
  ["nothing of an empty file", riff(4, ""), []],
];

for (const [name, file, wanted] of rows) {
  test(`lists ${name}`, () => {
    assert.deepEqual(list(file), wanted);
  });
}

test("another form, or another file, is an invalid image", () => {
  for (const text of ["", "RIFF", "RIFF\x04\0\0\0WAVE", "FORM\x04\0\0\0WEBP"])
    assert.throws(() => list(Buffer.from(text)), ServiceError);
});

test("20,000 chunks are listed, and not one more", () => {
  assert.equal(list(riff(2e6, END.repeat(20_000))).length, 20_000);
  assert.throws(() => list(riff(2e6, END.repeat(20_001))), {
    code: "image_too_large",
    context: { limit: 20_000 },
  });
});
