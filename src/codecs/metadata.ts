// The data that travels beside an image's pixels, as every container's reader and writer exchange it.

/** Blocks of metadata found in, or to be put into, a file. Absent means there is none. */
export interface Metadata {
  /** A TIFF structure, without the "Exif\0\0" that JPEG puts before it. */
  readonly exif?: Uint8Array;
  /** The XMP packet, UTF-8. */
  readonly xmp?: Uint8Array;
  /** JPEG's extended XMP, segment payloads after the signature, in file order (XMP part 3, 1.1.3.1). */
  readonly extendedXmp?: readonly Uint8Array[];
  /** Photoshop image resources (IRB), where IPTC-IIM lives, without JPEG's "Photoshop 3.0\0". */
  readonly iptc?: Uint8Array;
  /** Text comments, as bytes. */
  readonly comments?: readonly Uint8Array[];
  /** An ICC profile. */
  readonly icc?: Uint8Array;
}

/** A file with metadata put in, and the kinds for which the container has no home. */
export interface Embedded {
  readonly bytes: Uint8Array;
  readonly dropped: readonly (keyof Metadata)[];
}
