// Every generator by the name that the manifest uses; decides nothing else.

import type { Generator } from "../picture.ts";
import { drawFade, drawRedraw, drawTranslation, drawWalk } from "./animated.ts";
import { drawDeepSmooth, drawDeepThin } from "./deep.ts";
import { drawPixelArt, drawPoster, drawVector } from "./graphic.ts";
import {
  drawBlockCheck,
  drawChromaClash,
  drawDiagonal,
  drawSolid,
  drawTextOnFlat,
  drawThinGradient,
  drawWhiteNoise,
} from "./pathological.ts";
import { drawDusk, drawLandscape, drawNightStreet } from "./photo.ts";
import { drawPages, drawScreenshot } from "./text.ts";
import { drawAlphaEdge, drawOverlay, drawSprite } from "./transparent.ts";

export const GENERATORS = {
  photo_gradient: drawDusk,
  photo_perlin: drawLandscape,
  photo_noise: drawNightStreet,
  graphic_geometric: drawPoster,
  graphic_palette: drawPixelArt,
  text_screenshot: drawScreenshot,
  text_pages: drawPages,
  transparent_overlay: drawOverlay,
  transparent_sprite: drawSprite,
  animated_translation: drawTranslation,
  animated_fade: drawFade,
  animated_sprite_static: drawWalk,
  animated_redraw: drawRedraw,
  deep_color_smooth: drawDeepSmooth,
  deep_color_thin_gradient: drawDeepThin,
  vector: drawVector,
  path_thin_gradient: drawThinGradient,
  path_text_on_flat: drawTextOnFlat,
  path_chroma_clash: drawChromaClash,
  sharp_diagonal: drawDiagonal,
  block_aligned_check: drawBlockCheck,
  white_noise: drawWhiteNoise,
  solid_fill: drawSolid,
  alpha_edge_sprite: drawAlphaEdge,
} as const satisfies Readonly<Record<string, Generator>>;

export type GeneratorName = keyof typeof GENERATORS;
