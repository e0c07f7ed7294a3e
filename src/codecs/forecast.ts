// Turns what was told of a part into bytes of the whole and a range, by fitted constants.

import type { Forecast } from "./codec.ts";
import { valueAt } from "./forecast-model.ts";
import type { ForecastModel, ForecastRange } from "./forecast-model.ts";

/** Thrown where no part can stand for the whole: it has to be done to be told. */
export class NotForetold extends Error {
  override readonly name = "NotForetold";
}

/** The reason of a forecast that ends early: nothing near its rival's bytes is to be expected. */
export const FAR = "far-larger";

/** Bytes that are expected, and the 80 % interval around them. */
export interface Band {
  readonly bytes: number;
  readonly low: number;
  readonly high: number;
}

export function exactly(bytes: number): Band {
  return { bytes, low: bytes, high: bytes };
}

/** Share by which a forecast that nothing was fitted to may be off: what the first rows showed. */
const UNFITTED = { low: -0.3, high: 0.3 };

/** The forecast in bytes, by the constants fitted to its strategy; as it stands where it saw all. */
export function bandOf(
  strategy: string,
  { pixelBytes, besideBytes, features, isWhole }: Forecast,
  { strategies }: ForecastModel,
): Band {
  if (isWhole) return exactly(Math.round(pixelBytes + besideBytes));
  const fitted = strategies[strategy];
  const shift = fitted ? valueAt(fitted, features) : 0;
  const { low, high } = fitted ? endsOf(fitted.range, features) : UNFITTED;
  const at = (residual: number): number =>
    Math.round(pixelBytes * Math.exp(shift + residual) + besideBytes);
  return { bytes: at(0), low: at(low), high: at(high) };
}

/** ln(true / told) at both ends of the range of what has these features. */
function endsOf(
  { spread, low, high }: ForecastRange,
  features: Forecast["features"],
): { readonly low: number; readonly high: number } {
  const value = valueAt(spread, features);
  const width = Math.min(spread.most, Math.max(spread.least, value));
  return { low: low * width, high: high * width };
}
