// Claims about the ways a JPEG is made smaller: what each keeps, what each takes away, and that lossless ones are.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import { findCommand } from "../../engines/command.ts";
import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate, WorkBench } from "../codec.ts";
import { readCorpus, withoutCorpus } from "../containers/corpus.fixture.ts";
import { orientationExif } from "../containers/exif.ts";
import { readerOfBytes } from "../containers/reader.ts";
import type { Metadata } from "../metadata.ts";
import { back } from "./back.ts";
import { attachGainMap, readGainMap } from "./gain-map.ts";
import { header } from "./header.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { app, FRAME, jpeg } from "./jpeg.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "jpeg-back-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const scratch = (name: string): string => join(folder, `${made++}-${name}`);
const bench: WorkBench = {
  scratch,
  engines: new Set(["sharp", "jpegtran"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: () => undefined,
};

const withoutJpegtran =
  findCommand("jpegtran") === undefined && "jpegtran is not installed";
const PATHS = [
  { path: "metadata-strip", skip: false },
  { path: "jpegtran", skip: withoutJpegtran },
  { path: "mozjpeg", skip: false },
] as const;
type Path = (typeof PATHS)[number]["path"];
const LOSSLESS = PATHS.filter(({ path }) => path !== "mozjpeg");

const INTENT: OptimizeIntent = {
  verb: "optimize",
  quality: { scale: "look", value: 80 },
  stripMetadata: true,
  progressive: false,
  paletteLoss: "allowed",
  maxReductionPercent: null,
};

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

async function optimized(
  path: Path,
  input: Uint8Array,
  asked: Partial<OptimizeIntent> = {},
): Promise<Candidate> {
  const inputPath = scratch("input.jpg");
  await writeFile(inputPath, input);
  const run = back.run[path];
  assert.ok(run);
  const result = await run(
    {
      input,
      inputPath,
      facts: await factsOf(input),
      intent: { ...INTENT, ...asked },
      tolerance: "warning",
    },
    bench,
  );
  if (typeof result === "string") assert.fail(`declined: ${result}`);
  return result;
}

/** A smooth picture with detail in it, so that quality shows in bytes. */
function scene(width: number, height: number, channels: 1 | 3 | 4 = 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / channels);
    const [x, y, c] = [pixel % width, Math.floor(pixel / width), at % channels];
    data[at] = 128 + 90 * Math.sin(x / (5 + c)) * Math.cos(y / (9 - c));
  }
  return sharp(data, { raw: { width, height, channels } });
}

/** The samples as they are coded: profiles not applied, CMYK not converted. */
async function samples(file: Uint8Array): Promise<Buffer> {
  const { color } = await factsOf(file);
  const space = { gray: "b-w", cmyk: "cmyk", rgb: "srgb", palette: "srgb" };
  const chain = sharp(file, { ignoreIcc: true });
  if (color === "cmyk") chain.pipelineColourspace("cmyk");
  return chain.toColourspace(space[color]).raw().toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return (
    a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) /
    a.length
  );
}

const rgb = await scene(97, 61).jpeg({ quality: 95 }).toBuffer();
const gray = await scene(97, 61, 1)
  .toColourspace("b-w")
  .jpeg({ quality: 95 })
  .toBuffer();
const cmyk = await scene(97, 61)
  .toColourspace("cmyk")
  .jpeg({ quality: 95 })
  .toBuffer();

const sources: readonly (readonly [name: string, file: Uint8Array])[] = [
  ["4:2:0", rgb],
  [
    "4:4:4",
    await scene(97, 61).jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(),
  ],
  ["progressive", await scene(97, 61).jpeg({ progressive: true }).toBuffer()],
  ["gray", gray],
  ["CMYK", cmyk],
  ["1 × 1", await scene(1, 1).jpeg().toBuffer()],
  ["with data behind it", Buffer.concat([rgb, Buffer.from("and more")])],
];

for (const { path, skip } of LOSSLESS) {
  for (const [name, file] of sources) {
    test(
      `${path} leaves the pixels of a ${name} JPEG as they were`,
      {
        skip,
      },
      async () => {
        const { bytes } = await optimized(path, file);
        assert.deepEqual(await samples(bytes), await samples(file));
      },
    );
  }
}

test("mozjpeg is smaller than a source of higher quality, and close to it", async () => {
  const file = await scene(400, 300).jpeg({ quality: 97 }).toBuffer();
  const { bytes } = await optimized("mozjpeg", file);
  assert.ok(bytes.length < 0.7 * file.length, `${bytes.length}`);
  assert.ok(meanDifference(await samples(bytes), await samples(file)) < 3);
});

test("mozjpeg's bytes fall with the quality asked for", async () => {
  const file = await scene(400, 300).jpeg({ quality: 97 }).toBuffer();
  const sizes = [];
  for (const value of [90, 80, 60, 40, 10]) {
    const quality = { scale: "look", value } as const;
    const { bytes } = await optimized("mozjpeg", file, { quality });
    sizes.push(bytes.length);
  }
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
});

for (const { path, skip } of PATHS) {
  test(`${path} keeps CMYK CMYK and gray gray`, { skip }, async () => {
    for (const [color, file] of [
      ["cmyk", cmyk],
      ["gray", gray],
    ] as const) {
      assert.equal((await factsOf(file)).color, color, "premise");
      const { bytes } = await optimized(path, file);
      assert.equal((await factsOf(bytes)).color, color);
      const difference = meanDifference(
        await samples(bytes),
        await samples(file),
      );
      assert.ok(difference < 3, `${color} differs by ${difference}`);
    }
  });

  for (const name of [
    "cmyk-no-icc",
    "cmyk-adobe0",
    "ycck-four-components",
    "ycck-2112-subsampled",
    "gray-progressive",
    "icc-gray-gamma18",
  ]) {
    test(
      `${path} keeps the inks and profile of ${name}`,
      {
        skip: withoutCorpus || skip,
      },
      async () => {
        const file = readCorpus(`jpeg/${name}.jpg`);
        const { bytes } = await optimized(path, file);
        const [before, now] = [await factsOf(file), await factsOf(bytes)];
        assert.equal(now.color, before.color);
        assert.equal(
          now.profile.kind === "other",
          before.profile.kind === "other",
        );
        const difference = meanDifference(
          await samples(bytes),
          await samples(file),
        );
        assert.ok(difference < 6, `differs by ${difference}`);
      },
    );
  }

  test(`${path} keeps a density of 300 dpi`, { skip }, async () => {
    const file = await scene(40, 30).withDensity(300).jpeg().toBuffer();
    const { bytes } = await optimized(path, file);
    assert.deepEqual((await factsOf(bytes)).density, { x: 300, y: 300 });
  });

  test(`${path} keeps a density that only EXIF told`, { skip }, async () => {
    const plain = await scene(40, 30).jpeg().toBuffer();
    const dense = await sharp(plain)
      .withExif({ IFD0: { Copyright: "someone" } })
      .withDensity(240)
      .jpeg()
      .toBuffer();
    const { exif } = readMetadata(dense);
    assert.ok(exif);
    const file = writeMetadata(plain, { exif }).bytes;
    assert.deepEqual((await factsOf(file)).density, { x: 240, y: 240 });
    const { bytes } = await optimized(path, file);
    assert.deepEqual((await factsOf(bytes)).density, { x: 240, y: 240 });
  });

  test(
    `${path} keeps a profile that is not sRGB and drops one that is`,
    {
      skip,
    },
    async () => {
      for (const [profile, kind] of [
        ["p3", "other"],
        ["srgb", "none"],
      ] as const) {
        const file = await scene(40, 30)
          .withIccProfile(profile)
          .jpeg()
          .toBuffer();
        assert.notEqual((await factsOf(file)).profile.kind, "none", "premise");
        const { bytes } = await optimized(path, file);
        assert.equal((await factsOf(bytes)).profile.kind, kind);
        if (kind === "none") continue;
        assert.deepEqual(iccOf(bytes), iccOf(file));
      }
    },
  );
}

function iccOf(file: Uint8Array): Buffer {
  return Buffer.from(readMetadata(file).icc ?? []);
}

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

for (const { path, skip } of LOSSLESS) {
  test(
    `${path} keeps each orientation, and of EXIF nothing else`,
    {
      skip,
    },
    async () => {
      for (const orientation of ORIENTATIONS) {
        const file = await sharp(rgb)
          .withExif({ IFD0: { Copyright: "someone" } })
          .withMetadata({ orientation })
          .jpeg()
          .toBuffer();
        const { bytes, upright } = await optimized(path, file);
        const facts = await factsOf(bytes);
        assert.equal(upright, false);
        assert.equal(facts.orientation, orientation);
        assert.equal(Buffer.from(bytes).includes("someone"), false);
        const { exif } = readMetadata(bytes);
        if (orientation === 1) assert.equal(exif, undefined);
        else assert.equal(exif?.length, orientationExif(orientation).length);
      }
    },
  );
}

for (const stripMetadata of [true, false]) {
  test(`mozjpeg turns each orientation upright, ${stripMetadata ? "stripping" : "keeping metadata"}`, async () => {
    for (const orientation of ORIENTATIONS) {
      const { bytes: file } = writeMetadata(rgb, {
        exif: orientationExif(orientation),
      });
      const result = await optimized("mozjpeg", file, { stripMetadata });
      assert.equal(result.upright, true);
      assert.equal((await factsOf(result.bytes)).orientation, 1);
      const upright = sharp(file).autoOrient();
      const wanted = await upright.raw().toBuffer({ resolveWithObject: true });
      const { width, height } = await factsOf(result.bytes);
      assert.deepEqual(
        [width, height],
        [wanted.info.width, wanted.info.height],
      );
      const difference = meanDifference(
        await samples(result.bytes),
        wanted.data,
      );
      assert.ok(difference < 4, `${orientation} differs by ${difference}`);
    }
  });
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const KEPT = {
  xmp: bytesOf("<x:xmpmeta>a title</x:xmpmeta>"),
  extendedXmp: [
    bytesOf("0123456789abcdef0123456789abcdef\0\0\0\x04\0\0\0\0more"),
  ],
  iptc: bytesOf("8BIM\x04\x04\0\0\0\0\0\0"),
  comments: [bytesOf("first"), bytesOf("second")],
} as const;

async function laden(): Promise<Uint8Array> {
  const file = await sharp(rgb)
    .withExif({
      IFD0: { Copyright: "someone" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100" },
    })
    .withIccProfile("p3")
    .withDensity(200)
    .jpeg()
    .toBuffer();
  return Buffer.concat([writeMetadata(file, KEPT).bytes, bytesOf("a trailer")]);
}

for (const { path, skip } of PATHS) {
  test(
    `${path} takes everything personal away when stripping`,
    {
      skip,
    },
    async () => {
      const file = await laden();
      const premise = await factsOf(file);
      assert.deepEqual(premise.metadata, [
        "exif",
        "gps",
        "xmp",
        "iptc",
        "comment",
      ]);
      const { bytes } = await optimized(path, file);
      assert.deepEqual((await factsOf(bytes)).metadata, []);
      for (const word of ["someone", "title", "second", "more", "trailer"]) {
        assert.equal(Buffer.from(bytes).includes(word), false, word);
      }
    },
  );

  test(
    `${path} keeps EXIF, XMP, IPTC, comments and profile when not stripping`,
    {
      skip,
    },
    async () => {
      const file = await laden();
      const { bytes } = await optimized(path, file, { stripMetadata: false });
      const [before, now] = [readMetadata(file), readMetadata(bytes)];
      const { exif: _exif, ...rest } = now;
      const { exif: _before, ...wanted } = before;
      assert.deepEqual(hex(rest), hex(wanted));
      assert.ok(Buffer.from(now.exif ?? []).includes("someone"));
      assert.ok((await factsOf(bytes)).metadata.includes("gps"));
    },
  );

  test(`${path} keeps no second copy of what it keeps`, { skip }, async () => {
    const file = await laden();
    const { bytes } = await optimized(path, file, { stripMetadata: false });
    const once = Buffer.from(bytes).toString("latin1").split("someone");
    assert.equal(once.length, 2);
  });

  for (const stripMetadata of [true, false]) {
    const how = stripMetadata ? "stripping" : "keeping metadata";

    test(`${path} keeps a gain map, ${how}`, { skip }, async () => {
      const xmp = 'http://ns.adobe.com/xap/1.0/\0<a hdrgm:Version="1.0"/>';
      const image = jpeg(app(0xe1, xmp), FRAME);
      const file = attachGainMap(rgb, { image, kind: "ultrahdr" });
      await expectGainMap(path, file, stripMetadata);
    });

    test(
      `${path} keeps the gain map of a real Ultra HDR file, ${how}`,
      {
        skip: withoutCorpus || skip,
      },
      async () => {
        const file = readCorpus("jpeg/ultrahdr-small.jpg");
        await expectGainMap(path, file, stripMetadata);
      },
    );
  }
}

async function expectGainMap(
  path: Path,
  file: Uint8Array,
  stripMetadata: boolean,
): Promise<void> {
  const wanted = readGainMap(file);
  assert.ok(wanted, "premise");
  const { bytes } = await optimized(path, file, { stripMetadata });
  assert.equal((await factsOf(bytes)).hasGainMap, true);
  const found = readGainMap(bytes);
  assert.equal(found?.kind, wanted.kind);
  assert.deepEqual(Buffer.from(found.image), Buffer.from(wanted.image));
}

/** All blocks as hexadecimal text, so that equality does not look at classes. */
function hex(metadata: Metadata): unknown {
  return Object.fromEntries(
    Object.entries(metadata).map(([kind, value]) => [
      kind,
      (value instanceof Uint8Array ? [value] : (value as Uint8Array[])).map(
        (block) => Buffer.from(block).toString("hex"),
      ),
    ]),
  );
}

test(
  "jpegtran writes progressive scans when they are asked for",
  {
    skip: withoutJpegtran,
  },
  async () => {
    const file = await scene(40, 30).jpeg().toBuffer();
    assert.equal((await factsOf(file)).progressive, false, "premise");
    const { bytes } = await optimized("jpegtran", file, { progressive: true });
    assert.equal((await factsOf(bytes)).progressive, true);
  },
);

test(
  "jpegtran keeps the smaller of baseline and progressive when it may choose",
  {
    skip: withoutJpegtran,
  },
  async () => {
    const tiny = await scene(8, 8).jpeg().toBuffer();
    const asked = await optimized("jpegtran", tiny, { progressive: true });
    const free = await optimized("jpegtran", tiny);
    assert.ok(free.bytes.length <= asked.bytes.length);
    assert.equal((await factsOf(free.bytes)).progressive, false);
  },
);

test("the encoder is libjpeg-turbo unless the operator names mozjpeg", () => {
  const intent = {
    verb: "convert",
    target: "jpeg",
    quality: { scale: "encoder", value: 80 },
    background: [255, 255, 255, 255],
    stripMetadata: false,
    sharpen: "auto",
    resize: "exact",
    encoding: { speed: 6, depth: 8, chroma: "420", lossless: false },
  } as const;
  const picture = { width: 1, height: 1, hasAlpha: false, frames: 1 };
  for (const [encoder, mozjpeg] of [
    [undefined, undefined],
    ["turbo", undefined],
    ["mozjpeg", true],
  ] as const) {
    const encoders = encoder === undefined ? {} : { jpeg: encoder };
    const encoding = back.encoding?.(intent, picture, { ...bench, encoders });
    assert.equal(encoding?.engine, "sharp");
    assert.equal(encoding.options["mozjpeg"], mozjpeg);
  }
});
