// Claims about damaged files: sound, bearable with a warning, or no image any more.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { noise } from "../codecs/noise.fixture.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { CODECS } from "../codecs/table.ts";
import type { FormatId } from "../image/format.ts";
import { judgeDamage } from "./damage.ts";
import type { Damage } from "./damage.ts";

const folder = await mkdtemp(join(tmpdir(), "damage-test-"));
after(() => rm(folder, { recursive: true }));

const MAX_PIXELS = 1e8;

let made = 0;

async function judged(
  file: Uint8Array,
  format: FormatId = "jpeg",
  words = "a decoder's words",
): Promise<Damage | undefined> {
  const path = join(folder, `${made++}`);
  await writeFile(path, file);
  const codec = CODECS[format];
  const back = await codec.back();
  const facts = await codec.header(readerOfBytes(file));
  const picture = {
    path,
    facts,
    codec,
    back,
    decoded: {
      path,
      size: { width: facts.width, height: facts.height },
      orientation: facts.orientation,
      convertProfile: false,
    },
  };
  return judgeDamage(picture, MAX_PIXELS, new Error(words));
}

// Of noise every row takes about as many bytes as any other, so that bytes tell of rows.
const tall = await noise(64, 4000).jpeg().toBuffer();

/** The file with only so much of its data: what is left holds about that share of the rows. */
const cutAt = (file: Uint8Array, share: number): Uint8Array =>
  file.subarray(0, Math.floor(file.length * share));

test("a sound file is not to blame", async () => {
  assert.equal(await judged(tall), undefined);
});

test("data behind the image are no damage", async () => {
  const file = Buffer.concat([tall, Buffer.from("and more")]);
  assert.equal(await judged(file), undefined);
});

test("a file cut behind 99.5 % of its rows is borne as truncated", async () => {
  assert.deepEqual(await judged(cutAt(tall, 0.995)), {
    tolerance: "none",
    warning: "truncated",
  });
});

for (const share of [0.97, 0.9, 0.5, 0.1]) {
  test(`a file cut behind ${share * 100} % of its rows is no image any more`, async () => {
    await assert.rejects(judged(cutAt(tall, share)), {
      code: "invalid_image",
      message: "The JPEG file does not decode: it is damaged or cut off.",
      context: { detected: "jpeg" },
      cause: new Error("a decoder's words"),
    });
  });
}

test("complaints about data that decode to the end are borne as damage", async () => {
  const file = new Uint8Array(tall);
  // A restart marker that nobody announced: libjpeg warns and goes on.
  const at = file.length - 400;
  file.set([0xff, 0xd3], at);
  const damage = await judged(file);
  assert.equal(damage?.warning, "damaged");
  assert.equal(damage.tolerance, "truncated");
});

test("a PNG cut behind 99.8 % of its rows is borne as truncated", async () => {
  const file = await noise(64, 4000).png().toBuffer();
  const damage = await judged(cutAt(file, 0.998), "png");
  assert.equal(damage?.warning, "truncated");
});

/** A TIFF in strips, its data from a share of them on gone, its directory behind them whole. */
async function holed(compression: "lzw" | "jpeg", share: number) {
  const file = await noise(64, 4000).tiff({ compression }).toBuffer();
  const directory = file.readUInt32LE(4);
  return file.fill(0, Math.floor(directory * share), directory);
}

for (const compression of ["lzw", "jpeg"] as const) {
  test(`strips in ${compression} that a decoder would leave blank are no damage to bear`, async () => {
    assert.equal(await judged(await holed(compression, 1), "tiff"), undefined);
    await assert.rejects(judged(await holed(compression, 0.5), "tiff"), {
      code: "invalid_image",
    });
  });
}

const others = [
  ["png", await noise(64, 64).png().toBuffer()],
  ["webp", await noise(64, 64).webp().toBuffer()],
] as const;
for (const [format, file] of others) {
  test(`a ${format} file is judged alike: sound, or cut in half`, async () => {
    assert.equal(await judged(file, format), undefined);
    await assert.rejects(judged(cutAt(file, 0.5), format), {
      code: "invalid_image",
    });
  });
}

test("a file for which memory ran out is not called damaged", async () => {
  const file = await noise(64, 64).webp().toBuffer();
  const words = "vips_tracked: out of memory -- size == 381MB";
  await assert.rejects(judged(cutAt(file, 0.5), "webp", words), {
    code: "optimization_failed",
    context: { tool: "sharp" },
  });
});
