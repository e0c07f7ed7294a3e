// The contract of a row: everything the rest of the service may know or ask of one format.

import type { EngineAbility } from "../image/engine-report.ts";
import type { Density, Facts, Orientation } from "../image/facts.ts";
import type { FormatId } from "../image/format.ts";
import type { Size } from "../image/geometry.ts";
import type { ConvertIntent, OptimizeIntent } from "../image/intent.ts";
import type { ByteReader } from "./containers/reader.ts";
import type { ForecastModel } from "./forecast-model.ts";
import type { Embedded, Metadata } from "./metadata.ts";

/** One way to have a job done, and what to install when none is there. */
export interface EngineNeed {
  /** Any one of these is enough. */
  readonly anyOf: readonly EngineAbility[];
  /** What to install, as a sentence ends: "install libvips-tools". */
  readonly install: string;
}

export interface Abilities {
  readonly alpha: boolean;
  /** Whether results of this format can hold an animation. */
  readonly animation: boolean;
  /** Whether results of this format can hold pages. */
  readonly pages: boolean;
  /** Whether any picture can be written without loss. */
  readonly lossless: boolean;
}

/** What a strategy may give up. */
export type Loss = "nothing" | "pixels";

/** One way to make a file of this format smaller; declared in strategies.ts, run in back.ts. */
export interface Strategy {
  readonly name: string;
  /** What X-Optimization-Method says of it where that is not its name; N stands for a number. */
  readonly methods?: readonly string[];
  readonly loses: Loss;
  /** True, or the reason (a short token) why it cannot or should not be tried. */
  readonly applies: (facts: Facts, intent: OptimizeIntent) => true | string;
  /** Expected CPU seconds for this file. */
  readonly cost: (facts: Facts) => number;
  /** Engine it needs beyond those that read and write the format. */
  readonly needs?: EngineNeed;
  /** Set for long work that seldom wins where pixels may be lost: it is then tried after what else loses them, and only if a forecast comes near the result. */
  readonly waits?: true;
}

/** A row's front half: pure, importable anywhere, reaches no engine. */
export interface Codec {
  readonly id: FormatId;
  /** As people write it. */
  readonly name: string;
  readonly mediaType: string;
  /** File name extension of results, without the dot. */
  readonly extension: string;
  /** Values of /convert's `format` that mean this row; empty when it is not an output. */
  readonly outputNames: readonly string[];
  readonly abilities: Abilities;
  /** Whether the decoder hands out upright pixels, so that `facts.orientation` must not be applied again. */
  readonly orientsOnDecode: boolean;
  /** Set when pictures have no pixels of their own and are drawn at the size asked for. */
  readonly vector?: true;
  /** Set when a browser that opens a file of this format may run it: replies then forbid that. */
  readonly active?: true;
  /** Set when the decoder leaves blank what it cannot decode and goes on: only complaints then tell how much it was. */
  readonly blanksDamage?: true;
  readonly decoding: EngineNeed;
  /** What writes results of the format, where it is not what reads it. */
  readonly encoding?: EngineNeed;
  /** Working memory in bytes per coded pixel, measured: what the gate weighs. */
  readonly memory: { readonly decode: number; readonly encode: number };
  /** Judges the first bytes (at least 32, at most 4096, fewer in shorter files) by magic. */
  readonly matches: (head: Uint8Array) => boolean;
  /** Facts from the header alone. Throws `invalid_image`. */
  readonly header: (reader: ByteReader) => Promise<Facts>;
  /** In order of cost; empty when /optimize does not take the format. */
  readonly strategies: readonly Strategy[];
  /** Constants fitted to what /optimize made of such files; absent where nothing was. */
  readonly forecasts?: ForecastModel;
  readonly back: () => Promise<CodecBack>;
}

/** Where a decoder left the pixels for the pipeline to open. */
export interface DecodedSource {
  /** A file that sharp can open. */
  readonly path: string;
  /** Size in pixels of the raster at `path`. */
  readonly size: Size;
  /** What the pipeline must still do to bring the raster upright. */
  readonly orientation: Orientation;
  /** Whether the file at `path` carries a profile that must be converted from. */
  readonly convertProfile: boolean;
  /** Set when the decoder can deliver a half, a quarter or an eighth of the size for less. */
  readonly shrinksOnLoad?: true;
  /** Set when the raster at `path` is all frames in one, each below the last; otherwise sharp finds the frames itself. */
  readonly stacked?: true;
}

/** When the frames of an animation are shown. */
export interface Timing {
  /** Milliseconds that each frame stands, as the file says it: a 0 stays 0. */
  readonly delaysMs: readonly number[];
  /** How often the animation is played; 0 is forever. */
  readonly plays: number;
}

/** What every call into a back half is given besides its own input. */
export interface WorkBench {
  /** A path in the request's workspace that nothing else uses. */
  readonly scratch: (name: string) => string;
  /** Abilities of the engines on this machine. */
  readonly engines: ReadonlySet<EngineAbility>;
  /** The operator's choice of encoder by format, where there is one. */
  readonly encoders: Readonly<Partial<Record<FormatId, string>>>;
  /** Milliseconds that one tool may take. */
  readonly toolTimeoutMs: number;
  /** Says something about the result that the caller should know (a token for X-Warnings). */
  readonly warn: (token: string) => void;
}

/** 8-bit (Uint8Array) or 16-bit (Uint16Array) interleaved sRGB pixels, 1 to 4 channels, rows top to bottom. */
export interface RawPixels {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Encodes through sharp: the name of its output and that output's options. */
export interface SharpEncoding {
  readonly engine: "sharp";
  readonly output: "jpeg" | "png" | "webp" | "avif" | "gif" | "tiff";
  readonly options: Readonly<Record<string, unknown>>;
}

/** Encodes by handing a PNG to a command of the row's own. */
export interface CommandEncoding {
  readonly engine: "command";
  /** Makes the file at `output` from the PNG at `input`. */
  readonly run: (
    input: string,
    output: string,
    bench: WorkBench,
  ) => Promise<void>;
}

export type Encoding = SharpEncoding | CommandEncoding;

/** How much damage a decoder may meet before it gives up; sharp's `failOn`. */
export type Tolerance = "warning" | "truncated" | "none";

/** What a strategy is given to work on. */
export interface OptimizeJob {
  /** The file as it came. */
  readonly input: Uint8Array;
  readonly inputPath: string;
  readonly facts: Facts;
  readonly intent: OptimizeIntent;
  /** "warning" for a sound file; less strict once its damage has been judged bearable. */
  readonly tolerance: Tolerance;
}

/** What a strategy made. */
export interface Candidate {
  readonly bytes: Uint8Array;
  /** As it goes into X-Optimization-Method. */
  readonly method: string;
  /** Written by a spawned tool: to be decoded in full before it is believed. */
  readonly byTool: boolean;
  /** Whether its pixels were brought upright, so that nothing is left for its orientation tag to say. */
  readonly upright: boolean;
  /** Tokens for X-Warnings, should this one be sent. */
  readonly warnings?: readonly string[];
  /** SSIMULACRA2 score against the source below which it must not be sent. */
  readonly minScore?: number;
}

/** A strategy's work: a candidate, or the reason (a short token) why this file has none. */
export type Run = (
  job: OptimizeJob,
  bench: WorkBench,
) => Promise<Candidate | string>;

/** A strategy's result, told from part of the file. */
export interface Forecast {
  /** As it goes into X-Optimization-Method. */
  readonly method: string;
  /** Bytes of coded pixels as the part tells them, before correction. */
  readonly pixelBytes: number;
  /** Bytes beside them that are known: headers, profile, metadata that is kept. */
  readonly besideBytes: number;
  /** What the correction depends on, by name; the fit learns their weights. */
  readonly features: Readonly<Record<string, number>>;
  /** Set where the part is all of it, coded as the strategy does: these are the bytes, and nothing is corrected. */
  readonly isWhole?: boolean;
  /** Set where results must reach a score: the part as it was, and as the strategy coded it. */
  readonly proof?: Proof;
  /** As `Candidate.warnings`. */
  readonly warnings?: readonly string[];
}

export interface Proof {
  readonly before: RawPixels;
  /** A file of any format that has a row. */
  readonly after: Uint8Array;
  readonly minScore: number;
}

/**
 * Tells what the named strategy would make of the file, or the reason why it makes nothing. Throws
 * `NotForetold`. Of `rival` bytes or more nothing needs to be known: a quick look may end it, with `FAR`.
 */
export type Foretell = (
  strategy: string,
  rival?: number,
) => Promise<Forecast | string>;

/**
 * Opens a file for forecasts. `budgetMs` is CPU time for all of them together,
 * beyond what decoding takes; pixels are decoded once, when first needed.
 */
export type OpenForecast = (
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
) => Foretell;

/** A row's back half: runs in the pool's children, the only code of a format that reaches engines. */
export interface CodecBack {
  /**
   * Brings the file to something sharp can open, all of `facts.frames` of it;
   * most formats only point at themselves. Vectors are drawn at `asked`
   * pixels, where given.
   */
  readonly decode: (
    path: string,
    facts: Facts,
    bench: WorkBench,
    asked?: Size,
  ) => Promise<DecodedSource>;
  /**
   * The file without what could act when it is opened: done before anything
   * else, and what is sent when nothing makes it smaller. The same bytes when
   * nothing had to go. Throws `invalid_image`, `image_too_large`.
   */
  readonly sanitize?: (file: Uint8Array, bench: WorkBench) => Uint8Array;
  /** How to encode a picture of this size for this intent; absent when the format is not an output. */
  readonly encoding?: (
    intent: ConvertIntent,
    picture: EncodedPicture,
    bench: WorkBench,
  ) => Encoding;
  /**
   * Makes a file of this format at `output` by taking over the coding of a
   * source whose pixels are to stay as they are, with its metadata or without,
   * as asked, and says whether it did. Throws `tool_timeout`.
   */
  readonly transcode?: (
    source: { readonly path: string; readonly facts: Facts },
    output: string,
    intent: ConvertIntent,
    bench: WorkBench,
  ) => Promise<boolean>;
  /** The timing of an animation; absent where the format holds none. Throws `invalid_image`. */
  readonly timing?: (file: Uint8Array) => Timing;
  /**
   * Reads all coded pixels to their end, without making a picture of them; absent where
   * decoding is as quick. Throws for a file that is not sound.
   */
  readonly readThrough?: (file: Uint8Array) => void;
  readonly readMetadata: (file: Uint8Array) => Metadata;
  readonly writeMetadata?: (file: Uint8Array, metadata: Metadata) => Embedded;
  /** A run for every strategy the row declares. */
  readonly run: Readonly<Record<string, Run>>;
  /** Tells what the strategies would make of a file that is too large to try them; absent where they are always run. */
  readonly forecast?: {
    readonly open: OpenForecast;
    readonly model: ForecastModel;
  };
}

/** What is known of a picture that is about to be encoded. */
export interface EncodedPicture {
  /** Size of one frame. */
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly frames: number;
  /** The source's, brought upright; absent where it says none. */
  readonly density?: Density;
}
