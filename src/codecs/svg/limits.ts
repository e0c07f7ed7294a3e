// How much of an SVG is read, kept and drawn; each number says what it bounds.

import { ServiceError } from "../../errors.ts";

/** Bytes of a document, unpacked: an SVGZ of 256 KB may unpack to 256 MB. The largest of 18 real files has 0.5 MB. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** 300,000 siblings take 1.6 s to clean, twice over. */
export const MAX_ELEMENTS = 400_000;
/** libxml2, which draws, refuses more than 256; a document of 200,000 levels is 1.4 MB. */
export const MAX_DEPTH = 250;
/** SVG knows fewer than 300 attributes for all elements together. */
export const MAX_ATTRIBUTES = 500;
/** Characters that entities may stand for in all: "billion laughs" is 3 GB from 800 bytes. */
export const MAX_ENTITY_TEXT = 1024 * 1024;
/** Entities within entities. */
export const MAX_ENTITY_DEPTH = 16;

/** Elements drawn, each as often as references repeat it: 10 levels of ten `<use>` make 10⁹; 300,000 empty groups take 10 s. */
export const MAX_DRAWN = 100_000;
/** Characters of text drawn: 4 million take 1.8 GB and more than a minute. */
export const MAX_DRAWN_TEXT = 50_000;

/** The refusal of a document that passes one of these. */
export function tooMuch(what: string, limit: number): ServiceError {
  return new ServiceError(
    "image_too_large",
    `The SVG has more than ${limit} ${what}.`,
    { limit },
  );
}

export function invalid(reason: string): ServiceError {
  return new ServiceError("invalid_image", `The SVG ${reason}.`);
}
