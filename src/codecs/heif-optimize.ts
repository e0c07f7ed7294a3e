// What making AVIF and HEIC files smaller has in common: what is stripped, what must survive around new pixels, and what new pixels cannot hold.

import type { Facts } from "../image/facts.ts";
import type { OptimizeIntent, Quality } from "../image/intent.ts";
import { orientedSize } from "../image/geometry.ts";
import type { Candidate, OptimizeJob } from "./codec.ts";
import { profileFromCicp } from "./containers/cicp-profile.ts";
import { latin1 } from "./containers/cursor.ts";
import { essentialExif } from "./containers/essential-exif.ts";
import { readExif, setExifOrientation, settleExif } from "./containers/exif.ts";
import { primaryAlone } from "./containers/heif-alone.ts";
import { readMetadata, writeMetadata } from "./containers/heif-metadata.ts";
import type { PropertyEdit } from "./containers/heif-properties.ts";
import { stripHeif } from "./containers/heif-strip.ts";
import { numbers } from "./containers/isobmff-write.ts";
import { settleXmp } from "./containers/xmp.ts";
import type { Metadata } from "./metadata.ts";
import { interpolate, mayLose } from "./quality-scale.ts";

/** Transfers of H.273 whose light no 8-bit score can judge: PQ and HLG. */
const HDR_TRANSFERS = [16, 18];

/** Why a file of this family must not be coded again with loss, or true; what its own codec forbids comes on top. */
export function mayRecode(
  { frames, hasGainMap, cicp, lossy }: Facts,
  { quality, sparesRecentCodecs }: OptimizeIntent,
): true | string {
  if (sparesRecentCodecs) return "preset-low";
  if (frames > 1) return "sequence";
  if (hasGainMap) return "gain-map";
  if (cicp && HDR_TRANSFERS.includes(cicp.transfer)) return "hdr";
  return lossy || mayLose(quality);
}

/**
 * The score that a look stands for (quality-scale.ts), less 15: pictures
 * of one setting scatter by about 6 points around it, and below 15 something
 * has gone wrong.
 */
const LOOK_TO_FLOOR = [
  [1, 5],
  [40, 41],
  [60, 52],
  [80, 62],
  [90, 69],
  [100, 75],
] as const;

/** SSIMULACRA2 score that a result must have against its source. */
export function floorFor({ value }: Quality): number {
  return interpolate(LOOK_TO_FLOOR, value);
}

/** The file without its metadata, pixels bit for bit the same. */
export function stripped(job: OptimizeJob): Candidate {
  const { facts, input } = job;
  const isSrgb = facts.profile.kind === "srgb" && !facts.cicp;
  const bare = stripHeif(input, {
    drops: ({ type, content }) =>
      isSrgb && type === "colr" && isProfile(content),
  });
  const exif = essentialExif(1, facts.density);
  const bytes = exif ? writeMetadata(bare, { exif }).bytes : bare;
  return { bytes, method: "metadata-strip", byTool: false, upright: false };
}

function isProfile(content: Uint8Array): boolean {
  return ["prof", "rICC"].includes(latin1(content.subarray(0, 4)));
}

/** Why new pixels cannot stand for this file's, as a token: pictures beside the primary would be lost. */
export function cannotRecode({ input }: OptimizeJob): string | undefined {
  return primaryAlone(input) ? undefined : "other-pictures";
}

/**
 * Upright pixels coded anew, with what the job says must survive of its input:
 * code points that no profile says, density, and metadata when it is kept.
 */
export function dressed(coded: Uint8Array, job: OptimizeJob): Uint8Array {
  const bare = stripHeif(coded, codePoints(coded, job.facts));
  const metadata = job.intent.stripMetadata
    ? essentials(job.facts)
    : settled(job);
  return writeMetadata(bare, metadata).bytes;
}

/** What a result that was coded again no longer has, though it was to be kept. */
export function lostBeside({ facts, intent }: OptimizeJob): string[] {
  const isLost = !intent.stripMetadata && facts.metadata.includes("thumbnail");
  return isLost ? ["thumbnail-dropped"] : [];
}

/** The encoders convert RGB by BT.601 in full range; primaries and transfer are the source's own. */
function codePoints(coded: Uint8Array, { profile, cicp }: Facts): PropertyEdit {
  if (profile.kind === "other" || !cicp || !profileFromCicp(cicp)) return {};
  const values = numbers(2, cicp.primaries, cicp.transfer, 6);
  return {
    drops: ({ type, content }) =>
      type === "colr" && latin1(content.subarray(0, 4)) === "nclx",
    adds: {
      item: primaryAlone(coded) ?? 1,
      type: "colr",
      content: Buffer.concat([
        Buffer.from("nclx"),
        values,
        Uint8Array.of(0x80),
      ]),
    },
  };
}

function essentials({ density, orientation }: Facts): Metadata {
  const isTurned = density && orientation >= 5;
  const turned = isTurned ? { x: density.y, y: density.x } : density;
  const exif = essentialExif(1, turned);
  return exif ? { exif } : {};
}

/** The source's own metadata, told of an upright picture; to the byte where it says nothing else. */
function settled({ input, facts }: OptimizeJob): Metadata {
  const { exif, xmp } = readMetadata(input);
  const isTurned = facts.orientation !== 1;
  const size = orientedSize(facts, facts.orientation);
  const saysTurned = exif && readExif(exif).orientation !== 1;
  const upright =
    exif && isTurned
      ? settleExif(exif, size)
      : saysTurned
        ? setExifOrientation(exif, 1)
        : exif;
  return {
    ...(upright && { exif: upright }),
    ...(xmp && { xmp: isTurned ? settleXmp(xmp, size) : xmp }),
  };
}
