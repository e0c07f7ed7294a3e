// Decides what HEIC files are: what they share with other HEIF files is containers/heif.ts; how well they were coded is read here.

import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import {
  readCodedStarts,
  unlessBroken,
  withCodedSizes,
  type CodedStart,
} from "../containers/heif-coded.ts";
import { headerOfHeif } from "../containers/heif.ts";
import type { ByteReader } from "../containers/reader.ts";
import { sequenceSize, sliceQuantizer } from "./bitstream.ts";
import { qualityOfQuantizer } from "./quality.ts";

/** Tiles whose quantizer is looked at: phones write one for all, and 48 tiles; others may not. */
const TILES = 8;

/**
 * Facts of a HEIC. `sourceQuality` is heif-enc's for the mean quantizer of some
 * tiles. Throws `invalid_image`; see `headerOfHeif`.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const { sample, all } = await readCodedStarts(reader, TILES);
  const facts = withCodedSizes(
    await headerOfHeif(reader, "heic"),
    all,
    codedSize,
  );
  const found = sample.flatMap((start) => quantizerOf(start) ?? []);
  if (found.length === 0) return facts;
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  return { ...facts, sourceQuality: qualityOfQuantizer(mean) };
}

function quantizerOf({ data, properties }: CodedStart): number | undefined {
  const configuration = properties.find(({ type }) => type === "hvcC");
  if (!configuration) return undefined;
  return unlessBroken(() => sliceQuantizer(configuration.content, data));
}

function codedSize({ data, properties }: CodedStart): Size | undefined {
  const configuration = properties.find(({ type }) => type === "hvcC");
  return configuration && sequenceSize(configuration.content, data);
}
