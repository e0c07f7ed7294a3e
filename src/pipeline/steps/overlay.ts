// Lays the logo over the picture, at its final size and in gamma-encoded values, as blending is drawn everywhere.

import type { RawPixels } from "../../codecs/codec.ts";
import { ServiceError } from "../../errors.ts";
import { overlayPlace, overlaySize } from "../../image/geometry.ts";
import type { Size } from "../../image/geometry.ts";
import type { OverlayIntent } from "../../image/intent.ts";
import { openCanvas } from "../open.ts";
import { resample } from "../resample.ts";
import type { Picture, Run, Step } from "../step.ts";
import { orient } from "./orient.ts";

export const overlay: Step = {
  name: "overlay",
  applies: (run) => run.overlay !== undefined,
  work: async (canvas, run) => {
    const asked = run.intent.overlay;
    if (run.overlay === undefined || asked === undefined) return;
    await canvas.settle();
    const logo = await drawnLogo(run.overlay, asked, canvas.size, run);
    const place = overlayPlace(canvas.size, logo, asked);
    const { data, width, height, channels } = logo;
    canvas.queue((chain) => {
      const composed = chain.composite([
        {
          input: Buffer.from(data),
          raw: { width, height, channels },
          ...place,
        },
      ]);
      // Compositing adds an alpha channel; an opaque picture stays opaque.
      return canvas.hasAlpha ? composed : composed.removeAlpha();
    });
  },
};

/** Logos drawn already: all frames of an animation show the same. */
const DRAWN = new WeakMap<Picture, Promise<RawPixels>>();

function drawnLogo(
  logo: Picture,
  asked: OverlayIntent,
  frame: Size,
  run: Run,
): Promise<RawPixels> {
  const drawn = DRAWN.get(logo) ?? drawLogo(logo, asked, frame, run);
  DRAWN.set(logo, drawn);
  return drawn;
}

/** The logo's sRGB pixels at the size they are laid down in, opacity in their alpha. Throws `overlay_failed`. */
async function drawLogo(
  logo: Picture,
  asked: OverlayIntent,
  frame: Size,
  run: Run,
): Promise<RawPixels> {
  try {
    const canvas = openCanvas(logo, { ...run, tolerance: "truncated" }, false);
    const logoRun: Run = { ...run, source: logo };
    if (orient.applies(logoRun)) await orient.work(canvas, logoRun);
    canvas.queue((chain) => chain.ensureAlpha());
    const size = overlaySize(frame, canvas.size, asked);
    const pixels = resample(await canvas.pixels(), size);
    fade(pixels, asked.opacityPercent);
    return pixels;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError(
      "overlay_failed",
      "The overlay image could not be decoded.",
      {},
      { cause: error },
    );
  }
}

function fade({ data, channels }: RawPixels, opacityPercent: number): void {
  if (opacityPercent === 100) return;
  for (let at = channels - 1; at < data.length; at += channels) {
    data[at] = Math.round((data[at]! * opacityPercent) / 100);
  }
}
