// What the service says of its own state: which engines there are, and which formats their absence costs.

import type { Codec } from "../codecs/codec.ts";
import { abilitiesOf } from "../image/engine-report.ts";
import type { EngineAbility, EngineReports } from "../image/engine-report.ts";

/** The seeds' tool names, each with the abilities that do its job here. */
const SEED_TOOLS: Readonly<Record<string, readonly EngineAbility[]>> = {
  pngquant: ["imagequant"],
  jpegtran: ["jpegtran"],
  gifsicle: ["gifsicle"],
  cwebp: ["sharp"],
  oxipng: ["oxipng"],
  pillow_heif: ["vips:heifload", "libheif-js"],
  scour: ["svgo"],
  pillow: ["sharp"],
  jxl_plugin: ["djxl"],
};

export interface Health {
  readonly status: "ok" | "degraded";
  readonly tools: Readonly<Record<string, boolean>>;
  readonly version: string;
  /** Name and version of every engine; null for one that is missing. */
  readonly engines: Readonly<Record<string, string | null>>;
  /** What is missing, as sentences that say how to get it. */
  readonly missing: readonly string[];
}

/** Whether callers are being limited, and by whose count. */
export interface RateLimitHealth {
  readonly store: "redis" | "memory" | "off";
  readonly limiting: boolean;
  /** Requests let pass without a count since the start. */
  readonly uncounted: number;
}

/** Degraded too while limits that are asked for are not applied. */
export function withRateLimits(
  health: Health,
  { store, limiting, uncounted }: RateLimitHealth,
): Health & { readonly rate_limits: RateLimitHealth } {
  const isAway = store !== "off" && !limiting;
  return {
    ...health,
    status: isAway ? "degraded" : health.status,
    missing: isAway
      ? [...health.missing, "Rate limits are not applied: Redis is away."]
      : health.missing,
    rate_limits: { store, limiting, uncounted },
  };
}

/** Degraded when a format, or a strategy of one, lacks its engine. */
export function healthOf(
  reports: EngineReports,
  codecs: readonly Codec[],
  version: string,
): Health {
  const abilities = abilitiesOf(reports);
  const missing = codecs.flatMap((codec) => missingOf(codec, abilities));
  return {
    status: missing.length === 0 ? "ok" : "degraded",
    tools: Object.fromEntries(
      Object.entries(SEED_TOOLS).map(([tool, anyOf]) => [
        tool,
        anyOf.some((ability) => abilities.has(ability)),
      ]),
    ),
    version,
    engines: Object.fromEntries(
      Object.entries(reports).map(([name, report]) => [
        name,
        report?.version ?? null,
      ]),
    ),
    missing,
  };
}

function missingOf(
  { name, decoding, encoding, strategies }: Codec,
  abilities: ReadonlySet<EngineAbility>,
): string[] {
  const lacks = (anyOf: readonly EngineAbility[]): boolean =>
    !anyOf.some((ability) => abilities.has(ability));
  return [
    ...(lacks(decoding.anyOf)
      ? [`${name} cannot be read: ${decoding.install}.`]
      : []),
    ...(encoding && lacks(encoding.anyOf)
      ? [`${name} cannot be written: ${encoding.install}.`]
      : []),
    ...strategies.flatMap((strategy) =>
      strategy.needs && lacks(strategy.needs.anyOf)
        ? [`${name}: ${strategy.name} cannot run: ${strategy.needs.install}.`]
        : [],
    ),
  ];
}
