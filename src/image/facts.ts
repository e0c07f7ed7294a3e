// What a file is, as read from its header; says nothing of what was asked or what will be done.

import type { FormatId } from "./format.ts";

/** EXIF orientation, 1 to 8 (TIFF 6.0, tag 274): what a viewer must do to the stored raster. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Chroma sampling in the J:a:b notation; "other" is anything a JPEG may declare beyond the named ones. */
export type Chroma = "444" | "440" | "422" | "420" | "411" | "410" | "other";

/** What an embedded ICC profile turned out to be. "broken" profiles cannot be used and are ignored. */
export interface ColorProfile {
  readonly kind: "none" | "srgb" | "other" | "broken";
  /** Data color space of a readable profile. */
  readonly space?: "rgb" | "gray" | "cmyk" | "lab";
  /** Its description, at most 100 characters, when it has one. */
  readonly name?: string;
}

/** Coding-independent code points (ITU-T H.273) of an `nclx` box or a codestream. */
export interface Cicp {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}

/** Pixel density in pixels per inch. */
export interface Density {
  readonly x: number;
  readonly y: number;
}

/** Kinds of data beside the picture. "gps" is an EXIF block with a GPS IFD; "trailing" is data after the image's end. */
export type MetadataKind =
  "exif" | "gps" | "xmp" | "iptc" | "comment" | "thumbnail" | "trailing";

export interface Facts {
  readonly format: FormatId;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Size in pixels of one frame as stored, before `orientation`; a clean aperture is already applied. */
  readonly width: number;
  readonly height: number;
  /** Pixels a decoder holds for one frame, when more than width × height (cropped or tiled storage). */
  readonly codedPixels: number;
  /**
   * Pixels that decoding goes over, where a file may make that many times what
   * it shows: in all scans of all components (JPEG), passes and hidden frames
   * (JPEG XL), parts (HEIF), reduced copies (TIFF).
   */
  readonly scannedPixels?: number;
  /** Bytes that one pixel takes when decoded, where a header may ask for many (TIFF, JPEG XL). */
  readonly pixelBytes?: number;
  readonly orientation: Orientation;
  /** Animation frames, or pages where the format's are no animation (TIFF); at least 1. */
  readonly frames: number;
  /** Of pages: whether all have the size and the kind of samples of the first. */
  readonly uniformPages?: boolean;
  /** Bits per channel: 1 to 16. */
  readonly bitDepth: number;
  readonly color: "gray" | "rgb" | "palette" | "cmyk";
  readonly hasAlpha: boolean;
  readonly profile: ColorProfile;
  readonly cicp?: Cicp;
  /** Whether the pixels were stored with loss. */
  readonly lossy: boolean;
  readonly chroma?: Chroma;
  readonly progressive?: boolean;
  /** The quality the source was encoded at, on its own encoder's usual 1–100 scale, where the header tells. */
  readonly sourceQuality?: number;
  readonly density?: Density;
  /** An HDR gain map travels in the file (Ultra HDR, Apple). */
  readonly hasGainMap: boolean;
  readonly metadata: readonly MetadataKind[];
}
