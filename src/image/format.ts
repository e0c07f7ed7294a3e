// The formats the service knows, by id. Everything else about them is in their rows (codecs/table.ts).

export const FORMAT_IDS = [
  "jpeg",
  "png",
  "webp",
  "avif",
  "heic",
  "bmp",
  "tiff",
  "gif",
  "jxl",
  "svg",
  "svgz",
] as const;

export type FormatId = (typeof FORMAT_IDS)[number];
