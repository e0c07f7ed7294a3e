// The photographs of a corpus and the files made of them, ready to be read.

import type { EngineReports } from "../../src/image/engine-report.ts";
import { abilitiesOf } from "../../src/image/engine-report.ts";
import { setSearchPath } from "../../src/engines/command.ts";
import { setUpSharp } from "../../src/engines/sharp.ts";
import { ENGINE } from "../corpus/encode.ts";
import { UsageError } from "../usage-error.ts";
import { filesOf } from "./made-files.ts";
import type { MadeFile } from "./made-files.ts";
import { makeFiles } from "./make.ts";
import { photosIn } from "./photos.ts";
import type { Photo, Side } from "./photos.ts";

export interface MadeSet {
  /** All photographs found, of both sides. */
  readonly photos: readonly Photo[];
  readonly files: readonly MadeFile[];
}

/** The engines that made files need beside sharp, by how they are coded. */
const WRITERS: Readonly<Record<string, string>> = {
  "heif-enc": "heif-enc",
  cjxl: "jxl",
};

/** The files of these formats on one side, made where they are missing. Throws a UsageError when the folder holds none of the photographs. */
export async function madeSet(
  corpus: string,
  side: Side,
  formats: readonly string[],
  reports: EngineReports,
): Promise<MadeSet> {
  const photos = await photosIn(corpus);
  if (photos.length === 0) {
    throw new UsageError(
      `${corpus} holds no photograph of bench/accuracy/photo-list.ts.`,
    );
  }
  setSearchPath(process.env["PATH"] ?? "");
  setUpSharp(1);
  const versions = Object.values(WRITERS).map(
    (name) => `${name} ${reports[name]?.version ?? "absent"}`,
  );
  const files = filesOf(photos, formats, [ENGINE, ...versions].join(", "))
    .filter(({ photo }) => photo.side === side)
    .filter(({ coding }) => {
      const needed = WRITERS[coding.by];
      return needed === undefined || reports[needed];
    });
  await makeFiles(files, [...abilitiesOf(reports)]);
  return { photos, files };
}
