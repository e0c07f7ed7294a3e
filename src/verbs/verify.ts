// Checks what an encoder made before it is sent: an engine that lies is declined, not believed.

import type { Candidate, OptimizeJob } from "../codecs/codec.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { CODECS } from "../codecs/table.ts";
import type { Facts } from "../image/facts.ts";
import { orientedSize, type Size } from "../image/geometry.ts";
import { Canvas } from "../pipeline/canvas.ts";

/**
 * Why a candidate must not be sent, as a token, or undefined when it may: its
 * header must tell of the same size, frames, alpha and color, and what a
 * spawned tool wrote must decode to its end.
 */
export async function whyUnfaithful(
  candidate: Candidate,
  { facts }: OptimizeJob,
  maxPixels: number,
): Promise<string | undefined> {
  const codec = CODECS[facts.format];
  let made: Facts;
  try {
    made = await codec.header(readerOfBytes(candidate.bytes));
  } catch {
    return "result-broken";
  }
  const difference = whatDiffers(made, facts, candidate.upright);
  if (difference !== undefined) return `result-${difference}-differs`;
  if (!candidate.byTool) return undefined;
  return (await decodesInFull(candidate.bytes, made, maxPixels))
    ? undefined
    : "result-broken";
}

async function decodesInFull(
  bytes: Uint8Array,
  facts: Facts,
  maxPixels: number,
): Promise<boolean> {
  try {
    await Canvas.open({
      input: bytes,
      size: facts,
      hasAlpha: facts.hasAlpha,
      deep: false,
      convertProfile: false,
      tolerance: "warning",
      maxPixels,
    }).pixels();
    return true;
  } catch {
    return false;
  }
}

function whatDiffers(
  made: Facts,
  source: Facts,
  upright: boolean,
): string | undefined {
  const expected: Size = upright
    ? orientedSize(source, source.orientation)
    : source;
  if (made.width !== expected.width || made.height !== expected.height) {
    return "size";
  }
  if (made.orientation !== (upright ? 1 : source.orientation)) {
    return "orientation";
  }
  if (made.frames !== source.frames) return "frames";
  if (made.hasAlpha !== source.hasAlpha) return "alpha";
  return made.color === source.color ? undefined : "color";
}
