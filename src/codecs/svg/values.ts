// Decides whether one attribute may stay as it is, by its name and value; style lists are cut elsewhere.

import { bare, isLocal, isRaster } from "./address.ts";
import {
  ADDRESSES,
  ANIMATIONS,
  ATTRIBUTES,
  EMBEDDING,
  isInert,
  NOT_ANIMATED,
  PRESENTATION,
  SVG,
  XLINK,
  XML,
} from "./allowed.ts";
import { holdsBadWords, isFineStyle } from "./css.ts";
import type { Attribute, Tag } from "./xml.ts";

export const isSvg = ({ uri }: { readonly uri: string }): boolean =>
  uri === SVG || uri === "";

export function mayStay(attribute: Attribute, tag: Tag): boolean {
  const { name, prefix, local, uri, value } = attribute;
  if (prefix === "xmlns" || name === "xmlns") return isKnownSpace(value.trim());
  if (/^on/i.test(local)) return false;
  if (local === "href" && (uri === "" || uri === XLINK)) {
    return (
      isLocal(value) ||
      (isSvg(tag) && EMBEDDING.has(tag.local) && isRaster(value))
    );
  }
  return isKnownName(attribute, tag) && isFineValue(attribute);
}

function isKnownSpace(uri: string): boolean {
  return [SVG, XLINK, XML, ""].includes(uri) || isInert(uri);
}

function isKnownName({ local, uri }: Attribute, tag: Tag): boolean {
  if (uri === "") {
    if (!isSvg(tag)) return !ADDRESSES.has(local.toLowerCase());
    return (
      ATTRIBUTES.has(local) ||
      PRESENTATION.has(local) ||
      /^(data|aria)-[\w.-]+$/.test(local)
    );
  }
  if (uri === XLINK) return local === "title";
  if (uri === XML) return local === "space" || local === "lang";
  return isInert(uri) && !ADDRESSES.has(local.toLowerCase());
}

function isFineValue({ local, uri, value }: Attribute): boolean {
  if (uri === "" && PRESENTATION.has(local)) return isFineStyle(value);
  return !/[:(@\\<]/.test(value) || !holdsBadWords(value);
}

/** What an animation gives its target: no address of any kind. */
const MOVED_BADLY = /(java|vb)script:|data:|url\(|https?:|\/\//i;
const CARRIERS = ["from", "to", "values", "by"];

/** Whether an animation reaches only what has no address and runs nothing; other elements always may. */
export function movesSafely({ local, attributes }: Tag): boolean {
  if (!ANIMATIONS.has(local)) return true;
  return attributes.every(({ local: name, value }) => {
    if (name === "attributeName") {
      const target = value.trim();
      return (
        (ATTRIBUTES.has(target) || PRESENTATION.has(target)) &&
        !NOT_ANIMATED.has(target)
      );
    }
    if (!CARRIERS.includes(name)) return true;
    return !MOVED_BADLY.test(bare(value)) && isFineStyle(value);
  });
}
