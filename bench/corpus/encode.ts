// Makes a file's bytes of a picture by a recipe: the corpus's only door to sharp; decides no settings.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import sharp, { type Sharp } from "sharp";

import type { Picture, Raster } from "./picture.ts";
import type { Finish, OwnWriter, Recipe } from "./recipes.ts";
import { adobeRgbProfile } from "./writers/adobe-rgb.ts";
import { apng } from "./writers/apng.ts";
import { bmp24, bmp32, bmp8 } from "./writers/bmp.ts";

/** What the bytes depend on beside picture and recipe; a cached file of another engine is built again. */
export const ENGINE = `sharp ${sharp.versions.sharp ?? "?"}, libvips ${sharp.versions.vips}`;

/** The writers that sharp has not. A tool's format (HEIC, JXL) would be one more line. */
const WRITERS: Readonly<Record<OwnWriter, (picture: Picture) => Uint8Array>> = {
  bmp24: (picture) => bmp24(rasterOf(picture)),
  bmp8: (picture) => bmp8(rasterOf(picture)),
  bmp32: (picture) => bmp32(rasterOf(picture)),
  apng: (picture) => apng(rasterOf(picture)),
  svg: (picture) => {
    if ("svg" in picture) return Buffer.from(picture.svg);
    throw new TypeError("SVG is made of a drawing, not of samples.");
  },
};

/** The bytes of `picture` as `recipe` says. Throws when the recipe cannot hold it, or with sharp's own error. */
export async function encode(
  picture: Picture,
  recipe: Recipe,
): Promise<Uint8Array> {
  if (recipe.by !== "sharp") return WRITERS[recipe.by](picture);
  const raster = rasterOf(picture);
  return withProfilePath(recipe.profile, (profile) => {
    const image = finish(open(raster), recipe, profile);
    const isAnimation = recipe.format === "gif" || recipe.format === "webp";
    const delay = raster.delaysMs.length > 1 && isAnimation;
    return image
      .toFormat(recipe.format, {
        ...recipe.settings,
        ...(delay && { delay: [...raster.delaysMs] }),
      })
      .toBuffer();
  });
}

function rasterOf(picture: Picture): Raster {
  if ("svg" in picture) throw new TypeError("A drawing has no samples.");
  return picture;
}

function open({ width, height, channels, delaysMs, samples }: Raster): Sharp {
  const frames = delaysMs.length;
  return sharp(samples, {
    raw: {
      width,
      height: height * frames,
      channels,
      ...(frames > 1 && { pageHeight: height }),
    },
  });
}

function finish(
  image: Sharp,
  { orientation, space }: Finish,
  profile: string | undefined,
): Sharp {
  const spaced = space === undefined ? image : image.toColourspace(space);
  const profiled =
    profile === undefined ? spaced : spaced.withIccProfile(profile);
  return orientation === undefined
    ? profiled
    : profiled.withMetadata({ orientation });
}

/** sharp takes profiles of its own by name, others by path only. */
async function withProfilePath<T>(
  profile: Finish["profile"],
  use: (path: string | undefined) => Promise<T>,
): Promise<T> {
  if (profile !== "adobe-rgb") return use(profile);
  const folder = await mkdtemp(join(tmpdir(), "corpus-"));
  try {
    const path = join(folder, "adobe-rgb.icc");
    await writeFile(path, adobeRgbProfile());
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Decodes every sample of a file that sharp knows, and gives its size and its frames. Throws on damage. */
export async function measure(
  path: string,
): Promise<{ width: number; height: number; frames: number }> {
  const image = sharp(path, { pages: -1, failOn: "warning" });
  const { width, height, pageHeight, pages } = await image.metadata();
  await image.stats();
  return { width, height: pageHeight ?? height, frames: pages ?? 1 };
}
