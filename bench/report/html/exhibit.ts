// Makes the pictures of the worst results anew, since results hold figures alone; says so where bytes are no longer those measured.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

import { optimizeRequest } from "../../../src/http/optimize-options.ts";
import { CACHE } from "../../corpus/load.ts";
import { DEFAULTS } from "../../run/job.ts";
import { Laboratory } from "../../run/laboratory.ts";
import { wordsOf } from "../../run/serve.ts";
import type { Crop } from "../../score/crop.ts";
import { Judge } from "../../score/judge.ts";
import type { PageCase } from "./material.ts";

export interface Exhibit {
  readonly item: PageCase;
  readonly shown:
    | { readonly crop: Crop; readonly bytes: number }
    | { readonly unavailable: string };
}

/** Pixels: fits a telephone 390 wide as it is, and stands twice beside words elsewhere. */
const WINDOW = { width: 336, height: 224 };

/** A picture that cannot be made again gets a reason. */
export async function exhibitsOf(
  cases: readonly PageCase[],
): Promise<Exhibit[]> {
  if (cases.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), "darkroom-page-"));
  const lab = new Laboratory();
  await lab.open();
  const judge = new Judge(lab.engines);
  const exhibits: Exhibit[] = [];
  try {
    for (const item of cases) {
      const shown = await madeAgain(item, join(folder, "result"), lab, judge)
        // Whatever it was, the page is worth more than one picture.
        .catch((error: unknown) => ({ unavailable: wordsOf(error) }));
      exhibits.push({ item, shown });
    }
  } finally {
    await Promise.all([lab.close(), judge.close()]);
    await rm(folder, { recursive: true, force: true });
  }
  return exhibits;
}

async function madeAgain(
  item: PageCase,
  keepAs: string,
  lab: Laboratory,
  judge: Judge,
): Promise<Exhibit["shown"]> {
  const path = pathOf(item);
  const { intent } = optimizeRequest(
    [["preset", item.preset]],
    "json",
    DEFAULTS.DEFAULT_QUALITY,
  );
  const report = await lab.run({
    path,
    intent,
    encoders: {},
    keepAs,
    watchHeap: false,
  });
  if ("failure" in report) return { unavailable: report.failure.message };
  const crop = await judge.crop(path, keepAs, WINDOW);
  return { crop, bytes: report.outcome.bytes };
}

/** Throws when the name leads out of the corpus: a result may come from anywhere, and must not fetch other pictures into a page. */
function pathOf({ corpus, file }: PageCase): string {
  const folder = resolve(corpus ?? CACHE);
  const path = resolve(folder, file);
  const way = relative(folder, path);
  if (way === "" || way.startsWith("..")) {
    throw new Error("the file lies outside its corpus");
  }
  return path;
}
