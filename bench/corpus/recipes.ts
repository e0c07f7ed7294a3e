// Every way to make a file of a picture, by the ending it gives the file's name; decides formats and settings, not which picture gets them.

import type {
  AvifOptions,
  GifOptions,
  JpegOptions,
  PngOptions,
  TiffOptions,
  WebpOptions,
} from "sharp";

interface SharpSettings {
  readonly jpeg: JpegOptions;
  readonly png: PngOptions;
  readonly webp: WebpOptions;
  readonly avif: AvifOptions;
  readonly gif: GifOptions;
  readonly tiff: TiffOptions;
}

/** What goes around the pixels, or turns them into another space, before sharp writes them. */
export interface Finish {
  /** EXIF orientation, 1–8. */
  readonly orientation?: number;
  /** Pixels are converted to the profile, and it is embedded. */
  readonly profile?: "p3" | "cmyk" | "adobe-rgb";
  readonly space?: "b-w" | "rgb16" | "cmyk";
}

type BySharp = {
  [Format in keyof SharpSettings]: {
    readonly by: "sharp";
    readonly format: Format;
    readonly settings: SharpSettings[Format];
  } & Finish;
}[keyof SharpSettings];

/** Files that we write ourselves; their writers are in encode.ts. */
export type OwnWriter = "bmp24" | "bmp8" | "bmp32" | "apng" | "svg";

interface ByUs {
  readonly by: OwnWriter;
  readonly format: "bmp" | "png" | "svg";
}

export type Recipe = (BySharp | ByUs) & { readonly tags?: readonly string[] };

const JPEG = {
  by: "sharp",
  format: "jpeg",
  settings: { quality: 85 },
} as const;
const PNG = { by: "sharp", format: "png", settings: {} } as const;
const WEBP = {
  by: "sharp",
  format: "webp",
  settings: { quality: 80 },
} as const;
/** Effort 2 of 9: the corpus is built for its pixels, not for small AVIF files; 4 takes 6 times as long. */
const AVIF = {
  by: "sharp",
  format: "avif",
  settings: { quality: 60, effort: 2 },
} as const;
const TIFF = {
  by: "sharp",
  format: "tiff",
  settings: { compression: "lzw" },
} as const;

export const RECIPES = {
  jpeg: JPEG,
  "444.jpeg": {
    ...JPEG,
    settings: { quality: 92, chromaSubsampling: "4:4:4" },
    tags: ["444"],
  },
  "fine.jpeg": {
    ...JPEG,
    settings: { quality: 98, chromaSubsampling: "4:4:4" },
    tags: ["444"],
  },
  "low.jpeg": { ...JPEG, settings: { quality: 50 }, tags: ["low-quality"] },
  "progressive.jpeg": {
    ...JPEG,
    settings: { quality: 85, progressive: true },
    tags: ["progressive"],
  },
  "gray.jpeg": { ...JPEG, space: "b-w", tags: ["gray"] },
  "cmyk.jpeg": { ...JPEG, profile: "cmyk", tags: ["cmyk", "icc"] },
  /** As old print tools wrote it: the reader has to guess the inks. */
  "bare-cmyk.jpeg": { ...JPEG, space: "cmyk", tags: ["cmyk"] },
  "p3.jpeg": { ...JPEG, profile: "p3", tags: ["icc"] },
  "adobe-rgb.jpeg": { ...JPEG, profile: "adobe-rgb", tags: ["icc"] },
  "exif3.jpeg": { ...JPEG, orientation: 3, tags: ["orientation"] },
  "exif5.jpeg": { ...JPEG, orientation: 5, tags: ["orientation"] },
  "exif6.jpeg": { ...JPEG, orientation: 6, tags: ["orientation"] },
  "exif8.jpeg": { ...JPEG, orientation: 8, tags: ["orientation"] },
  png: PNG,
  "palette.png": {
    ...PNG,
    settings: { palette: true, effort: 2 },
    tags: ["palette"],
  },
  "interlaced.png": {
    ...PNG,
    settings: { progressive: true },
    tags: ["interlaced"],
  },
  "gray.png": { ...PNG, space: "b-w", tags: ["gray"] },
  "p3.png": { ...PNG, profile: "p3", tags: ["icc"] },
  "exif6.png": { ...PNG, orientation: 6, tags: ["orientation"] },
  "16.png": { ...PNG, space: "rgb16", tags: ["deep"] },
  apng: { by: "apng", format: "png", tags: ["animated"] },
  webp: WEBP,
  "lossless.webp": {
    ...WEBP,
    settings: { lossless: true, effort: 2 },
    tags: ["lossless"],
  },
  "adobe-rgb.webp": { ...WEBP, profile: "adobe-rgb", tags: ["icc"] },
  "exif6.webp": { ...WEBP, orientation: 6, tags: ["orientation"] },
  "animated.webp": {
    ...WEBP,
    settings: { quality: 70, effort: 2, loop: 0 },
    tags: ["animated"],
  },
  avif: AVIF,
  "lossless.avif": {
    ...AVIF,
    settings: { lossless: true, effort: 2 },
    tags: ["lossless"],
  },
  "10.avif": {
    ...AVIF,
    space: "rgb16",
    settings: { quality: 70, effort: 2, bitdepth: 10 },
    tags: ["deep"],
  },
  gif: { by: "sharp", format: "gif", settings: { effort: 3 } },
  "animated.gif": {
    by: "sharp",
    format: "gif",
    settings: { effort: 2, loop: 0 },
    tags: ["animated"],
  },
  tiff: TIFF,
  "none.tiff": { ...TIFF, settings: { compression: "none" } },
  "tiled.tiff": {
    ...TIFF,
    settings: { compression: "deflate", tile: true },
    tags: ["tiled"],
  },
  "jpeg.tiff": { ...TIFF, settings: { compression: "jpeg", quality: 85 } },
  "bilevel.tiff": {
    ...TIFF,
    space: "b-w",
    settings: { compression: "ccittfax4", bitdepth: 1 },
    tags: ["bilevel"],
  },
  "16.tiff": { ...TIFF, space: "rgb16", tags: ["deep"] },
  "cmyk.tiff": { ...TIFF, profile: "cmyk", tags: ["cmyk", "icc"] },
  "pages.tiff": {
    ...TIFF,
    settings: { compression: "deflate" },
    tags: ["multi-page"],
  },
  bmp: { by: "bmp24", format: "bmp" },
  "palette.bmp": { by: "bmp8", format: "bmp", tags: ["palette"] },
  "alpha.bmp": { by: "bmp32", format: "bmp" },
  svg: { by: "svg", format: "svg" },
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;
