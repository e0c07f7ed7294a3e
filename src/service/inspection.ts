// Says what a file is and whether it may be worked on, from its header alone: nothing is decoded before.

import type { Codec, EngineNeed } from "../codecs/codec.ts";
import { withFileReader } from "../codecs/containers/reader.ts";
import type { ByteReader } from "../codecs/containers/reader.ts";
import { sniff } from "../codecs/sniff.ts";
import { CODECS } from "../codecs/table.ts";
import { weightOf } from "../codecs/weight.ts";
import { ServiceError } from "../errors.ts";
import { judge } from "../image/budget.ts";
import type { ImageLimits } from "../image/budget.ts";
import type { EngineAbility } from "../image/engine-report.ts";
import type { Facts } from "../image/facts.ts";
import type { FormatId } from "../image/format.ts";
import { drawnSize } from "../image/geometry.ts";
import type { Size } from "../image/geometry.ts";
import type { Intent } from "../image/intent.ts";
import type { InputFile } from "../pool/protocol.ts";
import type { StoredFile } from "../sources/source.ts";

export class Inspection {
  readonly #limits: ImageLimits;
  readonly #engines: () => Promise<ReadonlySet<EngineAbility>>;

  constructor(
    limits: ImageLimits,
    engines: () => Promise<ReadonlySet<EngineAbility>>,
  ) {
    this.#limits = limits;
    this.#engines = engines;
  }

  /**
   * Names the format, reads the header and judges the limits. Throws
   * `unsupported_format`, `invalid_image`, `image_too_large`.
   */
  async file({ path }: StoredFile, intent?: Intent): Promise<InputFile> {
    const facts = await withFileReader(path, (reader) =>
      this.header(reader, intent),
    );
    return { path, facts };
  }

  /** Of a file that may lie elsewhere. Throws as `file` does. */
  async header(reader: ByteReader, intent?: Intent): Promise<Facts> {
    const codec = await sniff(reader);
    await this.#requireDecoder(codec);
    const facts = await codec.header(reader);
    judge(asDrawn(facts, intent), this.#limits);
    return facts;
  }

  /** Throws `unsupported_format` where this machine cannot write the format. */
  async requireEncoder(format: FormatId): Promise<void> {
    const { name, encoding }: Codec = CODECS[format];
    if (!encoding || (await this.#has(encoding))) return;
    throw new ServiceError(
      "unsupported_format",
      `${name} cannot be written on this machine: ${encoding.install}.`,
      { field: "format" },
    );
  }

  async #requireDecoder({ name, id, decoding }: Codec): Promise<void> {
    if (await this.#has(decoding)) return;
    throw new ServiceError(
      "unsupported_format",
      `${name} needs an engine that is not installed on this machine: ${decoding.install}.`,
      { detected: id },
    );
  }

  async #has({ anyOf }: EngineNeed): Promise<boolean> {
    const engines = await this.#engines();
    return anyOf.some((ability) => engines.has(ability));
  }
}

/** Bytes that the pixels of a job are expected to hold. */
export function weigh(
  intent: Intent,
  { facts }: InputFile,
  overlay?: InputFile,
): number {
  const target = intent.verb === "convert" ? intent.target : facts.format;
  const weighed = (source: Facts, drawnFor?: Intent) => ({
    facts: asDrawn(source, drawnFor),
    codec: CODECS[source.format],
  });
  return weightOf(
    intent,
    CODECS[target],
    weighed(facts, intent),
    overlay && weighed(overlay.facts),
  );
}

/** Pixels of the drawing that shows whether an optimized vector still looks the same, at most. */
const PROOF: Size = { width: 512, height: 512 };

/** Facts of a vector as far as it will be drawn: at the size asked for, or small for a proof. */
function asDrawn(facts: Facts, intent?: Intent): Facts {
  const { vector }: Codec = CODECS[facts.format];
  if (!vector) return facts;
  const size =
    intent === undefined || intent.verb === "convert"
      ? drawnSize(facts, intent?.box)
      : PROOF;
  return { ...facts, ...size, codedPixels: size.width * size.height };
}
