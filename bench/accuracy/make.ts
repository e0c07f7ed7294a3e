// Makes the files: decodes each photograph once, cuts it, and codes it; what is there already is kept.

import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { WorkBench } from "../../src/codecs/codec.ts";
import { heifEnc } from "../../src/engines/heif-enc.ts";
import { cjxl } from "../../src/engines/jxl.ts";
import { sharp } from "../../src/engines/sharp.ts";
import type { EngineAbility } from "../../src/image/engine-report.ts";
import { encode } from "../corpus/encode.ts";
import type { Raster } from "../corpus/picture.ts";
import { replaceFile } from "../corpus/stamps.ts";
import { progressBar } from "../run/progress.ts";
import { openPicture, pixelsOf } from "../score/frames.ts";
import { cutOf } from "./cut.ts";
import type { MadeFile } from "./made-files.ts";
import type { Photo } from "./photos.ts";
import type { Coding } from "./recipes.ts";

/** Not in git. */
export const CACHE = join(import.meta.dirname, "cache");
const FILES = join(CACHE, "files");
const TIMEOUT_MS = 300_000;

export function pathOf({ cacheName }: MadeFile): string {
  return join(FILES, cacheName);
}

/** Makes what is missing. Rejects as the engines do. */
export async function makeFiles(
  files: readonly MadeFile[],
  engines: readonly EngineAbility[],
): Promise<void> {
  await mkdir(FILES, { recursive: true });
  const missing: MadeFile[] = [];
  for (const file of files) {
    const found = await stat(pathOf(file)).catch(() => null);
    if (found === null) missing.push(file);
  }
  const progress = progressBar("files", missing.length);
  for (const [photo, wanted] of Map.groupBy(missing, (one) => one.photo)) {
    await withBench(engines, async (bench) => {
      const picture = await decoded(photo, bench);
      for (const file of wanted) {
        const raster = await cutOf(picture, file.cut);
        const content = await coded(raster, file.coding, bench);
        await replaceFile(pathOf(file), content);
        progress.step(file.name);
      }
    });
  }
  progress.end();
}

/** Upright, 8-bit sRGB; with alpha where the file has any. */
async function decoded(photo: Photo, bench: WorkBench): Promise<Raster> {
  const picture = await openPicture(photo.path, bench);
  const { hasAlpha } = picture.facts;
  const { data, width, height } = await pixelsOf(picture, 0, hasAlpha);
  const samples = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return {
    ...{ width, height, samples, channels: hasAlpha ? 4 : 3 },
    delaysMs: [0],
  };
}

async function coded(
  raster: Raster,
  coding: Coding,
  bench: WorkBench,
): Promise<Uint8Array> {
  const timeoutMs = TIMEOUT_MS;
  if (coding.by === "heif-enc") {
    const { quality } = coding;
    return byTool(raster, bench, "heic", (input, output) =>
      heifEnc(input, output, {
        ...{ quality, timeoutMs },
        ...{ preset: "medium", depth: 8, chroma: "420" },
      }),
    );
  }
  if (coding.by === "cjxl") {
    const { distance } = coding;
    return byTool(raster, bench, "jxl", (input, output) =>
      cjxl(input, output, { distance, effort: 4, timeoutMs }),
    );
  }
  // sharp's PNG holds one frame.
  const isFilm = raster.delaysMs.length > 1 && coding.format === "png";
  return encode(raster, isFilm ? { by: "apng", format: "png" } : coding);
}

async function byTool(
  { samples, width, height, channels }: Raster,
  bench: WorkBench,
  extension: string,
  run: (input: string, output: string) => Promise<void>,
): Promise<Uint8Array> {
  const [png, made] = [
    bench.scratch("in.png"),
    bench.scratch(`out.${extension}`),
  ];
  const raw = { width, height, channels };
  await writeFile(
    png,
    await sharp(samples, { raw }).png({ compressionLevel: 1 }).toBuffer(),
  );
  await run(png, made);
  return readFile(made);
}

async function withBench(
  engines: readonly EngineAbility[],
  use: (bench: WorkBench) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "darkroom-made-"));
  let count = 0;
  try {
    await use({
      scratch: (name) => join(folder, `${count++}-${name}`),
      engines: new Set(engines),
      encoders: {},
      toolTimeoutMs: TIMEOUT_MS,
      warn: () => undefined,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
