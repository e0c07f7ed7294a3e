// Lists what of an SVG others rely on and a drawing does not show: names, descriptions, size, animation.

import { ANIMATIONS } from "./allowed.ts";
import { walkXml } from "./xml.ts";

const ROOT = ["width", "height", "viewBox", "preserveAspectRatio"];
/** Paint that no shape uses, and its parts: other files cannot use it either (only Firefox would let them). */
const UNNAMED = ["defs", "stop", "linearGradient", "radialGradient", "pattern"];
const ANYWHERE = /^(id|role|lang|systemLanguage|tabindex|(aria|data)-.*)$/;

/** Whether `made` still has all of `source` that may be referred to, read aloud, or moves. */
export function keepsAll(source: string, made: string): boolean {
  const left = survivorsOf(made);
  for (const [what, count] of survivorsOf(source)) {
    if ((left.get(what) ?? 0) < count) return false;
  }
  return true;
}

function survivorsOf(text: string): Map<string, number> {
  const found = new Map<string, number>();
  const add = (what: string): void => {
    found.set(what, (found.get(what) ?? 0) + 1);
  };
  const path: string[] = [];
  walkXml(text, {
    open: ({ local, attributes }) => {
      if (ANIMATIONS.has(local)) add(local);
      for (const { name, value } of attributes) {
        if (name === "id" && UNNAMED.includes(local)) continue;
        if (ANYWHERE.test(name)) add(`${name}=${value.trim()}`);
        // Their values may be rounded; the header is compared elsewhere.
        else if (path.length === 0 && ROOT.includes(name)) add(name);
      }
      path.push(local);
    },
    close: () => {
      path.pop();
    },
    text: (value) => {
      const parent = path.at(-1);
      if (parent === "title" || parent === "desc")
        add(`${parent}:${value.trim()}`);
    },
  });
  return found;
}
