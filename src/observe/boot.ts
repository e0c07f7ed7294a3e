// Keeps what the engines' probe found at boot, and probes again when asked, though not for every caller.

import type { Codec } from "../codecs/codec.ts";
import { abilitiesOf } from "../image/engine-report.ts";
import type { EngineAbility, EngineReports } from "../image/engine-report.ts";
import { healthOf } from "./health.ts";
import type { Health } from "./health.ts";
import type { Logger } from "./log.ts";

/** A probe spawns processes, and anyone may ask: no sooner than this after the last. */
const MIN_AGE_MS = 30_000;
const PROBE_TIMEOUT_MS = 15_000;

export class Boot {
  readonly #probe: (signal: AbortSignal) => Promise<EngineReports>;
  readonly #codecs: readonly Codec[];
  readonly #version: string;
  readonly #log: Logger;
  #reports: Promise<EngineReports> | undefined;
  #probedAt = 0;

  constructor(
    probe: (signal: AbortSignal) => Promise<EngineReports>,
    codecs: readonly Codec[],
    version: string,
    log: Logger,
  ) {
    this.#probe = probe;
    this.#codecs = codecs;
    this.#version = version;
    this.#log = log;
  }

  /** What the engines can do; waits for the first probe. */
  async abilities(): Promise<ReadonlySet<EngineAbility>> {
    return abilitiesOf(await this.#found());
  }

  /** The state of the service; `refresh` probes anew when the last probe is half a minute old. */
  async health(refresh: boolean): Promise<Health> {
    const isOld = performance.now() - this.#probedAt > MIN_AGE_MS;
    if (refresh && isOld) this.#reports = undefined;
    return healthOf(await this.#found(), this.#codecs, this.#version);
  }

  #found(): Promise<EngineReports> {
    this.#reports ??= this.#ask();
    return this.#reports;
  }

  async #ask(): Promise<EngineReports> {
    this.#probedAt = performance.now();
    try {
      const reports = await this.#probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
      const { missing } = healthOf(reports, this.#codecs, this.#version);
      for (const sentence of missing) this.#log.warn(sentence);
      return reports;
    } catch (error) {
      // The next caller asks again.
      this.#reports = undefined;
      throw error;
    }
  }
}
