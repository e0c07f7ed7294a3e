// Counts and times what happens, and writes it as Prometheus' text format 0.0.4 has it. Knows no figure by name.

/** Values by label name. Every combination is kept for ever: labels take few values, never a caller's own. */
export type Labels = Readonly<Record<string, string>>;

/** One number, as it is when it is asked for. */
export type Sample = readonly [labels: Labels, value: number];

export interface Counter {
  readonly add: (labels?: Labels, by?: number) => void;
}

export interface Histogram {
  readonly observe: (value: number, labels?: Labels) => void;
}

interface Series {
  readonly labels: Labels;
  /** Observations by bucket, each counted once, one beyond the last bound included. */
  readonly counts: number[];
  sum: number;
}

/** The media type that the format asks for. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export class Metrics {
  readonly #families: (() => string)[] = [];

  /** A count of its own, which only grows. */
  counter(name: string, help: string): Counter {
    const values = new Map<string, number>();
    this.#families.push(() =>
      family(name, help, "counter", [...values].map(withValue(name))),
    );
    return {
      add: (labels = {}, by = 1) => {
        const key = labelText(labels);
        values.set(key, (values.get(key) ?? 0) + by);
      },
    };
  }

  /** Numbers that somebody else keeps; `type` says whether they only grow. */
  read(
    name: string,
    help: string,
    type: "counter" | "gauge",
    samples: () => readonly Sample[],
  ): void {
    this.#families.push(() =>
      family(
        name,
        help,
        type,
        samples().map(([labels, value]) =>
          withValue(name)([labelText(labels), value]),
        ),
      ),
    );
  }

  /** Observations by how many are at most each of `bounds`, which rise. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const all = new Map<string, Series>();
    this.#families.push(() =>
      family(
        name,
        help,
        "histogram",
        [...all.values()].flatMap((series) =>
          bucketLines(name, bounds, series),
        ),
      ),
    );
    return {
      observe: (value, labels = {}) => {
        const key = labelText(labels);
        const series = all.get(key) ?? {
          labels,
          counts: Array.from({ length: bounds.length + 1 }, () => 0),
          sum: 0,
        };
        all.set(key, series);
        const place = bounds.findIndex((bound) => value <= bound);
        series.counts[place < 0 ? bounds.length : place]! += 1;
        series.sum += value;
      },
    };
  }

  /** All of it, as text. */
  text(): string {
    return this.#families.map((write) => write()).join("");
  }
}

function family(
  name: string,
  help: string,
  type: string,
  lines: readonly string[],
): string {
  const head = [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`];
  return [...head, ...lines, ""].join("\n");
}

/** Buckets count all observations up to their bound: those of lower buckets too. */
function bucketLines(
  name: string,
  bounds: readonly number[],
  { labels, counts, sum }: Series,
): string[] {
  let total = 0;
  const lines = counts.map((count, index) => {
    const le = numberText(bounds[index] ?? Infinity);
    total += count;
    return `${name}_bucket${labelText({ ...labels, le })} ${total}`;
  });
  const text = labelText(labels);
  return [
    ...lines,
    `${name}_sum${text} ${numberText(sum)}`,
    `${name}_count${text} ${total}`,
  ];
}

function withValue(name: string): (sample: [string, number]) => string {
  return ([labels, value]) => `${name}${labels} ${numberText(value)}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** As Go's parser reads them: JavaScript's own, but for infinity. */
function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
