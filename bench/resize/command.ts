// The resize study: how close each way comes to the reference, and what it costs beside ImageMagick.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { withFileReader } from "../../src/codecs/containers/reader.ts";
import { sniff } from "../../src/codecs/sniff.ts";
import { setUpSharp, sharp } from "../../src/engines/sharp.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Size } from "../../src/image/geometry.ts";
import type { ConvertIntent } from "../../src/image/intent.ts";
import { ssimulacra2 } from "../../src/score/ssimulacra2.ts";
import type { Pixels } from "../../src/score/pixels.ts";
import { makeFile } from "../../src/verbs/run-job.ts";
import { referenceResize } from "./reference.ts";

const USAGE =
  "usage: npm run bench -- resize --corpus DIR   (a folder with png/rd-*.png and jpeg/*.jpg)";
/** Long edge of the pictures whose cost is measured, and the pixels a JPEG must have to be one. */
const EDGE = 1600;
const LARGE_PIXELS = 4_000_000;
const REPEATS = 5;
const IMAGEMAGICK = "convert";
const WAYS = ["exact", "fast"] as const;

interface Source {
  readonly path: string;
  readonly facts: Facts;
}

/** Prints both tables; 2 when the corpus cannot be read. */
export async function resizeCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { corpus: { type: "string" } },
  });
  if (values.corpus === undefined) {
    console.error(USAGE);
    return 2;
  }
  setUpSharp(1);
  const folder = mkdtempSync(join(tmpdir(), "darkroom-resize-"));
  try {
    const sets = {
      "png/rd-*": await sourcesIn(join(values.corpus, "png"), /^rd-.*\.png$/),
      "large jpeg": (
        await sourcesIn(join(values.corpus, "jpeg"), /\.jpe?g$/)
      ).filter(({ facts }) => facts.width * facts.height >= LARGE_PIXELS),
    };
    console.log(
      "| pictures | factor | way | n | mean score | min |\n| --- | --- | --- | --- | --- | --- |",
    );
    for (const [name, sources] of Object.entries(sets)) {
      for (const factor of [2, 4]) {
        await scoreWays(name, sources, factor, folder);
      }
    }
    await costWays(sets["large jpeg"], folder);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files that our row can read and that are sound; CMYK and profiles are another question than resizing. */
async function sourcesIn(folder: string, name: RegExp): Promise<Source[]> {
  const sources: Source[] = [];
  for (const file of readdirSync(folder).toSorted()) {
    if (!name.test(file)) continue;
    const path = join(folder, file);
    try {
      const facts = await withFileReader(path, async (reader) =>
        (await sniff(reader)).header(reader),
      );
      await sharp(path).stats();
      const isPlain = facts.color === "rgb" && facts.profile.kind !== "other";
      if (isPlain) sources.push({ path, facts });
    } catch {
      continue;
    }
  }
  return sources;
}

async function scoreWays(
  name: string,
  sources: readonly Source[],
  factor: number,
  folder: string,
): Promise<void> {
  const scores = new Map<string, number[]>(WAYS.map((way) => [way, []]));
  for (const source of sources) {
    const full = await pixelsOf(source.path);
    const longEdge = Math.round(Math.max(full.width, full.height) / factor);
    let reference: Pixels | undefined;
    for (const resize of WAYS) {
      const path = await converted(source, folder, {
        target: "png",
        longEdge,
        resize,
        sharpen: "none",
      });
      const made = await pixelsOf(path);
      reference ??= referenceResize(full, made);
      scores.get(resize)?.push(ssimulacra2(reference, made));
    }
  }
  for (const [way, all] of scores) {
    const mean = all.reduce((sum, score) => sum + score, 0) / all.length;
    console.log(
      `| ${name} | 1/${factor} | ${way} | ${all.length} | ${mean.toFixed(2)} | ${Math.min(...all).toFixed(2)} |`,
    );
  }
}

/** CPU of a JPEG to a JPEG of 1600 px, sharpened, beside ImageMagick's: interleaved, the least of five each. */
async function costWays(
  sources: readonly Source[],
  folder: string,
): Promise<void> {
  console.log(
    "\n| picture | MP | ImageMagick CPU s | exact | fast | exact ÷ IM | fast ÷ IM |\n| --- | --- | --- | --- | --- | --- | --- |",
  );
  const ratios: [number, number][] = [];
  for (const source of sources) {
    const least = { imagemagick: Infinity, exact: Infinity, fast: Infinity };
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      least.imagemagick = Math.min(
        least.imagemagick,
        imageMagickSeconds(source.path, join(folder, "im.jpg")),
      );
      for (const resize of WAYS) {
        const before = process.cpuUsage();
        await converted(source, folder, {
          target: "jpeg",
          longEdge: EDGE,
          resize,
          sharpen: "auto",
        });
        const { user, system } = process.cpuUsage(before);
        least[resize] = Math.min(least[resize], (user + system) / 1e6);
      }
    }
    const { imagemagick, exact, fast } = least;
    ratios.push([exact / imagemagick, fast / imagemagick]);
    const megapixels = (source.facts.width * source.facts.height) / 1e6;
    console.log(
      `| ${source.path.split("/").at(-1)} | ${megapixels.toFixed(1)} | ${imagemagick.toFixed(2)} | ${exact.toFixed(2)} | ${fast.toFixed(2)} | ${(exact / imagemagick).toFixed(2)} | ${(fast / imagemagick).toFixed(2)} |`,
    );
  }
  const geometricMean = (index: 0 | 1): string =>
    Math.exp(
      ratios.reduce((sum, ratio) => sum + Math.log(ratio[index]), 0) /
        ratios.length,
    ).toFixed(2);
  console.log(
    `| geometric mean | | | | | ${geometricMean(0)} | ${geometricMean(1)} |`,
  );
}

function imageMagickSeconds(input: string, output: string): number {
  const before = childrenSeconds();
  execFileSync(
    IMAGEMAGICK,
    [
      input,
      ...["-auto-orient", "-colorspace", "sRGB", "-filter", "Lanczos"],
      ...["-resize", `${EDGE}x${EDGE}>`, "-unsharp", "0x0.75+0.75+0.008"],
      ...["-quality", "80", output],
    ],
    { stdio: "ignore" },
  );
  return childrenSeconds() - before;
}

/** CPU seconds of ended children: proc(5), stat fields 16 and 17, in ticks of 1/100 s. */
function childrenSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function converted(
  { path, facts }: Source,
  workspace: string,
  asked: Pick<ConvertIntent, "target" | "resize" | "sharpen"> & {
    readonly longEdge: number;
  },
): Promise<string> {
  const { longEdge, ...rest } = asked;
  const intent: ConvertIntent = {
    ...rest,
    verb: "convert",
    quality: { scale: "encoder", value: 80 },
    box: { width: longEdge, height: longEdge, fit: "inside", enlarge: false },
    background: [255, 255, 255, 255],
    stripMetadata: true,
    encoding: { speed: 6, depth: 8, chroma: "420", lossless: false },
  };
  const outcome = await makeFile({
    intent,
    input: { path, facts },
    workspace,
    engines: ["sharp"],
    encoders: {},
    maxPixels: 200_000_000,
    toolTimeoutMs: 60_000,
    deadlineMs: 120_000,
  });
  return outcome.path;
}

async function pixelsOf(path: string): Promise<Pixels & Size> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}
