// What a browser may do with an image that it opens on its own: show it, style and all, and nothing else.

/** Nothing in it may run, load or navigate; inline style is part of many SVGs. */
export const CONTENT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
