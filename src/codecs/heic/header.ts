// Decides what HEIC files are: what they share with other HEIF files is containers/heif.ts; how well they were coded is read here.

import type { Facts } from "../../image/facts.ts";
import { headerOfHeif } from "../containers/heif.ts";
import { walkCodedStarts, type CodedStart } from "../containers/heif-coded.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkReader } from "../containers/walk.ts";
import { sliceQuantizer } from "./bitstream.ts";
import { qualityOfQuantizer } from "./quality.ts";

/** Tiles looked at: phones write one quantizer for all, and 48 tiles; others may not. */
const TILES = 8;
/** A slice's header takes 4 to 10 bytes, messages before it 100. */
const HEADER_BYTES = 512;

/**
 * Facts of a HEIC. `sourceQuality` is heif-enc's for the mean quantizer of some
 * tiles. Throws `invalid_image`; see `headerOfHeif`.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const facts = await headerOfHeif(reader, "heic");
  const wanted = { most: TILES, bytes: HEADER_BYTES };
  const starts = await walkReader(reader, walkCodedStarts(reader.size, wanted));
  const found = starts.flatMap((start) => quantizerOf(start) ?? []);
  if (found.length === 0) return facts;
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  return { ...facts, sourceQuality: qualityOfQuantizer(mean) };
}

function quantizerOf({ data, properties }: CodedStart): number | undefined {
  const configuration = properties.find(({ type }) => type === "hvcC");
  if (!configuration) return undefined;
  try {
    return sliceQuantizer(configuration.content, data);
  } catch {
    // Only a decoder may judge the coded data.
    return undefined;
  }
}
