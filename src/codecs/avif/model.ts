// What was learned of how AVIFs shrink; made by `npm run bench -- fit`.

import { readModel } from "../forecast-model.ts";
import fitted from "./forecast.json" with { type: "json" };

export const model = readModel(fitted, "avif");
