// Shows how long optimizing takes: each case by its size and time, and for each bucket of sizes the middle and what 95 of 100 runs stay below.

import type { BucketTime } from "./bucket-times.ts";
import { bucketTimes } from "./bucket-times.ts";
import { figure } from "./figure.ts";
import { latencyChart } from "./latency-chart.ts";
import type { Material, PageCase } from "./material.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import { bytesText, counted, formatName, timeText } from "./words.ts";

const ID = "time";
const SUBJECT = "Time";

export function latencySection({ timed }: Material): Section {
  const cases = timed.filter(({ runs }) => runs.length > 0);
  const buckets = bucketTimes(cases);
  const main =
    buckets.find(({ bucket }) => bucket === "medium") ?? buckets.at(-1);
  if (main === undefined) {
    return absent(
      ID,
      SUBJECT,
      "Nothing was timed in these results.",
      "npm run bench -- run --mode timing",
    );
  }
  return section({
    id: ID,
    subject: SUBJECT,
    headline: `Files of ${bytesText(main.least)} to ${bytesText(main.most)}: half are done in ${timeText(main.p50)}, 95 of 100 in ${timeText(main.p95)}`,
    lede: `Wall time of the job alone, without HTTP and queue: ${counted(cases.length, "case")}, every one repeated after a warm-up, repeats of all shuffled together. Both axes are logarithmic.`,
    content: figure({
      title: "Time by file size",
      note: "A dot is the median of one case. Thick: half of the runs of that bucket of sizes are faster. Thin: 95 of 100 are.",
      draw: (width) => latencyChart(cases, buckets, width),
      table: {
        head: ["files", "sizes", "cases", "runs", "p50", "p95"],
        rows: [...buckets, ...byFormat(cases)].map((row) => [
          row.bucket,
          `${bytesText(row.least)} to ${bytesText(row.most)}`,
          `${row.cases}`,
          `${row.runs}`,
          timeText(row.p50),
          timeText(row.p95),
        ]),
      },
    }),
  });
}

/** The same figures of each format, named "medium, JPEG". */
function byFormat(cases: readonly PageCase[]): BucketTime[] {
  return [...Map.groupBy(cases, ({ format }) => format)].flatMap(
    ([format, group]) =>
      bucketTimes(group).map((row) => ({
        ...row,
        bucket: `${row.bucket}, ${formatName(format)}`,
      })),
  );
}
