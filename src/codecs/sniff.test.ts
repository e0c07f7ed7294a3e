// Claims about naming a file's format: by its first bytes, ours and strangers' alike.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import { ServiceError } from "../errors.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "./containers/corpus.fixture.ts";
import { readerOfBytes } from "./containers/reader.ts";
import { sniff } from "./sniff.ts";
import { ALL_CODECS } from "./table.ts";

const picture = sharp({
  create: { width: 9, height: 7, channels: 4, background: "#a638" },
});

async function refusal(bytes: Uint8Array): Promise<ServiceError> {
  const error = await sniff(readerOfBytes(bytes)).then(
    ({ id }) => assert.fail(`taken for ${id}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ServiceError);
  return error;
}

for (const { id, outputNames } of ALL_CODECS) {
  const { [id]: bySharp } = sharp.format as unknown as Record<
    string,
    { output: { buffer: boolean } } | undefined
  >;
  if (outputNames.length === 0 || !bySharp?.output.buffer) continue;
  test(`what is encoded as ${id} is found to be ${id}`, async () => {
    const file = await picture
      .clone()
      .toFormat(id as "png")
      .toBuffer();
    assert.equal((await sniff(readerOfBytes(file))).id, id);
    // A declared type or name has no say; so neither has what follows the head.
    const longer = Buffer.concat([file, Buffer.alloc(9000, "GIF89a")]);
    assert.equal((await sniff(readerOfBytes(longer))).id, id);
  });
}

for (const format of [
  "jpeg",
  "png",
  "webp",
  "avif",
  "heic",
  "bmp",
  "tiff",
  "gif",
  "jxl",
] as const) {
  test(
    `real ${format} files are found to be ${format}`,
    { skip: withoutCorpus },
    async () => {
      const files = corpusFiles(format).filter(
        ({ expect }) => expect === "decode",
      );
      assert.ok(files.length > 3, "premise");
      for (const { file } of files) {
        assert.equal(
          (await sniff(readerOfBytes(readCorpus(file)))).id,
          format,
          file,
        );
      }
    },
  );
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const box = (type: string): Uint8Array =>
  latin1(`\0\0\0\x20${type}${"\0".repeat(24)}`);

const strangers: readonly (readonly [
  detected: string | null,
  file: Uint8Array,
])[] = [
  ["jp2", latin1("\0\0\0\x0cjP  \r\n\x87\n")],
  ["xml", latin1('<?xml version="1.0"?><html/>')],
  ["ico", latin1("\0\0\x01\0\x01\0")],
  ["psd", latin1("8BPS\0\x01")],
  ["pdf", latin1("%PDF-1.7")],
  ["zip", latin1("PK\x03\x04")],
  ["mp4", box("ftypisom")],
  ["html", latin1("<!DOCTYPE html>")],
  [null, latin1("hello, world")],
  [null, latin1("BMW service manual")],
  [null, new Uint8Array(5000)],
  [null, Uint8Array.of(0xff)],
  [null, latin1("RIFF\x10\0\0\0WAVEfmt ")],
];
for (const [index, [detected, file]] of strangers.entries()) {
  test(`stranger ${index + 1} is refused as ${detected ?? "no image"}`, async () => {
    const { code, context, message } = await refusal(file);
    assert.equal(code, "unsupported_format");
    assert.deepEqual(context, { detected });
    if (detected) assert.ok(message.includes(detected.toUpperCase()), message);
  });
}

test("an empty file is the caller's mistake", async () => {
  const { code, context } = await refusal(new Uint8Array(0));
  assert.equal(code, "bad_request");
  assert.deepEqual(context, { field: "file" });
});
