// What estimates are tried with: the three presets, and what /optimize does when nothing is said.

import { optimizeRequest } from "../../src/http/optimize-options.ts";
import type { OptimizeIntent } from "../../src/image/intent.ts";
import { DEFAULTS } from "../run/job.ts";

export const SETTINGS = ["low", "medium", "high", "default"] as const;

export type Setting = (typeof SETTINGS)[number];

export function intentOf(setting: Setting): OptimizeIntent {
  const preset: [string, unknown][] =
    setting === "default" ? [] : [["preset", setting]];
  return optimizeRequest(preset, "json", DEFAULTS.DEFAULT_QUALITY).intent;
}
