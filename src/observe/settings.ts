// The settings of logging, by their environment names.

import { Type } from "typebox";

export const observeSettings = {
  LOG_LEVEL: Type.Enum(
    // prettier-ignore
    ["trace", "debug", "info", "warn", "warning", "error", "critical", "fatal", "silent"],
    {
      default: "info",
      description: "Least level that is logged; Python's names are understood.",
    },
  ),
};
