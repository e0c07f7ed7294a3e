// What was learned of how JPEG XLs shrink; made by `npm run bench -- fit`.

import { readModel } from "../forecast-model.ts";
import fitted from "./forecast.json" with { type: "json" };

export const model = readModel(fitted, "jxl");
