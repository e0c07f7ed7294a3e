// Decides what AVIF files are: what they share with other HEIF files is containers/heif.ts; how well they were coded is read here.

import type { Facts } from "../../image/facts.ts";
import { headerOfHeif } from "../containers/heif.ts";
import { walkCodedStarts } from "../containers/heif-coded.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkReader } from "../containers/walk.ts";
import { baseQuantizer } from "./bitstream.ts";
import { qualityOfQuantizer } from "./quality.ts";

/** Headers of a still take 20 to 60 bytes. */
const HEADER_BYTES = 512;

/**
 * Facts of an AVIF. `sourceQuality` is libaom's (tune=iq) for the quantizer of
 * the first tile; 0 means lossless. Throws `invalid_image`; see `headerOfHeif`.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const facts = await headerOfHeif(reader, "avif");
  const quantizer = await readQuantizer(reader);
  if (quantizer === undefined) return facts;
  return {
    ...facts,
    lossy: quantizer > 0,
    sourceQuality: qualityOfQuantizer(quantizer),
  };
}

async function readQuantizer(reader: ByteReader): Promise<number | undefined> {
  const wanted = { most: 1, bytes: HEADER_BYTES };
  const starts = walkCodedStarts(reader.size, wanted);
  const [first] = await walkReader(reader, starts);
  if (first?.type !== "av01") return undefined;
  try {
    return baseQuantizer(first.data);
  } catch {
    // Only a decoder may judge the coded data.
    return undefined;
  }
}
