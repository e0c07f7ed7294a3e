// The files whose estimates are tried: those of the corpora, and those made of photographs that no constants were fitted to.

import type { EngineReports } from "../../src/image/engine-report.ts";
import type { CorpusFile } from "../corpus/load.ts";
import { CACHE as CORE_FOLDER } from "../corpus/load.ts";
import { isAsked } from "../run/matrix.ts";
import type { RunOptions } from "../run/options.ts";
import type { AccuracyDetail, AccuracyPhotos } from "../run/result.ts";
import { MADE_FORMATS } from "./made-files.ts";
import { pathOf } from "./make.ts";
import { photoShownBy } from "./photos.ts";
import { madeSet } from "./sets.ts";

export interface Subject {
  readonly name: string;
  readonly path: string;
  readonly format: string;
  readonly set: AccuracyDetail["set"];
  /** As `AccuracyDetail.photo`. */
  readonly photo: string;
}

/** Made files there are only with a folder to take photographs from, and where no bucket or tag leaves them out. Throws as `madeSet` does. */
export async function subjectsOf(
  files: readonly CorpusFile[],
  options: RunOptions,
  engines: EngineReports,
): Promise<{ subjects: Subject[]; photos: AccuracyPhotos | undefined }> {
  const given = files
    .filter((file) => isAsked(file, options))
    .map(({ name, path, format }): Subject => {
      const isCore = path.startsWith(CORE_FOLDER);
      return {
        ...{ name, path, format, photo: photoShownBy(name) },
        set: isCore ? "core" : "corpus",
      };
    });
  const { corpus, buckets, tags } = options;
  if (corpus === null || buckets.length > 0 || tags.length > 0) {
    return { subjects: given, photos: undefined };
  }
  const formats = MADE_FORMATS.filter((format) => {
    return options.formats.length === 0 || options.formats.includes(format);
  });
  const set = await madeSet(corpus, "test", formats, engines);
  const made = set.files.map((file): Subject => {
    const { name, format, photo } = file;
    return {
      ...{ name, format, photo: photo.file },
      ...{ path: pathOf(file), set: "made" },
    };
  });
  const ofSide = (side: string): string[] =>
    set.photos.filter((one) => one.side === side).map(({ file }) => file);
  const photos = { train: ofSide("train"), test: ofSide("test") };
  return { subjects: [...given, ...made], photos };
}
