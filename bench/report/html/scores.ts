// Sets the section on how results look: the distribution of scores by preset, and every result by format.

import { median, percentile } from "../../run/statistics.ts";
import type { Material } from "./material.ts";
import { presetHistograms } from "./score-histogram.ts";
import { formatStrip } from "./score-strip.ts";
import { isEqual, scoredOf } from "./scored.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import { counted, numberText } from "./words.ts";

const ID = "looks";
const SUBJECT = "Looks";

/** Results equal to the pixel are counted, and left out of the charts. */
export function scoreSection({ compared }: Material): Section {
  const scored = scoredOf(compared);
  const changed = scored.filter((one) => !isEqual(one));
  if (scored.length === 0) {
    return absent(
      ID,
      SUBJECT,
      "No result was scored: timing and memory modes do not.",
      "npm run bench -- run --mode quick --preset low,medium,high",
    );
  }
  const scores = changed.map(({ score }) => score);
  return section({
    id: ID,
    subject: SUBJECT,
    headline:
      changed.length === 0
        ? `All ${counted(scored.length, "result")} equal their originals`
        : `Half of the results that change pixels score ${numberText(median(scores), 0)} or more; one in twenty scores below ${numberText(percentile(scores, 5), 0)}`,
    lede: `SSIMULACRA2 between original and result: 100 is equal, 90 is no visible loss, 70 is high quality, 50 is medium. ${counted(scored.length - changed.length, "result")} of ${scored.length} are equal to the pixel and left out of the charts.`,
    content:
      changed.length === 0
        ? undefined
        : [presetHistograms(scored), formatStrip(changed)],
  });
}
