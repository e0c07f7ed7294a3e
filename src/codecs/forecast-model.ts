// The constants that forecasts are corrected by: what the fit writes for each row, checked when it is read.

import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";

const line = {
  /** The value where all features are 0. */
  intercept: Type.Number(),
  weights: Type.Record(Type.String(), Type.Number()),
};

const Range = Type.Object(
  {
    /** |ln(true / told)| to be expected of what was told so: a line over the features, held within what it was for the training files. */
    spread: Type.Object(
      {
        ...line,
        least: Type.Number({ exclusiveMinimum: 0 }),
        most: Type.Number({ exclusiveMinimum: 0 }),
      },
      { additionalProperties: false },
    ),
    /** ln(true / told) at both ends of the 80 % interval, in spreads. */
    low: Type.Number(),
    high: Type.Number(),
  },
  { additionalProperties: false },
);

/** How far a strategy's forecasts are off, each predicted without its own photo. */
export type ForecastRange = Static<typeof Range>;

const StrategyModel = Type.Object(
  {
    /** Files and photos that it was fitted on. */
    files: Type.Integer({ minimum: 0 }),
    photos: Type.Integer({ minimum: 0 }),
    /** ln(true / told), by the features that a forecast gives. */
    ...line,
    range: Range,
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

/** A value that depends on features by a line. */
export interface Line {
  /** Where all features are 0. */
  readonly intercept: number;
  readonly weights: Readonly<Record<string, number>>;
}

export function valueAt(
  { intercept, weights }: Line,
  features: Readonly<Record<string, number>>,
): number {
  return Object.entries(features).reduce(
    (total, [name, value]) => total + (weights[name] ?? 0) * value,
    intercept,
  );
}
