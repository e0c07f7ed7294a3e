// Claims about metadata that are put into TIFFs and taken out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { iptcOf, resourcesOf } from "./iptc.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { TAG } from "./tags.ts";
import { CLASSIC, FORMS, grayPage, exifOf, textField } from "./tiff.fixture.ts";
import { writeTiff } from "./write.ts";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const EXIF = await exifOf({
  IFD0: { Make: "Camera" },
  IFD2: { UserComment: "hello" },
});

for (const form of FORMS) {
  const name = `${form.big ? "BigTIFF" : "TIFF"}, ${form.littleEndian ? "II" : "MM"}`;
  test(`${name}: what is put in comes out, and the pages stay`, async () => {
    const file = writeTiff(form, [grayPage(form), grayPage(form)]);
    const xmp = bytesOf("<x:xmpmeta/>");
    const iptc = resourcesOf(bytesOf("iptc!"));
    const icc = bytesOf("a profile");
    const { bytes, dropped } = writeMetadata(file, {
      ...{ exif: EXIF, xmp, iptc, icc },
    });
    assert.deepEqual(dropped, []);
    assert.equal((await header(readerOfBytes(bytes))).frames, 2);
    const { exif, ...rest } = readMetadata(bytes);
    assert.deepEqual(rest, { xmp, iptc, icc });
    assert.ok(Buffer.from(exif!).includes("Camera"));
    assert.ok(Buffer.from(exif!).includes("hello"));
  });
}

test("metadata that are not given stay, and an orientation is told", async () => {
  const file = writeTiff(CLASSIC, [
    grayPage(CLASSIC, [textField(TAG.xmp, "<x/>")]),
  ]);
  const { bytes } = writeMetadata(file, { exif: orientationExif(8) });
  assert.equal((await header(readerOfBytes(bytes))).orientation, 8);
  assert.deepEqual(readMetadata(bytes).xmp, readMetadata(file).xmp);
});

test("EXIF that is no TIFF structure is dropped, and said", () => {
  const file = writeTiff(CLASSIC, [grayPage(CLASSIC)]);
  const { dropped } = writeMetadata(file, {
    exif: bytesOf("no structure"),
    comments: [bytesOf("a comment")],
  });
  assert.deepEqual(dropped, ["exif", "comments"]);
});

test("IPTC is found behind other image resources", () => {
  const other = resourcesOf(bytesOf("x"));
  other[5] = 0x0b;
  const record = resourcesOf(bytesOf("record"));
  const block = Uint8Array.of(...other, ...record);
  assert.deepEqual(iptcOf(block), bytesOf("record"));
  assert.equal(iptcOf(bytesOf("8BIM and nothing else")), undefined);
});
