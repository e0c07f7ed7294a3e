// Asks every engine once what it can do on this machine; decides nothing from it.

import type { EngineReport, EngineReports } from "../image/engine-report.ts";
import { probeAvifenc } from "./avifenc.ts";
import { probeHeifEnc } from "./heif-enc.ts";
import { probeLibheif } from "./libheif.ts";
import { probeGifsicle } from "./gifsicle.ts";
import { probeJpegtran } from "./jpegtran.ts";
import { probeJxl } from "./jxl.ts";
import { probeOxipng } from "./oxipng.ts";
import { probeSharp } from "./sharp.ts";
import { probeSvgo } from "./svgo.ts";
import { probeVips } from "./vips.ts";

const PROBES: Readonly<
  Record<
    string,
    () => EngineReport | undefined | Promise<EngineReport | undefined>
  >
> = {
  sharp: probeSharp,
  oxipng: probeOxipng,
  vips: probeVips,
  jpegtran: probeJpegtran,
  avifenc: probeAvifenc,
  gifsicle: probeGifsicle,
  svgo: probeSvgo,
  "libheif-js": probeLibheif,
  "heif-enc": probeHeifEnc,
  jxl: probeJxl,
};

/** All engines, probed side by side; one that fails its probe counts as absent. */
export async function probeEngines(): Promise<EngineReports> {
  const reports = await Promise.all(
    Object.entries(PROBES).map(async ([name, probe]) => {
      try {
        return [name, (await probe()) ?? null] as const;
      } catch {
        return [name, null] as const;
      }
    }),
  );
  return Object.fromEntries(reports);
}
