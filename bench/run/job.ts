// Builds a job from a file as the service does: format by magic, facts from the header, limits from the default settings.

import { withFileReader } from "../../src/codecs/containers/reader.ts";
import { sniff } from "../../src/codecs/sniff.ts";
import { readConfig } from "../../src/config.ts";
import { judge } from "../../src/image/budget.ts";
import type { EngineAbility } from "../../src/image/engine-report.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Intent } from "../../src/image/intent.ts";
import type { FileJob } from "../../src/pool/protocol.ts";

/** What the service does when its operator has set nothing. */
export const DEFAULTS = readConfig({});

/** Throws `unsupported_format`, `invalid_image`, `image_too_large`. */
export function factsOf(path: string): Promise<Facts> {
  return withFileReader(path, async (reader) => {
    const codec = await sniff(reader);
    return codec.header(reader);
  });
}

/** Throws as `factsOf` does. */
export async function jobOf(
  path: string,
  intent: Intent,
  place: {
    readonly workspace: string;
    readonly engines: readonly EngineAbility[];
    readonly encoders: Readonly<Record<string, string>>;
  },
): Promise<FileJob> {
  const facts = await factsOf(path);
  judge(facts, {
    maxPixels: DEFAULTS.MAX_IMAGE_PIXELS,
    maxFrames: DEFAULTS.MAX_FRAMES,
  });
  return {
    intent,
    input: { path, facts },
    ...place,
    maxPixels: DEFAULTS.MAX_IMAGE_PIXELS,
    toolTimeoutMs: DEFAULTS.TOOL_TIMEOUT_SECONDS * 1000,
    deadlineMs: DEFAULTS.PROCESS_TIMEOUT_SEC * 1000,
  } as FileJob;
}
