// What is told of an optimization at the front, where no pixel is seen: from a header, or from a small version of the image.

import type { Codec } from "../codecs/codec.ts";
import { headerBand, headerForecast } from "../codecs/header-forecast.ts";
import type { EngineAbility } from "../image/engine-report.ts";
import type { Facts } from "../image/facts.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import type { Estimate } from "../pool/protocol.ts";

/** What an optimization would give back. */
export interface Prediction {
  readonly source: Facts;
  readonly estimate: Estimate;
}

/** Constants of a row that has none: what a forecast says without any. */
const UNFITTED = { command: "", trainedOn: [], strategies: {} };

/** What files with such a header came to. */
export function estimateFromHeader(
  codec: Codec,
  facts: Facts,
  asked: OptimizeIntent,
  engines: ReadonlySet<EngineAbility>,
): Estimate {
  const forecast = headerForecast(codec, facts, asked, engines);
  const band = headerBand(forecast, codec.forecasts ?? UNFITTED);
  return {
    ...band,
    method: band.bytes < facts.bytes ? forecast.method : "none",
    path: "header",
    warnings: [],
    spans: {},
  };
}

/** Share by which a small version's reduction may miss that of the whole: nothing is known of how the two were made. */
const THUMBNAIL_SPREAD = 0.5;

/** What the whole of `wholeBytes` would come to if it shrank as its small version does. */
export function scaledUp(
  { source, estimate }: Prediction,
  wholeBytes: number,
): Prediction {
  const told = Math.round((estimate.bytes / source.bytes) * wholeBytes);
  return {
    source: { ...source, bytes: wholeBytes },
    estimate: {
      ...estimate,
      bytes: told,
      low: Math.max(1, Math.round(told * (1 - THUMBNAIL_SPREAD))),
      high: Math.min(wholeBytes, Math.round(told * (1 + THUMBNAIL_SPREAD))),
      path: "header",
      warnings: [...estimate.warnings, "told-by-thumbnail"],
    },
  };
}
