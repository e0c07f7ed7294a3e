// Reads what a GIF's blocks say of its frames: where they stand, when they are shown, what may be seen through them.

import type { Size } from "../../image/geometry.ts";
import type { Timing } from "../codec.ts";
import { latin1 } from "../containers/cursor.ts";
import type { Block, Structure } from "./blocks.ts";

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  /** Whether one index of its palette stands for "nothing drawn". */
  readonly transparent: boolean;
  /** What becomes of its area before the next is drawn (GIF89a, 23). */
  readonly disposal: number;
  /** Hundredths of a second. */
  readonly delay: number;
}

/** Its area is cleared. */
export const DISPOSAL_CLEARS = 2;

/** A frame, and the blocks that make it. */
export interface Image {
  readonly block: Block;
  /** The graphic control that stands before it. */
  readonly control: Block | undefined;
  readonly frame: Frame;
}

/** The images in order. */
export function imagesOf({ blocks }: Structure): Image[] {
  const images: Image[] = [];
  let control: Block | undefined;
  for (const block of blocks) {
    if (block.kind === "control") control = block;
    if (block.kind === "image")
      images.push({ block, control, frame: readFrame(block, control) });
    if (isDrawn(block)) control = undefined;
  }
  return images;
}

export function framesOf(structure: Structure): Frame[] {
  return imagesOf(structure).map(({ frame }) => frame);
}

/** Whether a graphic control that stands before is this block's. */
function isDrawn({ kind }: Block): boolean {
  return kind === "image" || kind === "plain-text";
}

function readFrame({ head }: Block, control: Block | undefined): Frame {
  const view = Buffer.from(head);
  // Size byte, packed field, delay (GIF89a, 23); a short one says nothing.
  const said = Buffer.from(control?.head ?? []);
  const flags = said.length >= 5 ? said.readUInt8(1) : 0;
  return {
    left: view.readUInt16LE(0),
    top: view.readUInt16LE(2),
    width: view.readUInt16LE(4),
    height: view.readUInt16LE(6),
    interlaced: (view.readUInt8(8) & 0x40) !== 0,
    transparent: (flags & 1) !== 0,
    disposal: (flags >> 2) & 7,
    delay: said.length >= 5 ? said.readUInt16LE(2) : 0,
  };
}

/**
 * The picture's size: the logical screen, enlarged where the first frame is
 * larger, as browsers have it. Later frames are cut at its edge.
 */
export function canvasSize(screen: Size, [first]: readonly Frame[]): Size {
  return {
    width: Math.max(screen.width, first ? first.left + first.width : 0),
    height: Math.max(screen.height, first ? first.top + first.height : 0),
  };
}

/**
 * Whether a viewer may see through any frame as it is shown. Transparent
 * indices of later frames alone do not make it so: through them one sees
 * the frame before, and optimizers use them for just that.
 */
export function showsThrough(frames: readonly Frame[], canvas: Size): boolean {
  return frames.some((frame, index) => {
    const before = frames[index - 1];
    const cleared = before ? before.disposal === DISPOSAL_CLEARS : true;
    return cleared && (frame.transparent || !covers(frame, before ?? canvas));
  });
}

function covers(frame: Frame, area: Size | Frame): boolean {
  const left = "left" in area ? area.left : 0;
  const top = "top" in area ? area.top : 0;
  return (
    frame.left <= left &&
    frame.top <= top &&
    frame.left + frame.width >= left + area.width &&
    frame.top + frame.height >= top + area.height
  );
}

/** Both names are in use for the same block; browsers, libvips and gifsicle obey either. */
const LOOPS = ["NETSCAPE2.0", "ANIMEXTS1.0"];

export function isLoop(block: Block): boolean {
  return LOOPS.includes(applicationName(block) ?? "");
}

/** Identifier and authentication code of an application extension. */
export function applicationName({ kind, head }: Block): string | undefined {
  return kind === "application" && head[0] === 11
    ? latin1(head.subarray(1, 12))
    : undefined;
}

/**
 * When frames are shown. The loop extension counts repetitions: n plays n + 1
 * times, 0 for ever; without one it plays once. So read it browsers, and libvips,
 * whose `loop` is our `plays`. Of several the last one counts.
 */
export function timingOf(structure: Structure): Timing {
  const repeats = structure.blocks
    .filter(isLoop)
    .map(({ head }) => Buffer.from(head).subarray(12))
    .filter((data) => data.length >= 4 && data[0] === 3 && data[1] === 1)
    .at(-1)
    ?.readUInt16LE(2);
  return {
    delaysMs: framesOf(structure).map(({ delay }) => delay * 10),
    plays: repeats === undefined ? 1 : repeats === 0 ? 0 : repeats + 1,
  };
}
