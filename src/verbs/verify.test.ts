// Claims about what is believed of a strategy's result: nothing that its header, its timing or its pixels deny.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";
import type { Sharp } from "sharp";

import type {
  Candidate,
  CodecBack,
  Loss,
  OptimizeJob,
  Timing,
} from "../codecs/codec.ts";
import { orientationExif } from "../codecs/containers/exif.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { setDensity, writeMetadata } from "../codecs/jpeg/metadata.ts";
import { CODECS } from "../codecs/table.ts";
import type { Facts } from "../image/facts.ts";
import type { FormatId } from "../image/format.ts";
import type { VerbBench } from "./bench.ts";
import { whyUnfaithful } from "./verify.ts";

const MAX_PIXELS = 1e6;

// In the pool's children too: files of one name are never one image.
sharp.cache(false);
const folder = await mkdtemp(join(tmpdir(), "verify-test-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const bench: VerbBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 20_000,
  warn: () => undefined,
  warnings: [],
};

/** The same picture each time, with detail in every row, so that a cut or a change shows. */
function scene(width = 40, height = 30, channels: 3 | 4 = 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  let state = 1;
  for (let at = 0; at < data.length; at++) {
    if (at % channels === 3) {
      data[at] = 255;
      continue;
    }
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[at] = 88 + (state >>> 25);
  }
  return sharp(data, { raw: { width, height, channels } });
}

const jpeg = (chain: Sharp, quality = 80): Promise<Uint8Array> =>
  chain.jpeg({ quality }).toBuffer();
const png = (chain: Sharp): Promise<Uint8Array> => chain.png().toBuffer();
const source = await jpeg(scene());

interface Planted extends Partial<Candidate> {
  readonly loses?: Loss;
  readonly format?: FormatId;
  readonly back?: CodecBack;
  /** What the original's header is said to tell, where it cannot be built. */
  readonly facts?: Partial<Facts>;
}

/** Why `bytes`, made from `original`, must not be sent. */
async function faultOf(
  bytes: Uint8Array,
  planted: Planted = {},
  original: Uint8Array = source,
): Promise<string | undefined> {
  const { loses = "pixels", format = "jpeg", back, facts, ...more } = planted;
  const codec = CODECS[format];
  const inputPath = bench.scratch("original");
  await writeFile(inputPath, original);
  const told = await codec.header(readerOfBytes(original));
  const job = {
    input: original,
    inputPath,
    facts: { ...told, ...facts },
    tolerance: "warning",
  } as OptimizeJob;
  const strategy = {
    name: "planted",
    loses,
    applies: (): true => true,
    cost: () => 1,
  } as const;
  const candidate = {
    bytes,
    method: "",
    byTool: false,
    upright: false,
    ...more,
  };
  const runner = { strategy, candidate };
  const rows = back ?? (await codec.back());
  return whyUnfaithful(runner, job, rows, bench, MAX_PIXELS);
}

const turned = (file: Uint8Array): Uint8Array =>
  writeMetadata(file, { exif: orientationExif(6) }).bytes;

for (const byTool of [true, false]) {
  test(`a faithful result may be sent, ${byTool ? "a tool's" : "a library's"} work`, async () => {
    assert.equal(await faultOf(await jpeg(scene()), { byTool }), undefined);
  });
}

test("an upright result of a turned source has its sides swapped and no tag", async () => {
  const upright = { upright: true };
  const original = turned(source);
  assert.equal(
    await faultOf(await jpeg(scene(30, 40)), upright, original),
    undefined,
  );
  assert.equal(
    await faultOf(await jpeg(scene(40, 30)), upright, original),
    "result-size-differs",
  );
  assert.equal(
    await faultOf(turned(await jpeg(scene(30, 40))), upright, original),
    "result-orientation-differs",
  );
});

const differing: readonly (readonly [string, Uint8Array, string])[] = [
  ["another width", await jpeg(scene(41, 30)), "result-size-differs"],
  ["another height", await jpeg(scene(40, 29)), "result-size-differs"],
  ["swapped sides", await jpeg(scene(30, 40)), "result-size-differs"],
  ["another orientation", turned(source), "result-orientation-differs"],
  [
    "inks for colors",
    await jpeg(scene().toColourspace("cmyk")),
    "result-color-differs",
  ],
  ["no header", source.subarray(0, 20), "result-broken"],
  ["no data", new Uint8Array(0), "result-broken"],
  ["another format", await png(scene()), "result-broken"],
];
for (const [claim, bytes, reason] of differing) {
  for (const byTool of [true, false]) {
    test(`${claim} is declined, ${byTool ? "a tool's" : "a library's"} work or not`, async () => {
      assert.equal(await faultOf(bytes, { byTool }), reason);
    });
  }
}

/** RGBA with one pixel that is not opaque. */
async function translucent(): Promise<Uint8Array> {
  const { data, info } = await scene(40, 30, 4)
    .raw()
    .toBuffer({ resolveWithObject: true });
  data[4 * 700 + 3] = 254;
  return png(sharp(data, { raw: { ...info, channels: 4 } }));
}

for (const loses of ["nothing", "pixels"] as const) {
  test(`alpha that showed must stay, where a strategy may lose ${loses}`, async () => {
    const original = await translucent();
    const bytes = await png(sharp(original).removeAlpha());
    assert.equal(
      await faultOf(bytes, { format: "png", loses }, original),
      loses === "nothing" ? "result-pixels-differ" : "result-alpha-differs",
    );
  });

  test(`alpha that never showed may go, where a strategy may lose ${loses}`, async () => {
    const original = await png(scene(40, 30, 4));
    const bytes = await png(scene());
    assert.equal((await sharp(original).metadata()).hasAlpha, true, "premise");
    assert.equal(
      await faultOf(bytes, { format: "png", loses }, original),
      undefined,
    );
  });

  test(`alpha that was not there is declined, where a strategy may lose ${loses}`, async () => {
    const bytes = await png(scene(40, 30, 4));
    assert.equal(
      await faultOf(bytes, { format: "png", loses }, await png(scene())),
      "result-alpha-differs",
    );
  });
}

/** A gray picture as RGB. */
const grayish = await scene()
  .toColourspace("b-w")
  .raw()
  .toBuffer({ resolveWithObject: true })
  .then(({ data, info }) =>
    sharp(
      Uint8Array.from(
        { length: 40 * 30 * 3 },
        (_, at) => data[Math.floor(at / 3) * info.channels]!,
      ),
      { raw: { width: 40, height: 30, channels: 3 } },
    )
      .png()
      .toBuffer(),
  );

test("a gray picture may become one of gray samples without loss", async () => {
  const bytes = await png(sharp(grayish).toColourspace("b-w"));
  assert.equal((await sharp(bytes).metadata()).channels, 1, "premise");
  assert.equal(
    await faultOf(bytes, { format: "png", loses: "nothing" }, grayish),
    undefined,
  );
});

/** Few enough colors for a palette. */
async function posterized(changed = 0): Promise<Sharp> {
  const { data, info } = await scene()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const few = data.map((value) => value & 0xc0);
  few[30] = few[30]! + changed;
  return sharp(few, { raw: { ...info, channels: 3 } });
}

for (const [claim, changed, loses, wanted] of [
  ["equal pixels in a palette may be sent", 0, "nothing", undefined],
  [
    "one sample that differs by one level",
    1,
    "nothing",
    "result-pixels-differ",
  ],
  ["one sample that differs where pixels may be lost", 1, "pixels", undefined],
] as const) {
  test(`a strategy that loses ${loses}: ${claim}`, async () => {
    const original = await png(await posterized());
    const bytes = await (
      await posterized(changed)
    )
      .png({ palette: true, effort: 10, dither: 0, quality: 100 })
      .toBuffer();
    const facts = await CODECS.png.header(readerOfBytes(bytes));
    assert.equal(facts.color, "palette", "premise");
    assert.equal(
      await faultOf(bytes, { format: "png", loses }, original),
      wanted,
    );
  });
}

/** 16-bit samples; each is its 8-bit like, but for those that `low` is added to. */
async function deep(channels: 3 | 4, low = 0): Promise<Uint8Array> {
  const eight = await scene(40, 30, channels).raw().toBuffer();
  const data = Uint16Array.from(eight, (value) => value * 257);
  data[30] = data[30]! + low;
  return sharp(data, { raw: { width: 40, height: 30, channels } })
    .toColourspace("rgb16")
    .png()
    .toBuffer();
}

for (const channels of [3, 4] as const) {
  test(`16-bit samples that 8 bits tell as well may become 8-bit ones, ${channels} channels`, async () => {
    const original = await deep(channels);
    assert.equal((await sharp(original).metadata()).depth, "ushort", "premise");
    const asked = { format: "png", loses: "nothing" } as const;
    const bytes = await png(scene(40, 30, channels));
    assert.equal(await faultOf(bytes, asked, original), undefined);
    assert.equal(
      await faultOf(bytes, asked, await deep(channels, 3)),
      "result-pixels-differ",
    );
  });
}

test("alpha that never showed may go from 16-bit samples", async () => {
  const asked = { format: "png", loses: "nothing" } as const;
  assert.equal(await faultOf(await deep(3), asked, await deep(4)), undefined);
});

test("colors under full transparency may change", async () => {
  const clear = async (color: number): Promise<Uint8Array> => {
    const { data, info } = await scene(40, 30, 4)
      .raw()
      .toBuffer({ resolveWithObject: true });
    data.set([color, color, color, 0], 4 * 700);
    return png(sharp(data, { raw: { ...info, channels: 4 } }));
  };
  // Claimed to be a palette, so that the pixels are compared.
  const asked = {
    format: "png",
    loses: "nothing",
    facts: { color: "palette" },
  } as const;
  assert.equal(
    await faultOf(await clear(0), asked, await clear(200)),
    undefined,
  );
});

test("a lost profile that colors need is declined, one that is sRGB in effect is not", async () => {
  const p3 = await jpeg(scene().withIccProfile("p3"));
  const srgb = await jpeg(scene().withIccProfile("srgb"));
  assert.equal(await faultOf(source, {}, p3), "result-profile-differs");
  assert.equal(await faultOf(srgb, {}, p3), "result-profile-differs");
  assert.equal(await faultOf(p3, {}, p3), undefined);
  assert.equal(await faultOf(source, {}, srgb), undefined);
});

const densities: readonly (readonly [
  claim: string,
  density: number | undefined,
  reason: string | undefined,
])[] = [
  ["the same", 200, undefined],
  ["rounded", 201, undefined],
  ["another", 210, "result-density-differs"],
  ["none", undefined, "result-density-differs"],
];
for (const [claim, density, reason] of densities) {
  test(`a density of 200 dpi may become ${claim}: ${reason ?? "yes"}`, async () => {
    const original = await png(scene().withMetadata({ density: 200 }));
    const bytes = await png(
      density === undefined ? scene() : scene().withMetadata({ density }),
    );
    assert.equal(await faultOf(bytes, { format: "png" }, original), reason);
  });
}

test("the density of a turned picture turns with it", async () => {
  const asked = {
    upright: true,
    facts: { density: { x: 100, y: 200 } },
  } as const;
  const original = turned(source);
  const upright = await jpeg(scene(30, 40));
  const withDensity = async (x: number, y: number): Promise<Uint8Array> => {
    const file = setDensity(upright, { x, y });
    const facts = await CODECS.jpeg.header(readerOfBytes(file));
    assert.deepEqual(facts.density, { x, y }, "premise");
    return file;
  };
  assert.equal(
    await faultOf(await withDensity(200, 100), asked, original),
    undefined,
  );
  assert.equal(
    await faultOf(await withDensity(100, 200), asked, original),
    "result-density-differs",
  );
});

/** Frames of 20 × 10 in WebP, the last one dark where asked. */
async function animation(
  { delaysMs, plays }: Timing,
  lastIsDark = false,
): Promise<Uint8Array> {
  const frames = delaysMs.length;
  const data = await scene(20, 10 * frames)
    .raw()
    .toBuffer();
  if (lastIsDark) data.fill(10, 20 * 10 * (frames - 1) * 3);
  return sharp(data, {
    raw: { width: 20, height: 10 * frames, channels: 3, pageHeight: 10 },
  })
    .webp({ lossless: true, delay: [...delaysMs], loop: plays })
    .toBuffer();
}

const TIMING = { delaysMs: [100, 200, 300], plays: 2 };
const animated = await animation(TIMING);

for (const [claim, timing, reason] of [
  ["the same timing", TIMING, undefined],
  ["fewer frames", { delaysMs: [300, 300], plays: 2 }, "result-frames-differs"],
  ["one frame", { delaysMs: [600], plays: 2 }, "result-frames-differs"],
  [
    "another delay",
    { delaysMs: [100, 201, 300], plays: 2 },
    "result-timing-differs",
  ],
  [
    "delays in another order",
    { delaysMs: [200, 100, 300], plays: 2 },
    "result-timing-differs",
  ],
  [
    "more plays",
    { delaysMs: TIMING.delaysMs, plays: 3 },
    "result-timing-differs",
  ],
  [
    "endless plays",
    { delaysMs: TIMING.delaysMs, plays: 0 },
    "result-timing-differs",
  ],
] as const) {
  for (const byTool of [true, false]) {
    test(`an animation made with ${claim} is ${reason ? "declined" : "sent"}, ${byTool ? "a tool's" : "a library's"} work`, async () => {
      const bytes = await animation(timing);
      const asked = { format: "webp", byTool } as const;
      assert.equal(await faultOf(bytes, asked, animated), reason);
    });
  }
}

test("timing that cannot be read is a broken result", async () => {
  const back: CodecBack = {
    ...(await CODECS.webp.back()),
    timing: (file) => {
      if (file === animated) return TIMING;
      throw new Error("cut off");
    },
  };
  const asked = { format: "webp", back } as const;
  assert.equal(
    await faultOf(animated.slice(), asked, animated),
    "result-broken",
  );
});

test("what is lost in the last frame counts", async () => {
  // Claimed to be a palette, so that the pixels are compared.
  const facts = { color: "palette" } as const;
  const asked = { format: "webp", loses: "nothing", facts } as const;
  const dark = await animation(TIMING, true);
  assert.equal(await faultOf(animated, asked, animated), undefined);
  assert.equal(await faultOf(dark, asked, animated), "result-pixels-differ");
});

for (const space of ["srgb", "b-w"]) {
  for (const [claim, minScore, quality, reason] of [
    ["above its floor", 50, 95, undefined],
    ["below its floor", 90, 5, "score-too-low"],
  ] as const) {
    test(`a result in ${space} that scores ${claim} is ${reason ? "declined" : "sent"}`, async () => {
      const coded = (value: number): Promise<Uint8Array> =>
        jpeg(scene(160, 120).blur(2).toColourspace(space), value);
      const bytes = await coded(quality);
      assert.equal(await faultOf(bytes, { minScore }, await coded(98)), reason);
    });
  }
}

test("an animation is scored frame by frame, a bad last one included", async () => {
  const asked = { format: "webp", minScore: 80 } as const;
  assert.equal(await faultOf(animated, asked, animated), undefined);
  assert.equal(
    await faultOf(await animation(TIMING, true), asked, animated),
    "score-too-low",
  );
});

test("a turned source is scored as it is seen", async () => {
  const stored = await scene(160, 120).blur(2).jpeg({ quality: 95 }).toBuffer();
  const upright = await sharp(stored)
    .rotate(90)
    .jpeg({ quality: 95 })
    .toBuffer();
  const asked = { upright: true, minScore: 80 } as const;
  assert.equal(await faultOf(upright, asked, turned(stored)), undefined);
  const wrong = await sharp(stored)
    .rotate(270)
    .jpeg({ quality: 95 })
    .toBuffer();
  assert.equal(await faultOf(wrong, asked, turned(stored)), "score-too-low");
});

test("a tool's result that breaks off is declined", async () => {
  const cut = source.subarray(0, Math.floor(source.length * 0.7));
  assert.equal(await faultOf(cut, { byTool: true }), "result-broken");
});

test("a tool's result with damage inside is declined", async () => {
  const damaged = source.slice();
  // Markers that stand alone, where coded data should be.
  damaged.fill(0xff, damaged.length - 200, damaged.length - 2);
  assert.equal(await faultOf(damaged, { byTool: true }), "result-broken");
});

test("a library's result is not decoded where its header tells of nothing new", async () => {
  const cut = source.subarray(0, Math.floor(source.length * 0.7));
  assert.equal(await faultOf(cut), undefined);
});
