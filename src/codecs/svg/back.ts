// SVG in the children: sanitizes before anything else, has it drawn, runs the strategies that strategies.ts declares.

import { writeFile } from "node:fs/promises";

import { readBytes } from "../containers/reader.ts";
import { drawSvg } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import type {
  Candidate,
  CodecBack,
  DecodedSource,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { withinCpu } from "./cpu-limit.ts";
import { judgeDrawing, sized } from "./drawing.ts";
import { decodeText, readable, type Decoded } from "./encoding.ts";
import { isGzip, pack, unpack } from "./gzip.ts";
import { MAX_TEXT_BYTES, tooMuch } from "./limits.ts";
import { readMetadata } from "./metadata.ts";
import { proofSize, svgSettings } from "./plan.ts";
import { rounded } from "./rounded.ts";
import { sanitized } from "./sanitize.ts";
import { stripped } from "./strip.ts";

export const back: CodecBack = {
  sanitize,
  decode,
  readMetadata,
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    svgo,
  },
};

function textOf(file: Uint8Array): Decoded {
  const bytes = isGzip(file) ? unpack(file) : file;
  if (bytes.length > MAX_TEXT_BYTES) throw tooMuch("bytes", MAX_TEXT_BYTES);
  return decodeText(bytes);
}

/** Bytes in the kind of file that `source` is. */
function packedAs(source: Uint8Array, bytes: Uint8Array): Uint8Array {
  return isGzip(source) ? pack(bytes) : bytes;
}

function sanitize(file: Uint8Array, bench: WorkBench): Uint8Array {
  const { text, encode } = textOf(file);
  const clean = sanitized(text);
  if (clean === text) return file;
  bench.warn("active-content-removed");
  return packedAs(file, encode(clean));
}

/** Leaves a sanitized SVG of the size asked for, in UTF-8, for the pipeline's own loader to draw. */
async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
  asked?: Size,
): Promise<DecodedSource> {
  const size = asked ?? { width: facts.width, height: facts.height };
  const decoded = textOf(await readBytes(path));
  const clean = sanitized(decoded.text);
  if (clean !== decoded.text) bench.warn("active-content-removed");
  judgeDrawing(clean);
  const drawn = bench.scratch("drawn.svg");
  await writeFile(drawn, sized(inUtf8(clean, decoded), size));
  return { path: drawn, size, orientation: 1, convertProfile: false };
}

/** Real characters, without a mark or declaration that would say otherwise. */
function inUtf8(text: string, { encode, label }: Decoded): string {
  return readable({ text, encode, label })
    .replace(/^\ufeff/, "")
    .replace(/^<\?xml[^>]*\?>\s*/, "");
}

/** The text as it was, but for its metadata. */
function metadataStrip({ input }: OptimizeJob): Candidate {
  const { text, encode } = textOf(input);
  return {
    bytes: packedAs(input, encode(stripped(text))),
    method: "metadata-strip",
    byTool: false,
    upright: false,
  };
}

/** CPU milliseconds for svgo: what it has not done by then it was not meant to do. The largest of 18 real drawings (0.5 MB) takes 4 s. */
const SVGO_CPU_MS = 8000;

async function svgo(
  { input, intent, facts }: OptimizeJob,
  { toolTimeoutMs }: WorkBench,
): Promise<Candidate | string> {
  const { precisions, stripMetadata } = svgSettings(intent);
  const decoded = textOf(input);
  judgeDrawing(decoded.text);
  const source = inUtf8(decoded.text, decoded);
  const size = proofSize(facts);
  const result = await withinCpu(SVGO_CPU_MS, toolTimeoutMs, (signal) =>
    rounded(source, precisions, {
      // Without comments already: svgo takes them out one by one, in quadratic time.
      reference: stripMetadata ? stripped(source) : source,
      stripMetadata,
      draw: (text) =>
        drawSvg(Buffer.from(sized(text, size)), size.width * size.height),
      packed: (text) => packedAs(input, Buffer.from(text)),
      signal,
    }),
  );
  if (typeof result === "string") return result;
  return { ...result, method: "svgo", byTool: false, upright: false };
}
