// The files that mutations start from: a corpus folder's small ones, or one small picture of each format that npm alone can write.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import sharp from "sharp";

export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Larger files take their time without meeting other code. */
const MAX_BYTES = 150_000;

/** Small files of a folder and its folders. */
export async function seedsIn(folder: string): Promise<Seed[]> {
  const names = await readdir(folder, { recursive: true });
  const seeds: Seed[] = [];
  for (const name of names.toSorted()) {
    const path = join(folder, name);
    const { size, isFile } = await stat(path).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    if (!isFile || size === 0 || size > MAX_BYTES || name.endsWith(".json"))
      continue;
    seeds.push({ name, bytes: new Uint8Array(await readFile(path)) });
  }
  return seeds;
}

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>a{fill:red}</style><g id="a"><path d="M0 0L9 9z"/><text>x</text></g></svg>`;

export async function madeSeeds(): Promise<Seed[]> {
  const size = 48;
  const data = Uint8Array.from(
    { length: size * size * 4 },
    (_, at) => (at * 31) & 255,
  );
  const picture = () =>
    sharp(data, { raw: { width: size, height: size, channels: 4 } });
  const frames = () =>
    sharp(data, {
      raw: { width: size, height: size, channels: 4, pageHeight: size / 2 },
    });
  const made = await Promise.all([
    picture()
      .jpeg()
      .withExif({ IFD0: { Artist: "a" } })
      .toBuffer(),
    picture()
      .jpeg({ progressive: true, chromaSubsampling: "4:4:4" })
      .toBuffer(),
    picture().png().withIccProfile("p3").toBuffer(),
    picture().png({ palette: true, progressive: true }).toBuffer(),
    picture().webp().toBuffer(),
    frames().webp({ lossless: true }).toBuffer(),
    frames().gif().toBuffer(),
    picture().tiff({ compression: "lzw" }).toBuffer(),
    picture().tiff({ tile: true, compression: "deflate" }).toBuffer(),
    picture().avif({ effort: 0 }).toBuffer(),
  ]);
  const seeds = made.map((bytes, index) => ({
    name: `made-${index}`,
    bytes: new Uint8Array(bytes),
  }));
  return [...seeds, { name: "made.svg", bytes: Buffer.from(SVG) }];
}
