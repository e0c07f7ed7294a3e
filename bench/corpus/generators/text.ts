// Draws what is mostly text: a screen with an editor, and pages of a document; decides their layout and words.

import {
  paintFrames,
  paintStill,
  type Generator,
  type Layer,
} from "../picture.ts";
import { below, randomFrom, type Random } from "../random.ts";
import { disc, fill, rectangle, rounded, text, type Color } from "../shapes.ts";

const WORDS =
  'the image is read by rows and written in blocks; const width = 640; return sum / count; // edge of a page, 24% of all { light } falls (on) paper [0] as ink & noise: "quote" it\'s plain + small'.split(
    " ",
  );

const INKS: readonly Color[] = [
  [212, 212, 212],
  [86, 156, 214],
  [206, 145, 120],
  [106, 153, 85],
  [220, 220, 170],
];

function words(random: Random, count: number): string {
  return Array.from(
    { length: count },
    () => WORDS[below(random, WORDS.length)] ?? "",
  ).join(" ");
}

/** An editor's window: bars, a list of files, colored lines of text, buttons; smooth glyph edges. */
export const drawScreenshot: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    const { width, height } = layer;
    const random = randomFrom(order.seed);
    const side = Math.round(width * 0.2);
    fill(layer, rectangle(0, 0, width, height), [30, 30, 30]);
    fill(layer, rectangle(0, 0, side, height), [37, 37, 38]);
    fill(layer, rectangle(0, 0, width, 28), [60, 60, 60]);
    fill(layer, rectangle(0, height - 20, width, 20), [0, 122, 204]);
    const dots: readonly Color[] = [
      [255, 95, 86],
      [255, 189, 46],
      [39, 201, 63],
    ];
    dots.forEach((dot, index) =>
      fill(layer, disc(16 + index * 18, 14, 5.5), dot),
    );
    fill(
      layer,
      text(width * 0.4, 8, 1.6, "corpus.ts - darkroom"),
      [204, 204, 204],
    );
    fill(
      layer,
      text(8, height - 15, 1.4, "main*  0 errors  Ln 42, Col 7"),
      [255, 255, 255],
    );
    drawFileList(layer, random, side);
    drawLines(layer, random, side);
    fill(layer, rounded(width - 120, height - 64, 100, 30, 6), [14, 99, 156]);
    fill(layer, text(width - 102, height - 55, 1.7, "Commit"), [255, 255, 255]);
  });

function drawFileList(layer: Layer, random: Random, side: number): void {
  for (let y = 40; y < layer.height - 40; y += 18) {
    const isChosen = y === 94;
    if (isChosen) fill(layer, rectangle(0, y - 4, side, 18), [9, 71, 113]);
    fill(layer, rounded(10, y, 9, 10, 2), [197, 134, 60]);
    fill(
      layer,
      text(25, y, 1.4, words(random, 2).slice(0, 14)),
      [200, 200, 200],
    );
  }
}

function drawLines(layer: Layer, random: Random, side: number): void {
  let number = 1;
  for (let y = 38; y < layer.height - 32; y += 16) {
    fill(
      layer,
      text(side + 8, y, 1.5, String(number++).padStart(3)),
      [133, 133, 133],
    );
    let x = side + 48 + below(random, 4) * 18;
    for (let span = below(random, 5); span > 0; span--) {
      const run = words(random, 1 + below(random, 3));
      const ink = INKS[below(random, INKS.length)] ?? [255, 255, 255];
      fill(layer, text(x, y, 1.5, run), ink);
      x += (run.length + 1) * 9;
    }
  }
}

/** Pages of a document, black on white, one a frame: heading, paragraphs, page number. */
export const drawPages: Generator = (order) =>
  paintFrames(
    order,
    3,
    () => 0,
    (layer, page) => {
      const { width, height } = layer;
      const random = randomFrom(order.seed + page);
      const ink: Color = [0, 0, 0];
      fill(layer, rectangle(0, 0, width, height), [255, 255, 255]);
      fill(layer, text(40, 36, 3, `${page + 1}. ${words(random, 2)}`), ink);
      for (let y = 84; y < height - 60; y += 16) {
        const isGap = below(random, 7) === 0;
        const fits = Math.floor((width - 80) / 9);
        if (!isGap)
          fill(layer, text(40, y, 1.5, words(random, 16).slice(0, fits)), ink);
      }
      fill(layer, text(width / 2, height - 36, 1.5, String(page + 1)), ink);
    },
  );
