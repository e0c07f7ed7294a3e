// Brings any file the table knows to the pixels that are compared: upright, in the color space they are stored in, 8 bits, one frame at a time.

import type {
  Codec,
  DecodedSource,
  WorkBench,
} from "../../src/codecs/codec.ts";
import { CODECS } from "../../src/codecs/table.ts";
import { sharp } from "../../src/engines/sharp.ts";
import type { Sharp } from "../../src/engines/sharp.ts";
import type { Facts } from "../../src/image/facts.ts";
import { UPRIGHT } from "../../src/image/geometry.ts";
import type { Pixels } from "../../src/score/pixels.ts";
import { DEFAULTS, factsOf } from "../run/job.ts";

export interface OpenedPicture {
  readonly facts: Facts;
  readonly decoded: DecodedSource;
  /** Frames that sharp can reach; the first alone where it knows no animation of the format. */
  readonly frames: number;
}

/** Throws as the format's header reader and decoder do. */
export async function openPicture(
  path: string,
  bench: WorkBench,
): Promise<OpenedPicture> {
  const facts = await factsOf(path);
  const codec: Codec = CODECS[facts.format];
  const back = await codec.back();
  const decoded = await back.decode(path, facts, bench);
  const { pages = 1 } = await sharp(decoded.path).metadata();
  return { facts, decoded, frames: facts.frames === 1 ? 1 : pages };
}

/** One frame, ready to be read or encoded. Damage is borne as far as the decoder bears it: the service may have accepted it. */
export function frame(
  { decoded, frames }: OpenedPicture,
  index: number,
): Sharp {
  const turn = UPRIGHT[decoded.orientation];
  return sharp(decoded.path, {
    ...(frames > 1 && { page: index }),
    failOn: "none",
    // Both sides of a comparison carry one profile; sharp would apply it to 8-bit samples, and not to deeper ones.
    ignoreIcc: true,
    limitInputPixels: DEFAULTS.MAX_IMAGE_PIXELS,
  })
    .flop(turn.mirror)
    .rotate(turn.degrees)
    .toColourspace("srgb");
}

/** Rejects with sharp's error. */
export async function pixelsOf(
  picture: OpenedPicture,
  index: number,
  hasAlpha: boolean,
): Promise<Pixels> {
  const upright = frame(picture, index);
  const { data, info } = await (
    hasAlpha ? upright.ensureAlpha() : upright.removeAlpha()
  )
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { data, width, height, channels: hasAlpha ? 4 : 3 };
}
