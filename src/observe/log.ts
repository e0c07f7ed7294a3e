// The structured log: one logger for the process, levels by either language's names.

import { pino } from "pino";
import type { Logger } from "pino";

export type { Logger } from "pino";

/** Python's level names, as the seeds' environments have them. */
const LEVELS: Readonly<Record<string, string>> = {
  warning: "warn",
  critical: "fatal",
};

/** Logs JSON lines to stdout. Secrets never reach it: headers and bodies are not logged. */
export function openLog(level: string): Logger {
  return pino({ level: LEVELS[level] ?? level, base: null });
}
