// What the engines on this machine can do, as their probes report it.

/** One thing an engine can do: its name, or its name and a loader: "sharp", "vips:heifload", "jpegtran". */
export type EngineAbility = string;

export interface EngineReport {
  readonly version: string;
  readonly abilities: readonly EngineAbility[];
}

/** By engine name; null for one that is not installed or failed its probe. */
export type EngineReports = Readonly<Record<string, EngineReport | null>>;

/** All abilities of all engines. */
export function abilitiesOf(reports: EngineReports): Set<EngineAbility> {
  return new Set(
    Object.values(reports).flatMap((report) => report?.abilities ?? []),
  );
}
