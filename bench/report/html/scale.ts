// Maps figures to pixels and chooses the ticks; draws nothing.

export interface Scale {
  readonly at: (value: number) => number;
  /** Round values within the domain, in ascending order. */
  readonly ticks: readonly number[];
}

export type Span = readonly [from: number, to: number];

/** Ticks are 1, 2 or 5 times a power of ten apart, `most` of them or fewer. */
export function linearScale(domain: Span, pixels: Span, most: number): Scale {
  const [low, high] = widened(domain);
  const step = roundStep((high - low) / most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return {
    at: (value) => between(pixels, (value - low) / (high - low)),
    ticks: Array.from(
      { length: last - first + 1 },
      (_, index) => (first + index) * step,
    ),
  };
}

/** What the ticks of a logarithmic axis are round in: powers of ten, or those times powers of 1024. */
export type Base = "decimal" | "binary";

/** Values must be above 0. Ticks are 1, 2 and 5 where `most` allows, else powers of ten, else some of those. */
export function logScale(
  domain: Span,
  pixels: Span,
  most: number,
  base: Base,
): Scale {
  const [low, high] =
    domain[0] < domain[1] ? domain : [domain[0] / 2, domain[0] * 2];
  const within = (values: readonly number[]): number[] =>
    values.filter(
      (value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9),
    );
  const choices = [[1, 2, 5], [1, 3], [1]].map((digits) =>
    within(roundValues(digits, base)),
  );
  const ones = choices.at(-1) ?? [];
  const every = Math.max(1, Math.ceil(ones.length / most));
  return {
    at: (value) =>
      between(pixels, Math.log(value / low) / Math.log(high / low)),
    ticks:
      choices.find(({ length }) => length <= most) ??
      ones.filter((_, index) => index % every === 0),
  };
}

/** From 0.01 or 1 byte to what no figure here reaches. */
function roundValues(digits: readonly number[], base: Base): number[] {
  const units =
    base === "decimal"
      ? [0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]
      : [1, 1024, 1024 ** 2, 1024 ** 3].flatMap((unit) => [
          unit,
          10 * unit,
          100 * unit,
        ]);
  return units.flatMap((unit) => digits.map((digit) => digit * unit));
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find(
    (value) => value * power >= least * (1 - 1e-9),
  );
  return (digit ?? 10) * power;
}

function widened([low, high]: Span): Span {
  return low < high ? [low, high] : [low - 1, low + 1];
}

function between([from, to]: Span, share: number): number {
  return from + (to - from) * share;
}
