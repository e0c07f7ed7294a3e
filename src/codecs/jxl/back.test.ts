// Claims about JPEG XL in the children: what is decoded, what each way to make a file smaller keeps, and that a second pass finds nothing.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { Facts } from "../../image/facts.ts";
import type { ConvertIntent, OptimizeIntent } from "../../image/intent.ts";
import type { Candidate, WorkBench } from "../codec.ts";
import { readCorpus, withoutCorpus } from "../containers/corpus.fixture.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { writeMetadata as writeJpeg } from "../jpeg/metadata.ts";
import { back } from "./back.ts";
import { isBareJpeg } from "./bare-jpeg.ts";
import { header } from "./header.ts";
import {
  encoded,
  picture,
  pictureFile,
  reconstructed,
  tinyJxl,
  withoutTools,
} from "./jxl.fixture.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { holds } from "./rebuild.ts";

const skip = withoutTools;
const folder = await mkdtemp(join(tmpdir(), "jxl-back-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const warnings: string[] = [];
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp", "cjxl", "djxl"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: (token) => void warnings.push(token),
};

const INTENT: OptimizeIntent = {
  verb: "optimize",
  quality: { scale: "look", value: 60 },
  stripMetadata: true,
  progressive: false,
  paletteLoss: "allowed",
  maxReductionPercent: null,
};
const CONVERT = {
  verb: "convert",
  target: "jxl",
  quality: { scale: "encoder", value: 100 },
  stripMetadata: false,
  encoding: { speed: 6, depth: 8, chroma: "420", lossless: false },
} as ConvertIntent;

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

async function pathOf(file: Uint8Array): Promise<string> {
  const path = bench.scratch("input.jxl");
  await writeFile(path, file);
  return path;
}

async function run(
  name: string,
  input: Uint8Array,
  intent: Partial<OptimizeIntent> = {},
): Promise<Candidate | string> {
  const result = await back.run[name]?.(
    {
      input,
      inputPath: await pathOf(input),
      facts: await factsOf(input),
      intent: { ...INTENT, ...intent },
      tolerance: "warning",
    },
    bench,
  );
  assert.ok(result !== undefined);
  return result;
}

async function candidateOf(
  ...args: Parameters<typeof run>
): Promise<Candidate> {
  const result = await run(...args);
  if (typeof result === "string") assert.fail(result);
  return result;
}

async function decoded(file: Uint8Array) {
  const facts = await factsOf(file);
  const source = await back.decode(await pathOf(file), facts, bench);
  const { data, info } = await sharp(source.path, { ignoreIcc: true })
    .toColourspace(spaceOf(facts))
    .raw({ depth: facts.bitDepth > 8 ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { source, data, info };
}

function spaceOf({ color, bitDepth }: Facts): string {
  if (bitDepth > 8) return color === "gray" ? "grey16" : "rgb16";
  return "srgb";
}

const RGB = { width: 240, height: 160, channels: 3 } as const;
const rgb = skip ? "" : await pictureFile(folder, RGB, "rgb.png");
const jpeg = skip ? "" : await pictureFile(folder, RGB, "photo.jpg", 6);
const bareJpeg = join(folder, "bare.jpg");
if (!skip) await sharp(rgb).jpeg().toFile(bareJpeg);

for (const channels of [1, 2, 3, 4] as const) {
  test(`${channels} channels decode as they were`, { skip }, async () => {
    const path = await pictureFile(
      folder,
      { ...RGB, channels },
      `c${channels}.png`,
    );
    const { data, info } = await decoded(encoded(path, "-d", "0", "-e", "1"));
    const wanted = await sharp(path).raw().toBuffer();
    // sharp hands out gray as RGB.
    assert.equal(info.channels, channels % 2 === 0 ? 4 : 3);
    assert.ok(data.equals(wanted));
  });
}

test("16 bits stay 16 bits", { skip }, async () => {
  const path = join(folder, "deep.png");
  const samples = Uint16Array.from({ length: 64 * 64 * 3 }, (_, at) => at * 5);
  await sharp(samples, { raw: { width: 64, height: 64, channels: 3 } })
    .toColourspace("rgb16")
    .png()
    .toFile(path);
  const { data } = await decoded(encoded(path, "-d", "0", "-e", "1"));
  const found = new Uint16Array(data.buffer, data.byteOffset, samples.length);
  assert.ok(found.every((sample, at) => sample === samples[at]));
});

test("pixels come upright, and nothing is left to turn", { skip }, async () => {
  const file = encoded(jpeg);
  assert.equal((await factsOf(file)).orientation, 6);
  const { source, info } = await decoded(file);
  assert.deepEqual(
    [info.width, info.height, source.orientation],
    [160, 240, 1],
  );
});

test(
  "a wide gamut comes with its profile, sRGB without",
  { skip },
  async () => {
    const plain = join(folder, "plain.ppm");
    const head = Buffer.from("P6\n240 160\n255\n");
    await writeFile(plain, Buffer.concat([head, picture(RGB)]));
    const wide = encoded(plain, "-x", "color_space=RGB_D65_DCI_Rel_SRG");
    assert.equal((await factsOf(wide)).cicp?.primaries, 12);
    assert.equal((await decoded(wide)).source.convertProfile, true);
    assert.equal((await decoded(encoded(rgb))).source.convertProfile, false);
  },
);

test(
  "an animation decodes to all its frames, the first on top",
  { skip: skip || withoutCorpus },
  async () => {
    const { source, data, info } = await decoded(
      readCorpus("jxl/anim-lossless.jxl"),
    );
    assert.equal(source.stacked, true);
    assert.deepEqual([info.width, info.height], [60, 420]);
    // The light is red, amber and red, green, amber: near the top, it is red in the first.
    const red = (22 * 60 + 30) * 4;
    assert.ok(data[red]! > 200 && data[red + 1]! < 60);
  },
);

test(
  "HDR is brought to a display's range, and that is said",
  { skip: skip || withoutCorpus },
  async () => {
    const { source } = await decoded(readCorpus("jxl/hdr-hlg.jxl"));
    assert.equal(source.convertProfile, true);
    assert.ok(warnings.includes("tone-mapped"));
  },
);

test("what does not decode is an invalid image", { skip }, async () => {
  const file = tinyJxl();
  file.fill(0x55, 40);
  await assert.rejects(decoded(file), { code: "invalid_image" });
});

test("EXIF and XMP are put in and read back, in boxes the decoder knows", async () => {
  const metadata = {
    exif: orientationExif(6),
    xmp: new Uint8Array(Buffer.from("<x:xmpmeta/>")),
  };
  const { bytes, dropped } = writeMetadata(tinyJxl(), {
    ...metadata,
    icc: new Uint8Array(9),
  });
  assert.deepEqual(dropped, ["icc"]);
  const found = readMetadata(bytes);
  assert.deepEqual(new Uint8Array(found.exif!), metadata.exif);
  assert.deepEqual(new Uint8Array(found.xmp!), metadata.xmp);
  assert.deepEqual((await factsOf(bytes)).metadata, ["exif", "xmp"]);
  // The codestream alone outranks EXIF.
  assert.equal((await factsOf(bytes)).orientation, 1);
});

test(
  "stripping gives back the bare codestream, to the byte",
  { skip },
  async () => {
    const file = writeMetadata(tinyJxl(), { exif: orientationExif(1) }).bytes;
    const longer = Buffer.concat([file, boxOf("junk")]);
    const { bytes } = await candidateOf(
      "metadata-strip",
      new Uint8Array(longer),
    );
    assert.deepEqual(new Uint8Array(bytes), tinyJxl());
  },
);

function boxOf(type: string): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(0, 0, 0, 12),
    Buffer.from(`${type}abcd`, "latin1"),
  ]);
}

test(
  "a JPEG without metadata can be made again after stripping",
  { skip },
  async () => {
    const file = encoded(bareJpeg);
    assert.ok(holds(file, "jbrd"), "premise");
    const { bytes } = await candidateOf("metadata-strip", file);
    assert.ok(holds(bytes, "jbrd"));
    assert.ok(reconstructed(folder, bytes).equals(await readFile(bareJpeg)));
  },
);

test(
  "data that hold a JPEG's comments and EXIF go with them",
  { skip },
  async () => {
    const commented = join(folder, "commented.jpg");
    const file = await readFile(bareJpeg);
    const comment = Buffer.from("\xff\xfe\0\x0esecret words", "latin1");
    await writeFile(
      commented,
      Buffer.concat([file.subarray(0, 2), comment, file.subarray(2)]),
    );
    for (const path of [commented, jpeg]) {
      const whole = encoded(path);
      const { bytes } = await candidateOf("metadata-strip", whole);
      assert.equal(holds(bytes, "jbrd"), false);
      const [first, second] = [await decoded(whole), await decoded(bytes)];
      assert.ok(first.data.equals(second.data));
      assert.deepEqual(
        (await factsOf(bytes)).orientation,
        (await factsOf(whole)).orientation,
      );
    }
  },
);

test(
  "a JPEG that says anything but its picture is not bare",
  { skip },
  async () => {
    const file = await readFile(bareJpeg);
    assert.equal(isBareJpeg(file), true);
    assert.equal(isBareJpeg(Buffer.concat([file, Buffer.from("x")])), false);
    assert.equal(isBareJpeg(await readFile(jpeg)), false);
    assert.equal(isBareJpeg(file.subarray(0, 300)), false);
  },
);

for (const value of [40, 60, 80]) {
  test(
    `at look ${value} a better picture becomes smaller, once`,
    { skip },
    async () => {
      const file = encoded(rgb, "-d", "0.3", "-e", "3");
      const intent = { quality: { scale: "look", value } } as const;
      const first = await candidateOf("jxl-reencode", file, intent);
      assert.ok(first.bytes.length < file.length * 0.8);
      assert.ok(first.minScore !== undefined && first.upright);
      const second = await secondPass(first.bytes, intent);
      assert.ok(second >= first.bytes.length * 0.96, `${second}`);
    },
  );
}

/** Bytes after what the row's own strategies make of a file. */
async function secondPass(
  file: Uint8Array,
  intent: Partial<OptimizeIntent>,
): Promise<number> {
  const facts = await factsOf(file);
  const { strategies } = await import("./strategies.ts");
  let least = file.length;
  for (const { name, applies } of strategies) {
    if (applies(facts, { ...INTENT, ...intent }) !== true) continue;
    const result = await run(name, file, intent);
    if (typeof result === "object")
      least = Math.min(least, result.bytes.length);
  }
  return least;
}

test("a lossless file stays exact when encoded again", { skip }, async () => {
  const file = encoded(rgb, "-d", "0", "-e", "1");
  const { bytes } = await candidateOf("jxl-lossless", file);
  assert.ok(bytes.length < file.length);
  const [first, second] = [await decoded(file), await decoded(bytes)];
  assert.ok(first.data.equals(second.data));
  assert.equal((await factsOf(bytes)).lossy, false);
});

test(
  "a transcoded JPEG stays one unless loss is asked for",
  { skip },
  async () => {
    const file = encoded(bareJpeg);
    const at = (value: number) =>
      run("jxl-reencode", file, { quality: { scale: "look", value } });
    assert.equal(await at(80), "transcoded-jpeg");
    assert.notEqual(await at(40), "transcoded-jpeg");
  },
);

for (const [file, reason] of [
  ["grayscale", "profile"],
  ["hdr-hlg", "hdr"],
  ["photo-candle", "float-samples"],
] as const) {
  test(
    `${file} is not encoded again: ${reason}`,
    { skip: skip || withoutCorpus },
    async () => {
      assert.equal(
        await run("jxl-reencode", readCorpus(`jxl/${file}.jxl`)),
        reason,
      );
    },
  );
}

test(
  "a profile stays, and what it says is not put at risk",
  { skip },
  async () => {
    const path = join(folder, "profile.png");
    await sharp(rgb).withMetadata({ orientation: 1 }).toFile(path);
    const file = encoded(path, "-d", "0", "-e", "1");
    assert.equal((await factsOf(file)).profile.kind, "other", "premise");
    assert.equal(await run("jxl-reencode", file), "profile");
    const { bytes } = await candidateOf("jxl-lossless", file);
    assert.ok(bytes.length < file.length);
    assert.equal((await factsOf(bytes)).profile.kind, "other");
  },
);

test("kept metadata tell of the upright picture", { skip }, async () => {
  const turned = join(folder, "turned.jpg");
  const { bytes: withExif } = writeJpeg(await readFile(bareJpeg), {
    exif: orientationExif(6),
  });
  await writeFile(turned, withExif);
  const file = encoded(turned);
  const { bytes } = await candidateOf("jxl-reencode", file, {
    stripMetadata: false,
    quality: { scale: "look", value: 10 },
  });
  const facts = await factsOf(bytes);
  assert.deepEqual(
    [facts.width, facts.height, facts.orientation],
    [160, 240, 1],
  );
  assert.ok(facts.metadata.includes("exif"));
});

for (const [claim, patch, wanted] of [
  ["at q 100 a JPEG is taken over", {}, true],
  ["at q 80 it is not", { quality: { scale: "encoder", value: 80 } }, false],
  [
    "without loss it is, whatever the quality",
    {
      quality: { scale: "encoder", value: 80 },
      encoding: { ...CONVERT.encoding, lossless: true },
    },
    true,
  ],
] as const) {
  test(claim, { skip }, async () => {
    const output = bench.scratch("taken.jxl");
    const facts = { format: "jpeg", color: "rgb", bitDepth: 8 } as Facts;
    const intent = { ...CONVERT, ...patch };
    const taken = await back.transcode?.(
      { path: jpeg, facts },
      output,
      intent,
      bench,
    );
    assert.equal(taken, wanted);
    if (!wanted) return;
    const file = new Uint8Array(await readFile(output));
    assert.ok(reconstructed(folder, file).equals(await readFile(jpeg)));
  });
}

test("a JPEG taken over without its metadata has none", { skip }, async () => {
  const output = bench.scratch("taken.jxl");
  const facts = { format: "jpeg", color: "rgb", bitDepth: 8 } as Facts;
  const intent = { ...CONVERT, stripMetadata: true };
  await back.transcode?.({ path: jpeg, facts }, output, intent, bench);
  const file = new Uint8Array(await readFile(output));
  const found = await factsOf(file);
  assert.deepEqual([found.metadata, found.orientation], [[], 6]);
  assert.equal(holds(file, "jbrd"), false);
});
