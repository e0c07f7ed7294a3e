// Decides which file is made of which photograph, and under which name; makes none.

import { createHash } from "node:crypto";

import type { Photo } from "./photos.ts";
import { PLANS } from "./recipes.ts";
import type { Coding, Cut, FormatPlan } from "./recipes.ts";

/** Raised by hand when the same recipe makes other pixels or other bytes. */
const MAKER_VERSION = 1;

export interface MadeFile {
  /** For people, and unique. */
  readonly name: string;
  /** In the cache: other bytes have another name. */
  readonly cacheName: string;
  readonly format: string;
  readonly photo: Photo;
  readonly cut: Cut;
  readonly coding: Coding;
}

export const MADE_FORMATS: readonly string[] = Object.keys(PLANS);

/** The files of these formats; `engines` is what their bytes depend on beside recipe and photograph. */
export function filesOf(
  photos: readonly Photo[],
  formats: readonly string[],
  engines: string,
): MadeFile[] {
  return Object.entries<FormatPlan>(PLANS)
    .filter(([format]) => formats.includes(format))
    .flatMap(([format, plan]) =>
      (["train", "test"] as const).flatMap((side) =>
        ofSide(
          photos.filter((photo) => photo.side === side),
          format,
          plan,
          engines,
        ),
      ),
    );
}

function ofSide(
  photos: readonly Photo[],
  format: string,
  plan: FormatPlan,
  engines: string,
): MadeFile[] {
  const used = photos.filter(({ kind, file }) => {
    if (kind !== "small") return true;
    const small = photos.filter((photo) => photo.kind === "small");
    const at = small.findIndex((photo) => photo.file === file);
    return at % plan.everySmall === 0;
  });
  return used.flatMap((photo, turn) =>
    plan.cuts[photo.kind].map((cut, index) => {
      const { codings, graphicCodings } = plan;
      const allowed =
        photo.kind === "graphic" ? (graphicCodings ?? codings) : codings;
      const coding = allowed[(turn + index) % allowed.length]!;
      return described({ photo, cut, coding, format }, plan.extension, engines);
    }),
  );
}

function described(
  made: Omit<MadeFile, "name" | "cacheName">,
  extension: string,
  engines: string,
): MadeFile {
  const { photo, cut, coding } = made;
  const short = photo.file.replace(/^.*\//, "").replace(/\.\w+$/, "");
  const stem = `${short}.${cutName(cut)}.${coding.name}`;
  const origin = [photo.sha256, cut, coding, engines, MAKER_VERSION];
  const hash = createHash("sha256").update(JSON.stringify(origin));
  return {
    ...made,
    name: `${stem}.${extension}`,
    cacheName: `${stem}.${hash.digest("hex").slice(0, 12)}.${extension}`,
  };
}

function cutName(cut: Cut): string {
  if ("megapixels" in cut) return `${cut.by}-${cut.megapixels}mp`;
  return "frames" in cut ? `${cut.by}-${cut.frames}f` : cut.by;
}
