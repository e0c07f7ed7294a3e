// Shows what clients saw of the real server under load: how long answers took, by kind of request. No section without a load.

import type { LoadRequest, LoadResult } from "../../run/result.ts";
import { sum, summarize } from "../../run/statistics.ts";
import { figure } from "./figure.ts";
import type { Markup } from "./markup.ts";
import type { Material } from "./material.ts";
import { logScale } from "./scale.ts";
import { section } from "./section.ts";
import type { Section } from "./section.ts";
import { stripChart } from "./strip.ts";
import { counted, numberText, timeText, plain } from "./words.ts";

/** Dots of one kind; more would hide each other and weigh down the page. */
const MOST_DOTS = 400;

interface Kind {
  readonly name: string;
  readonly sent: number;
  readonly answered: readonly LoadRequest[];
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function loadSections({ results }: Material): Section[] {
  const loads = results.flatMap(({ load }) => load ?? []);
  const requests = loads.flatMap((load) => load.requests);
  const kinds = kindsOf(requests);
  if (kinds.length === 0) return [];
  const answered = sum(kinds.map((kind) => kind.answered.length));
  const seconds = sum(loads.map(({ wallSeconds }) => wallSeconds));
  const refused = requests.filter(({ status }) => status === 503).length;
  return [
    section({
      id: "load",
      subject: "Load",
      headline: `${numberText(answered / seconds)} answers a second, ${timeText(summarize(kinds.flatMap(timesOf)).p50)} in the middle`,
      lede: `${clientsOf(loads)} sent ${counted(requests.length, "request")} over HTTP; ${answered} were answered, ${refused} refused for want of room, ${requests.length - answered - refused} failed otherwise.`,
      content: loadFigure(kinds),
    }),
  ];
}

function clientsOf(loads: readonly LoadResult[]): string {
  return loads
    .map(({ concurrency }) => counted(concurrency, "client"))
    .join(" and ");
}

function timesOf({ answered }: Kind): number[] {
  return answered.map(({ ms }) => ms);
}

function kindsOf(requests: readonly LoadRequest[]): Kind[] {
  return [...Map.groupBy(requests, ({ kind }) => kind)].flatMap(
    ([name, group]) => {
      const answered = group.filter(({ status }) => status === 200);
      if (answered.length === 0) return [];
      const { p50, p95, p99 } = summarize(answered.map(({ ms }) => ms));
      return [{ name, sent: group.length, answered, p50, p95, p99 }];
    },
  );
}

function loadFigure(kinds: readonly Kind[]): Markup {
  const times = kinds.flatMap(timesOf);
  const span = [Math.min(...times), Math.max(...times)] as const;
  const isThinned = kinds.some(({ answered }) => answered.length > MOST_DOTS);
  const middles = kinds.map(({ name, p50 }) => `${name} ${timeText(p50)}`);
  return figure({
    title: "Time to the last byte of each answer, by request",
    note: `Line: the median.${isThinned ? ` Not every answer is drawn: some ${MOST_DOTS} of a kind, evenly.` : ""}`,
    draw: (width) =>
      stripChart(
        {
          label: `Median time by request: ${middles.join(", ")}.`,
          axis: "time, logarithmic",
          noteTitle: "p95",
          text: (tick) => plain(timeText(tick)),
          marks: () => [],
          scale: (pixels, most) => logScale(span, pixels, most, "decimal"),
          rows: kinds.map(({ name, answered, p50, p95 }) => ({
            name,
            center: p50,
            note: timeText(p95),
            dots: thinned(answered).map(({ file, ms, queueMs }) => ({
              value: ms,
              look: "medium",
              tip: `${name} · ${file} · ${timeText(ms)}${queueMs === null ? "" : `, of that in the queue ${timeText(queueMs)}`}`,
            })),
          })),
        },
        width,
      ),
    table: {
      head: ["request", "sent", "answered", "p50", "p95", "p99"],
      rows: kinds.map(({ name, sent, answered, p50, p95, p99 }) => [
        name,
        `${sent}`,
        `${answered.length}`,
        ...[p50, p95, p99].map((ms) => timeText(ms)),
      ]),
    },
  });
}

function thinned(answered: readonly LoadRequest[]): readonly LoadRequest[] {
  const every = Math.ceil(answered.length / MOST_DOTS);
  return answered.filter((_, at) => at % every === 0);
}
