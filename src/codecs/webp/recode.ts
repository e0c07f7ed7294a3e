// Codes the pictures of a WebP again, one by one, so that frames keep their places, times and kinds; decides which of its results stays.

import { reencode } from "../../engines/sharp.ts";
import type { Samples } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import { UPRIGHT } from "../../image/geometry.ts";
import type { OptimizeJob } from "../codec.ts";
import { mayLose } from "../quality-scale.ts";
import {
  looksAsAsked,
  losslessSettings,
  lossySettings,
  type WebpSettings,
} from "./plan.ts";
import {
  hasAlpha,
  pictureBytes,
  readContent,
  writeContent,
  type Animation,
  type CodedPicture,
  type WebpContent,
} from "./pictures.ts";
import { qualityOf } from "./quality.ts";

/** A still coded anew, and upright; its file's other contents are gone. */
export async function recodeStill(
  picture: CodedPicture,
  job: OptimizeJob,
  settings: WebpSettings,
): Promise<WebpContent> {
  const turn = UPRIGHT[job.facts.orientation];
  return readContent(
    await encodeStill(writeContent({ still: picture }), job, settings, turn),
  );
}

/** The picture of a bare file, or these samples, as a file of its own. Rejects with sharp's error when it does not decode. */
export async function encodeStill(
  input: Uint8Array | Samples,
  { facts, tolerance }: OptimizeJob,
  settings: WebpSettings,
  turn = UPRIGHT[1],
): Promise<Uint8Array> {
  return reencode(input, {
    output: "webp",
    options: settings,
    space: "srgb",
    turn,
    tolerance,
    maxPixels: maxPixels(facts),
  });
}

/**
 * An animation whose frames are each the smallest of what they were and what
 * `ways` makes of them. What a frame lays over another stays as it was, so that
 * no viewer can tell the two apart but by the frames' own loss.
 */
export async function recodeFrames(
  animation: Animation,
  job: OptimizeJob,
  ways: (picture: CodedPicture) => readonly WebpSettings[],
): Promise<WebpContent> {
  const frames = [];
  for (const frame of animation.frames) {
    let best = frame.picture;
    for (const settings of ways(frame.picture)) {
      const made = await recodeFrame(frame.picture, job, settings);
      if (pictureBytes(made) < pictureBytes(best)) best = made;
    }
    frames.push({ ...frame, picture: best });
  }
  return { animation: { ...animation, frames } };
}

async function recodeFrame(
  picture: CodedPicture,
  job: OptimizeJob,
  settings: WebpSettings,
): Promise<CodedPicture> {
  const bare = writeContent({ still: picture });
  const { still } = readContent(await encodeStill(bare, job, settings));
  return still ?? picture;
}

/** How a frame may be coded again without loss. `pixels` are those of all frames. */
export function losslessWays(
  { kind }: CodedPicture,
  pixels: number,
): WebpSettings[] {
  return kind === "VP8L" ? [losslessSettings({ pixels })] : [];
}

/** How a frame may be coded again at the job's quality: a lossy one when it looks better than asked, a lossless one only below the quality where it may lose. */
export function lossyWays(
  picture: CodedPicture,
  pixels: number,
  { intent: { quality } }: OptimizeJob,
): WebpSettings[] {
  const settings = lossySettings(quality, {
    pixels,
    hasAlpha: hasAlpha(picture),
  });
  if (picture.kind === "VP8L") {
    const lossy = mayLose(quality) === true ? [settings] : [];
    return [...losslessWays(picture, pixels), ...lossy];
  }
  const { quantizer } = picture.bitstream;
  if (quantizer === undefined) return [settings];
  const sourceQuality = qualityOf(quantizer);
  return looksAsAsked({ sourceQuality }, quality) ? [] : [settings];
}

/** What a decoder may be given of this file. */
export function maxPixels({ width, height, codedPixels }: Facts): number {
  return Math.max(width * height, codedPixels);
}
