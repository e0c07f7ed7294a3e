// Rounds a drawing's numbers step by step, each step judged by its drawing; decides nothing about how many steps a quality allows.

import { minifySvg, SvgoTooSlow } from "../../engines/svgo.ts";
import { differsVisibly } from "./proof.ts";
import { sanitized } from "./sanitize.ts";
import { keepsAll } from "./survivors.ts";

export interface Rounding {
  /** What the first step starts from: the source, perhaps without its metadata. */
  readonly reference: string;
  readonly stripMetadata: boolean;
  /** The text's RGBA samples at the size of the proof. */
  readonly draw: (text: string) => Promise<Uint8Array>;
  /** The text as it would be sent. */
  readonly packed: (text: string) => Uint8Array;
  readonly signal: AbortSignal;
}

/** How far all steps together may go, in what one may. */
const ALL_STEPS = 2;

/**
 * The source rounded to each of `precisions` digits in turn, finest first, for
 * as long as the drawing does not visibly change; or why there is no result. Steps,
 * because one leap to two digits moves `open-book.svg` of the corpus by 0.50
 * levels, three steps by 0.16, and end 1 % smaller. Each is judged against the
 * one before, not the source: so a result that comes again is judged as it was,
 * and stands.
 */
export async function rounded(
  source: string,
  precisions: readonly number[],
  rounding: Rounding,
): Promise<{ bytes: Uint8Array } | string> {
  const { reference, draw, packed } = rounding;
  const original = await draw(source);
  let last = { text: reference, drawing: original };
  let bytes: Uint8Array | undefined;
  for (const precision of precisions) {
    const made = await step(last.text, precision, rounding);
    if (typeof made !== "object") {
      if (bytes === undefined) return made;
      break;
    }
    const drawing = await draw(made.text);
    if (
      differsVisibly(last.drawing, drawing) ||
      differsVisibly(original, drawing, ALL_STEPS)
    ) {
      if (bytes === undefined) return "picture-changed";
      break;
    }
    const smaller = packed(made.text);
    if (bytes && smaller.length >= bytes.length) continue;
    bytes = smaller;
    last = { text: made.text, drawing };
  }
  return bytes ? { bytes } : "picture-changed";
}

/** The text rounded to so many digits, with all its names, or why not. */
async function step(
  text: string,
  precision: number,
  { stripMetadata, signal }: Rounding,
): Promise<{ text: string } | string> {
  for (const keepHidden of [false, true]) {
    try {
      const options = { precision, stripMetadata, keepHidden };
      const made = await minifySvg(text, options, signal);
      // It writes anew what we have judged: judged again.
      if (sanitized(made) !== made) return "result-unsafe";
      if (keepsAll(text, made)) return { text: made };
    } catch (error) {
      if (error instanceof SvgoTooSlow) return "too-slow";
      throw error;
    }
  }
  return "names-lost";
}
