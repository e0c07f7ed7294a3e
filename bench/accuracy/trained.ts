// Knows which photographs a format's constants were fitted to, as the constants themselves say.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ALL_CODECS } from "../../src/codecs/table.ts";
import { sha256 } from "../corpus/stamps.ts";
import { PHOTOS } from "./photo-list.ts";

/** Names of photographs by format. */
export type Trained = ReadonlyMap<string, ReadonlySet<string>>;

/** Of the listed photographs that the folder has. */
export async function trainedPhotos(corpus: string | null): Promise<Trained> {
  const names = new Map<string, string>();
  for (const file of corpus === null ? [] : Object.keys(PHOTOS)) {
    const content = await readFile(join(corpus!, file)).catch(() => null);
    if (content !== null) names.set(sha256(content), file);
  }
  const rows = ALL_CODECS.map(async ({ id, back }) => {
    const { forecast } = await back();
    const known = (forecast?.model.trainedOn ?? []).flatMap((hash) => {
      return names.get(hash) ?? [];
    });
    return [id, new Set(known)] as const;
  });
  return new Map(await Promise.all(rows));
}
