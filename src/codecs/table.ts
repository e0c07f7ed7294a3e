// Every format the service knows, by id: the one list of them.

import type { FormatId } from "../image/format.ts";
import { FORMAT_IDS } from "../image/format.ts";
import { avif } from "./avif/index.ts";
import { bmp } from "./bmp/index.ts";
import type { Codec } from "./codec.ts";
import { gif } from "./gif/index.ts";
import { heic } from "./heic/index.ts";
import { jpeg } from "./jpeg/index.ts";
import { jxl } from "./jxl/index.ts";
import { png } from "./png/index.ts";
import { svg, svgz } from "./svg/index.ts";
import { tiff } from "./tiff/index.ts";
import { webp } from "./webp/index.ts";

export const CODECS = {
  jpeg,
  png,
  webp,
  avif,
  heic,
  bmp,
  tiff,
  gif,
  jxl,
  svg,
  svgz,
} as const satisfies Record<FormatId, Codec>;

/** All rows, in the order of the ids. */
export const ALL_CODECS: readonly Codec[] = FORMAT_IDS.map((id) => CODECS[id]);

/** Values of /convert's `format`, each with the row it means. */
export const OUTPUTS: ReadonlyMap<string, Codec> = new Map(
  ALL_CODECS.flatMap((codec) =>
    codec.outputNames.map((name) => [name, codec] as const),
  ),
);
