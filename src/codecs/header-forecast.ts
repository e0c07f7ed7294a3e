// Tells from a header alone what /optimize would make of a file: the sizes of files like it, by a model fitted to each format.

import type { EngineAbility } from "../image/engine-report.ts";
import type { Facts } from "../image/facts.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import type { Codec, Forecast, Strategy } from "./codec.ts";
import { bandOf } from "./forecast.ts";
import type { Band } from "./forecast.ts";
import type { ForecastModel } from "./forecast-model.ts";

/** The name under which a row's constants hold the model of its headers. */
export const HEADER_MODEL = "header";

/** A forecast whose `pixelBytes` are the file's own: the model tells what share of them is left. */
export function headerForecast(
  { strategies }: Pick<Codec, "strategies">,
  facts: Facts,
  intent: OptimizeIntent,
  engines: ReadonlySet<EngineAbility>,
): Forecast {
  const tried = strategies.filter(
    ({ applies, needs }) =>
      (!needs || needs.anyOf.some((need) => engines.has(need))) &&
      applies(facts, intent) === true,
  );
  const { value: look } = intent.quality;
  const { bytes, width, height, frames, sourceQuality } = facts;
  const isLossy = tried.some(({ loses }) => loses === "pixels");
  const above = Math.max(0, (sourceQuality ?? look) - look) / 100;
  const density = Math.log((8 * bytes) / (width * height * frames));
  return {
    method: expectedMethod(tried),
    pixelBytes: bytes,
    besideBytes: 0,
    features: {
      lossy: isLossy ? 1 : 0,
      look: isLossy ? look / 100 : 0,
      density,
      lossyDensity: isLossy ? density : 0,
      above: isLossy ? above : 0,
      quality: sourceQuality === undefined ? 0 : sourceQuality / 100,
      stored: facts.lossy ? 1 : 0,
      animated: frames > 1 ? 1 : 0,
    },
  };
}

/** The last that applies is the one that takes most time, and mostly wins. */
function expectedMethod(tried: readonly Strategy[]): string {
  const last = tried.at(-1);
  return last?.methods?.[0] ?? last?.name ?? "none";
}

/** What is left of the file, and the 80 % interval: never more than the file itself. */
export function headerBand(forecast: Forecast, model: ForecastModel): Band {
  const { bytes, low, high } = bandOf(HEADER_MODEL, forecast, model);
  const capped = (value: number): number =>
    Math.max(1, Math.min(value, forecast.pixelBytes));
  return { bytes: capped(bytes), low: capped(low), high: capped(high) };
}
