// Claims about metadata in GIFs: what is written is read again, what is not written stays, frames are not touched.

import assert from "node:assert/strict";
import { test } from "node:test";

import { structureOf } from "./blocks.ts";
import {
  application,
  comment,
  gif,
  icc,
  loop,
  still,
  subBlocks,
  text,
  xmp,
} from "./gif.fixture.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";

const PACKET = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${"é, ".repeat(300)}</x:xmpmeta>`;
const AREA = { width: 8, height: 6 };
const full = gif({
  ...AREA,
  version: "87a",
  blocks: [loop(2), xmp(PACKET), icc(Buffer.alloc(700, "p")), comment("one")],
  frames: [AREA, { ...AREA, before: [comment("two".repeat(200))] }],
});

const framesIn = (file: Uint8Array): Uint8Array[] =>
  structureOf(file)
    .blocks.filter(({ kind }) => kind === "image")
    .map(({ start, end }) => file.slice(start, end));

test("reads XMP, profile and all comments", () => {
  assert.deepEqual(readMetadata(full), {
    xmp: text(PACKET),
    icc: new Uint8Array(Buffer.alloc(700, "p")),
    comments: [text("one"), text("two".repeat(200))],
  });
  assert.deepEqual(readMetadata(still(8, 6)), {});
});

test("reads XMP that a writer cut into sub-blocks", () => {
  const file = gif({
    ...AREA,
    blocks: [application("XMP DataXMP", subBlocks(text(PACKET)))],
    frames: [AREA],
  });
  assert.deepEqual(readMetadata(file), { xmp: text(PACKET) });
});

test("what is written is read again, in a GIF89a", () => {
  const metadata = {
    xmp: text(PACKET),
    icc: new Uint8Array(600).fill(7),
    comments: [text(""), text("c".repeat(256))],
  };
  const { bytes, dropped } = writeMetadata(
    gif({ ...AREA, version: "87a", frames: [AREA] }),
    metadata,
  );
  assert.deepEqual(readMetadata(bytes), metadata);
  assert.deepEqual(dropped, []);
  assert.equal(Buffer.from(bytes).toString("latin1", 0, 6), "GIF89a");
});

test("what is given replaces, what is not stays", () => {
  const { bytes } = writeMetadata(full, { comments: [text("new")] });
  assert.deepEqual(readMetadata(bytes), {
    ...readMetadata(full),
    comments: [text("new")],
  });
  assert.deepEqual(framesIn(bytes), framesIn(full));
});

test("what has no home is said to be dropped", () => {
  const { bytes, dropped } = writeMetadata(full, {
    exif: text("exif"),
    iptc: text("iptc"),
    xmp: text("with a \0 in it"),
  });
  assert.deepEqual(dropped, ["exif", "iptc", "xmp"]);
  assert.deepEqual(bytes, full);
});
