// Decides what AVIF files are: what they share with other HEIF files is containers/heif.ts; how well they were coded is read here.

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
import { baseQuantizer, sequenceSize } from "./bitstream.ts";
import { qualityOfQuantizer } from "./quality.ts";

/**
 * Facts of an AVIF. `sourceQuality` is libaom's (tune=iq) for the quantizer of
 * the first tile; 0 means lossless. Throws `invalid_image`; see `headerOfHeif`.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const { sample, all } = await readCodedStarts(reader, 1);
  const facts = withCodedSizes(
    await headerOfHeif(reader, "avif"),
    all,
    codedSize,
  );
  const quantizer = quantizerOf(sample[0]);
  if (quantizer === undefined) return facts;
  return {
    ...facts,
    lossy: quantizer > 0,
    sourceQuality: qualityOfQuantizer(quantizer),
  };
}

function quantizerOf(start: CodedStart | undefined): number | undefined {
  if (start?.type !== "av01") return undefined;
  return unlessBroken(() => baseQuantizer(start.data));
}

/** Readers may take the sequence header from either place (AV1-ISOBMFF, 2.3.4). */
function codedSize({ type, data, properties }: CodedStart): Size | undefined {
  if (type !== "av01") return undefined;
  const configuration = properties.find((box) => box.type === "av1C");
  return (
    sequenceSize(data) ??
    (configuration && sequenceSize(configuration.content.subarray(4)))
  );
}
