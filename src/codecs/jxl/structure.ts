// Walks a JPEG XL file as far as plain bits go: its picture's header and, where no entropy coding stands before them, its frames.

import type { Walk } from "../containers/walk.ts";
import { readCode, requireCode, walkJxl, type JxlFile } from "./boxes.ts";
import {
  readFrameHeader,
  readQuantizer,
  readSections,
  type FrameHeader,
} from "./frame-header.ts";
import { readImageHeader, type ImageHeader } from "./image-header.ts";

/** Bytes looked at for the picture's header: 4096 extra channels' names would fit in no header anyone writes. */
const HEADER_BYTES = 16 * 1024;
/** Bytes looked at for a frame's header, before its table of sections, of 4 bytes each at most. */
const FRAME_BYTES = 4 * 1024;
/** Frames, shown or not, that are walked: more than MAX_FRAMES may ever allow; each costs a window of 64 KiB. */
const MAX_FRAMES = 2000;
/** Sections in one table: 100 MP in groups of 128 px and 11 passes have 70,000. */
const MAX_SECTIONS = 100_000;

export interface Structure {
  readonly file: JxlFile;
  readonly image: ImageHeader;
  /** The first frame that is shown; undefined where it cannot be read. */
  readonly first: FrameHeader | undefined;
  /** All frames, shown or not; undefined where one of them cannot be read: behind a profile or a permuted table. */
  readonly frames: readonly FrameHeader[] | undefined;
  /** See `readQuantizer`; of the first frame that is shown, where it can be read. */
  readonly quantizer: number | undefined;
  /** Bytes of the codestream up to the end of its last frame, where that can be told. */
  readonly codeEnd: number | undefined;
  /** Of all frames that were walked, shown or not: pixels of the largest, and pixels gone over in all. */
  readonly largest: number;
  readonly scanned: number;
}

/**
 * Walks a file of `size` bytes. Throws `invalid_image` when it is cut off or
 * broken where it can be read, `image_too_large` as `readImageHeader` does.
 */
export function* walkStructure(size: number): Walk<Structure> {
  const file = yield* walkJxl(size);
  const image = readImageHeader(yield* readCode(file, 0, HEADER_BYTES));
  if (image.color.hasProfile)
    return { file, image, ...UNREAD, largest: 0, scanned: 0 };
  const headers: FrameHeader[] = [];
  const found = yield* walkFrames(file, image, headers);
  const pixels = headers.map((header) => header.pixels);
  return {
    ...{ file, image, ...found },
    largest: pixels.reduce((most, each) => Math.max(most, each), 0),
    scanned: headers.reduce((sum, each) => sum + each.pixels * each.passes, 0),
  };
}

/** Puts the headers of all frames that can be read, shown or not, into `headers`. */
function* walkFrames(
  file: JxlFile,
  image: ImageHeader,
  headers: FrameHeader[],
) {
  let at = Math.ceil(image.endBits / 8);
  if (image.preview) {
    const preview = { ...image, size: image.preview, animation: undefined };
    const frame = yield* walkFrame(file, preview, at);
    if (frame.end === undefined) return UNREAD;
    at = frame.end;
  }
  let first: FrameHeader | undefined;
  let quantizer: number | undefined;
  while (headers.length < MAX_FRAMES) {
    const { header, start, end } = yield* walkFrame(file, image, at);
    headers.push(header);
    if (first === undefined && header.isShown) {
      first = header;
      const isReadable =
        image.isXyb && !header.isModular && !header.hidesQuantizer;
      quantizer =
        isReadable && start !== undefined
          ? readQuantizer(yield* readCode(file, start, 64), header.hasNoise)
          : undefined;
    }
    if (end === undefined) return { ...UNREAD, first, quantizer };
    if (header.isLast) {
      return { first, frames: headers, quantizer, codeEnd: end };
    }
    at = end;
  }
  return { ...UNREAD, first, quantizer };
}

const UNREAD = {
  first: undefined,
  frames: undefined,
  quantizer: undefined,
  codeEnd: undefined,
};

/** A frame's header, and where its sections start and end when that can be read. */
function* walkFrame(
  file: JxlFile,
  image: ImageHeader,
  at: number,
): Walk<{ header: FrameHeader; start?: number; end?: number }> {
  const header = readFrameHeader(yield* readCode(file, at, FRAME_BYTES), image);
  if (header.sections > MAX_SECTIONS) return { header };
  const wanted = FRAME_BYTES + header.sections * 4;
  const sections = readSections(yield* readCode(file, at, wanted), header);
  if (!sections) return { header };
  const start = at + sections.start;
  const end = start + sections.length;
  requireCode(file, end);
  return { header, start, end };
}
