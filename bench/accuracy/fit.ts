// Turns observations into a row's fitted constants, and says how good they are.

import type { ForecastModel } from "../../src/codecs/forecast-model.ts";
import { HEADER_MODEL } from "../../src/codecs/header-forecast.ts";
import { mean, percentile } from "../run/statistics.ts";
import type { Observation } from "./observe.ts";
import { robustRidge } from "./regression.ts";
import { rangeOf, residualsOf } from "./residuals.ts";

export type StrategyModel = ForecastModel["strategies"][string];

export interface StrategyFit {
  readonly strategy: string;
  readonly model: StrategyModel;
  readonly rows: number;
  /** Percent by which the unfitted forecast is off: its mean, and the mean without sign. */
  readonly told: { readonly bias: number; readonly error: number };
  /** Percent by which the fit is off on photographs that it has not seen. */
  readonly fitted: { readonly error: number; readonly p95: number };
  /** Percent of the true size by which the worst is off, and which file at which setting. */
  readonly worst: { readonly error: number; readonly what: string };
}

/** One fit for each strategy, by name. */
export function fitAll(observations: readonly Observation[]): StrategyFit[] {
  return [...Map.groupBy(observations, ({ strategy }) => strategy)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([strategy, seen]) => fitOf(strategy, seen));
}

function fitOf(strategy: string, seen: readonly Observation[]): StrategyFit {
  const photos = new Set(seen.map(({ photo }) => photo)).size;
  const { intercept, weights } = robustRidge(seen);
  const residuals = residualsOf(seen);
  const model: StrategyModel = {
    files: new Set(seen.map(({ file }) => file)).size,
    photos,
    intercept,
    weights,
    range: rangeOf(strategy === HEADER_MODEL ? alike(seen) : seen, residuals),
  };
  // ln(true / told) of r means that told is off by e^-r − 1 of the true size.
  const off = residuals.map((residual) => 100 * (Math.exp(-residual) - 1));
  const raw = seen.map(({ target }) => 100 * (Math.exp(-target) - 1));
  const errors = off.map(Math.abs);
  const worst = errors.indexOf(Math.max(...errors));
  return {
    ...{ strategy, model, rows: seen.length },
    told: { bias: mean(raw), error: mean(raw.map(Math.abs)) },
    fitted: { error: mean(errors), p95: percentile(errors, 95) },
    worst: {
      error: off[worst]!,
      what: `${seen[worst]!.file} at ${seen[worst]!.setting}`,
    },
  };
}

/** One width for all that headers tell: files of others vary by more than what ours say is sure. */
function alike(seen: readonly Observation[]): Observation[] {
  return seen.map((one) => ({ ...one, features: {} }));
}
