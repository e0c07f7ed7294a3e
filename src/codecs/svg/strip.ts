// Takes out of a sanitized SVG what describes it and what editors left: comments, metadata, names of other namespaces.

import { isInert } from "./allowed.ts";
import { isSvg } from "./values.ts";
import { edited, walkXml, type Edit, type Span, type Tag } from "./xml.ts";

/** The text without metadata; titles and descriptions are part of the picture to those who cannot see it, and stay. */
export function stripped(text: string): string {
  const edits: Edit[] = [];
  let depth = 0;
  let leftOut: { start: number; depth: number } | undefined;
  const drop = ({ start, end }: Span): void => {
    edits.push({ start, end, by: "" });
  };
  walkXml(text, {
    open: (tag) => {
      if (!leftOut && isMetadata(tag)) leftOut = { start: tag.start, depth };
      depth++;
      if (leftOut) return;
      for (const { prefix, uri, value, start, end } of tag.attributes) {
        const isBinding = prefix === "xmlns" && isInert(value.trim());
        if (isBinding || isInert(uri)) drop({ start, end });
      }
    },
    close: ({ end }) => {
      depth--;
      if (!leftOut || depth > leftOut.depth) return;
      drop({ start: leftOut.start, end });
      leftOut = undefined;
    },
    comment: (_, span) => {
      if (!leftOut) drop(span);
    },
  });
  return edited(text, edits);
}

function isMetadata(tag: Tag): boolean {
  return !isSvg(tag) || tag.local === "metadata";
}
