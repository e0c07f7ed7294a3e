// Claims about raw .v files: they get the profile they are given, and their pixels stay.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { decodeToRaw } from "./sharp.ts";
import { setRawProfile } from "./v-file.ts";

// In the pool's children too: a file that changes is another image.
sharp.cache(false);
const folder = await mkdtemp(join(tmpdir(), "v-file-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const newPath = (): string => join(folder, `${made++}.v`);

const picture = sharp({
  create: { width: 7, height: 5, channels: 3, background: "#a63" },
});
const p3 = await picture.clone().withIccProfile("p3").png().toBuffer();
const { icc: profile } = await sharp(p3).metadata();
assert.ok(profile);
const adobe = new Uint8Array(profile.length + 1000);
adobe.set(profile);

async function rawFile(bitDepth: 8 | 16, channels: 3 | 4): Promise<string> {
  const input = join(folder, `${made++}.png`);
  const chain = picture.clone().withIccProfile("p3");
  if (channels === 4) chain.ensureAlpha(0.5);
  if (bitDepth === 16) chain.toColourspace("rgb16");
  await chain.png().toFile(input);
  const path = newPath();
  await decodeToRaw(input, path, {
    bitDepth,
    width: 7,
    height: 5,
    codedPixels: 35,
  });
  return path;
}

const pixels = (path: string): Promise<Buffer> =>
  sharp(path, { ignoreIcc: true }).raw({ depth: "ushort" }).toBuffer();

for (const bitDepth of [8, 16] as const) {
  for (const channels of [3, 4] as const) {
    test(`a profile is set, replaced and taken away: ${bitDepth} bits, ${channels} channels`, async () => {
      const path = await rawFile(bitDepth, channels);
      const before = await pixels(path);
      for (const given of [profile, adobe, profile, undefined]) {
        await setRawProfile(path, given);
        const {
          icc,
          width,
          height,
          channels: found,
        } = await sharp(path).metadata();
        assert.deepEqual([width, height, found], [7, 5, channels]);
        assert.equal(icc?.length, given?.length);
        if (given) assert.ok(Buffer.from(given).equals(icc ?? Buffer.alloc(0)));
        assert.deepEqual(await pixels(path), before);
      }
    });
  }
}

test("the reader converts from the profile that was set", async () => {
  const path = await rawFile(8, 3);
  await setRawProfile(path, profile);
  const found = await sharp(path).raw().toBuffer();
  const asStored = await sharp(path, { ignoreIcc: true }).raw().toBuffer();
  const wanted = await sharp(p3).raw().toBuffer();
  assert.notDeepEqual(found, asStored);
  for (let at = 0; at < 3; at++)
    assert.ok(Math.abs((found[at] ?? 0) - (wanted[at] ?? 0)) <= 1);
});

const header = (magic: number, format: number): Buffer => {
  const bytes = Buffer.alloc(100);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeInt32LE(format, 20);
  return bytes;
};
for (const [claim, bytes] of [
  ["an empty file", Buffer.alloc(0)],
  ["a PNG", p3],
  ["a big-endian .v", header(0xb6a6f208, 0)],
  ["a .v of doubles", header(0x08f2a6b6, 8)],
] as const) {
  test(`${claim} is refused`, async () => {
    const path = newPath();
    await writeFile(path, bytes);
    await assert.rejects(
      setRawProfile(path, profile),
      /not a little-endian \.v file/,
    );
  });
}
