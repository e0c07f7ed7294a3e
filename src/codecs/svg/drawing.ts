// Readies a sanitized SVG to be drawn at a given size, and refuses what would take for ever to draw.

import type { Size } from "../../image/geometry.ts";
import { bare } from "./address.ts";
import { SVG } from "./allowed.ts";
import { invalid, MAX_DRAWN, MAX_DRAWN_TEXT, tooMuch } from "./limits.ts";
import { canvasOf, type Canvas } from "./size.ts";
import { edited, rootTag, walkXml, type Edit } from "./xml.ts";

/** The text with a root that is `size` pixels large, whatever units it had. */
export function sized(text: string, size: Size): string {
  const root = rootTag(text);
  const canvas = canvasOf(root);
  const fills = fillsCanvas(canvas);
  const replaced = [
    ...["width", "height"],
    ...(canvas.viewBox ? [] : ["viewBox"]),
    ...(fills ? ["preserveAspectRatio"] : []),
  ];
  const edits: Edit[] = root.attributes
    .filter(({ name }) => replaced.includes(name))
    .map(({ start, end }) => ({ start, end, by: "" }));
  const style = root.attributes.find(({ name }) => name === "style");
  if (style) {
    // In style, sizes outrank the attributes.
    const at = style.raw.end;
    const by = `;width:${size.width}px;height:${size.height}px`;
    edits.push({ start: at, end: at, by });
  }
  const at = root.start + 1 + root.name.length;
  const attributes = [
    root.uri === "" ? ` xmlns="${SVG}"` : "",
    ` width="${size.width}" height="${size.height}"`,
    canvas.viewBox ? "" : ` viewBox="0 0 ${canvas.width} ${canvas.height}"`,
    // Else the part of a pixel that rounding adds would be a seam.
    fills ? ' preserveAspectRatio="none"' : "",
  ].join("");
  // libvips looks for "<svg" within the first 1000 bytes: comments there and prefixes would hide it.
  const sign = root.prefix === "" ? "" : "<!--<svg-->";
  edits.unshift(
    { start: 0, end: root.start, by: sign },
    { start: at, end: at, by: attributes },
  );
  return edited(
    text,
    edits.toSorted((a, b) => a.start - b.start),
  );
}

/** Whether the view box has the shape of the picture, within 1 %. */
function fillsCanvas({ width, height, viewBox }: Canvas): boolean {
  if (!viewBox) return true;
  const ratio = (width * viewBox.height) / (height * viewBox.width);
  return Math.abs(ratio - 1) < 0.01;
}

/** An element: what it refers to, and where in the list its last descendant stands. */
interface Node {
  readonly references: readonly string[];
  last: number;
}

/** References within references; beyond, the answer is the same as for too many. */
const MAX_CHAIN = 200;

/**
 * Throws `image_too_large` when drawing would repeat more than MAX_DRAWN
 * elements or lay out too much text. Counts what references of attributes repeat; those made in style
 * sheets are counted once, and a deadline bounds the rest.
 */
export function judgeDrawing(text: string): void {
  const nodes: Node[] = [];
  const byId = new Map<string, number>();
  const path: { readonly index: number; readonly local: string }[] = [];
  let characters = 0;
  walkXml(text, {
    open: ({ local, attributes }) => {
      const references: string[] = [];
      for (const { local: name, value } of attributes) {
        if (name === "id" && !byId.has(value)) byId.set(value, nodes.length);
        else if (name === "href" && local !== "a")
          references.push(bare(value).slice(1));
        else if (value.includes("#")) references.push(...localUrls(value));
      }
      path.push({ index: nodes.length, local });
      nodes.push({ references, last: nodes.length });
    },
    close: () => {
      nodes[path.pop()!.index]!.last = nodes.length - 1;
    },
    text: (value) => {
      if (path.length > 1 && path.at(-1)?.local !== "style")
        characters += value.trim().length;
    },
    cdata: (value) => {
      if (path.at(-1)?.local !== "style") characters += value.length;
    },
  });
  if (characters > MAX_DRAWN_TEXT)
    throw tooMuch("characters of text to draw", MAX_DRAWN_TEXT);

  const known = new Map<number, number>();
  function cost(index: number, chain: number): number {
    const before = known.get(index);
    if (before !== undefined) return before;
    if (chain > MAX_CHAIN) return Number.POSITIVE_INFINITY;
    // A circle draws nothing.
    known.set(index, 0);
    let sum = 0;
    for (let at = index; at <= nodes[index]!.last; at++) {
      sum++;
      for (const id of nodes[at]!.references) {
        const target = byId.get(id);
        if (target !== undefined) sum += cost(target, chain + 1);
      }
      if (sum > MAX_DRAWN) break;
    }
    known.set(index, sum);
    return sum;
  }
  if (nodes.length === 0) throw invalid("is empty");
  if (cost(0, 0) > MAX_DRAWN) throw tooMuch("elements to draw", MAX_DRAWN);
}

function localUrls(value: string): string[] {
  const found = value.matchAll(/url\(\s*(?:["']\s*)?#([^)"'\s]+)/gi);
  return [...found].map(([, id]) => id!);
}
