// The constants that forecasts are corrected by: what the fit writes for each row, checked when it is read.

import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";

const Quantiles = Type.Object(
  {
    /** ln(true / predicted) that 10, 50 and 90 % of the training files stay below, each predicted without its own photo. */
    low: Type.Number(),
    high: Type.Number(),
  },
  { additionalProperties: false },
);

/** ln(true / predicted) at both ends of the 80 % interval. */
export type Residuals = Static<typeof Quantiles>;

const StrategyModel = Type.Object(
  {
    /** Files and photos that it was fitted on. */
    files: Type.Integer({ minimum: 0 }),
    photos: Type.Integer({ minimum: 0 }),
    /** ln(true / told) where all features are 0. */
    intercept: Type.Number(),
    weights: Type.Record(Type.String(), Type.Number()),
    residuals: Quantiles,
  },
  { additionalProperties: false },
);

const ModelSchema = Type.Object(
  {
    /** The command that made the file. */
    command: Type.String(),
    /** SHA-256 of the photos that files were made from. */
    trainedOn: Type.Array(Type.String({ pattern: "^[0-9a-f]{64}$" })),
    strategies: Type.Record(Type.String(), StrategyModel),
  },
  { additionalProperties: false },
);

/** A row's fitted constants. */
export type ForecastModel = Static<typeof ModelSchema>;

const model = Compile(ModelSchema);

/** Throws when a row's constants are not what the fit writes. */
export function readModel(data: unknown, where: string): ForecastModel {
  if (model.Check(data)) return data;
  const [fault] = model.Errors(data);
  throw new Error(
    `The fitted constants of ${where} are broken: ${JSON.stringify(fault)}`,
  );
}
