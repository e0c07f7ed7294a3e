// Claims about reading and settling EXIF blocks of either byte order, honest and hostile.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Orientation } from "../../image/facts.ts";
import {
  orientationExif,
  readExif,
  setExifOrientation,
  settleExif,
  withoutExifPrefix,
} from "./exif.ts";

const SIZE = { width: 320, height: 70_000 };
const THUMBNAIL = Buffer.from("a thumbnail's bytes");

/**
 * A block as cameras write it: IFD0 with orientation 6, density 300, an EXIF
 * directory with dimensions and a maker note, a GPS directory, and IFD1 with a
 * thumbnail, at the end or before the maker note.
 */
function cameraBlock(littleEndian: boolean, thumbnailLast = true): Uint8Array {
  const bytes = Buffer.alloc(300);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const directory = (at: number, next: number, rows: readonly number[][]) => {
    view.setUint16(at, rows.length, littleEndian);
    rows.forEach(([tag = 0, type = 0, count = 0, value = 0], row) => {
      const entry = at + 2 + row * 12;
      view.setUint16(entry, tag, littleEndian);
      view.setUint16(entry + 2, type, littleEndian);
      view.setUint32(entry + 4, count, littleEndian);
      if (type === 3) view.setUint16(entry + 8, value, littleEndian);
      else view.setUint32(entry + 8, value, littleEndian);
    });
    view.setUint32(at + 2 + rows.length * 12, next, littleEndian);
  };
  const [note, thumbnail] = thumbnailLast ? [250, 281] : [281, 250];
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  directory(8, 200, [
    [0x112, 3, 1, 6],
    [0x11a, 5, 1, 90],
    [0x11b, 5, 1, 90],
    [0x128, 3, 1, 2],
    [0x8769, 4, 1, 110],
    [0x8825, 4, 1, 170],
  ]);
  view.setUint32(90, 300, littleEndian);
  view.setUint32(94, 1, littleEndian);
  directory(110, 0, [
    [0xa002, 3, 1, 4000],
    [0xa003, 3, 1, 3000],
    [0x927c, 7, 10, note],
  ]);
  directory(170, 0, [[0, 1, 4, 0x02020000]]);
  directory(200, 0, [
    [0x201, 4, 1, thumbnail],
    [0x202, 4, 1, THUMBNAIL.length],
  ]);
  bytes.write("maker note", note);
  bytes.set(THUMBNAIL, thumbnail);
  return new Uint8Array(bytes);
}

for (const littleEndian of [true, false]) {
  const order = littleEndian ? "little" : "big";

  test(`reads a camera's block, ${order}-endian`, () => {
    assert.deepEqual(readExif(cameraBlock(littleEndian)), {
      orientation: 6,
      hasGps: true,
      hasThumbnail: true,
      density: { x: 300, y: 300 },
      pixelWidth: 4000,
      pixelHeight: 3000,
    });
  });

  test(`settles orientation and size, ${order}-endian, and cuts the thumbnail off the end`, () => {
    const block = cameraBlock(littleEndian);
    const settled = settleExif(block, SIZE);
    assert.ok(settled);
    const facts = readExif(settled);
    assert.equal(facts.orientation, 1);
    assert.equal(facts.pixelWidth, 320);
    assert.equal(facts.pixelHeight, 70_000);
    assert.equal(facts.hasThumbnail, false);
    assert.equal(facts.hasGps, true);
    assert.equal(settled.length, 281);
    assert.equal(
      Buffer.from(settled).toString("latin1", 250, 260),
      "maker note",
    );
    assert.equal(readExif(block).orientation, 6, "the original is untouched");
  });
}

test("zeroes a thumbnail in the middle and leaves everything else where it was", () => {
  const settled = settleExif(cameraBlock(true, false), SIZE);
  assert.ok(settled);
  assert.equal(settled.length, 300);
  assert.ok(settled.subarray(250, 269).every((byte) => byte === 0));
  assert.equal(Buffer.from(settled).toString("latin1", 281, 291), "maker note");
});

test("does not zero what the rest of the block needs when a thumbnail claims it", () => {
  const block = cameraBlock(true);
  new DataView(block.buffer).setUint32(200 + 2 + 8, 8, true);
  const settled = settleExif(block, SIZE);
  assert.ok(settled);
  assert.equal(readExif(settled).pixelWidth, 320);
});

test("a second directory that is the first again is only unlinked", () => {
  const block = cameraBlock(true);
  new DataView(block.buffer).setUint32(8 + 2 + 72, 8, true);
  const settled = settleExif(block, SIZE);
  assert.ok(settled);
  assert.equal(readExif(settled).orientation, 1);
  assert.equal(readExif(settled).hasGps, true);
});

test("every orientation survives the minimal block", () => {
  for (let value = 1; value <= 8; value++) {
    const block = orientationExif(value as Orientation);
    assert.equal(block.length, 26);
    assert.deepEqual(readExif(block), {
      orientation: value,
      hasGps: false,
      hasThumbnail: false,
    });
  }
});

test("sets the orientation where there is one to set", () => {
  const set = setExifOrientation(cameraBlock(false), 8);
  assert.ok(set);
  assert.equal(readExif(set).orientation, 8);
  const bare = orientationExif(3);
  bare[10] = 0;
  assert.equal(setExifOrientation(bare, 8), undefined);
});

test("an invalid orientation reads as 1", () => {
  for (const value of [0, 9, 255])
    assert.equal(
      readExif(orientationExif(value as Orientation)).orientation,
      1,
    );
});

test("what is no TIFF yields defaults and is not settled", () => {
  const rows = [
    new Uint8Array(0),
    Buffer.from("II*\0"),
    Buffer.alloc(64, 0xff),
  ];
  for (const block of rows) {
    assert.equal(readExif(block).orientation, 1);
    assert.equal(settleExif(block, SIZE), undefined);
  }
});

test("takes JPEG's prefix off, and nothing else", () => {
  const block = orientationExif(6);
  const prefixed = Buffer.concat([Buffer.from("Exif\0\0"), block]);
  assert.deepEqual(withoutExifPrefix(prefixed), Buffer.from(block));
  assert.equal(withoutExifPrefix(block), block);
});

test("no truncation or flipped byte makes it throw", () => {
  const block = cameraBlock(true);
  for (let length = 0; length <= block.length; length++) {
    readExif(block.subarray(0, length));
    settleExif(block.subarray(0, length), SIZE);
  }
  for (let at = 0; at < block.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const broken = block.slice();
      broken[at] = value;
      readExif(broken);
      settleExif(broken, SIZE);
    }
  }
});
