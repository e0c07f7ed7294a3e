// The tags of TIFF that the service knows by number, and which of them a picture cannot do without; decides nothing else.

/** Baseline and extension tags (TIFF 6.0), Adobe's and EXIF's pointers, and the private ones met in real files. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  make: 271,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subDirectories: 330,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  globalParameters: 400,
  chromaSubsampling: 530,
  referenceBlackWhite: 532,
  xmp: 700,
  iptc: 33723,
  photoshop: 34377,
  exifDirectory: 34665,
  icc: 34675,
  gpsDirectory: 34853,
  interopDirectory: 40965,
  dngVersion: 50706,
} as const;

export const COMPRESSION = {
  none: 1,
  ccittRle: 2,
  ccittG3: 3,
  ccittG4: 4,
  lzw: 5,
  oldJpeg: 6,
  jpeg: 7,
  deflate: 8,
  oldDeflate: 32946,
  packBits: 32773,
  zstd: 50000,
  webp: 50001,
} as const;

export const PHOTOMETRIC = {
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  mask: 4,
  separated: 5,
  ycbcr: 6,
  cieLab: 8,
  iccLab: 9,
  ituLab: 10,
  colorFilterArray: 32803,
  linearRaw: 34892,
} as const;

export const SAMPLE_FORMAT = { unsigned: 1, signed: 2, float: 3 } as const;

/** Bits of NewSubfileType (TIFF 6.0 page 36). */
export const SUBFILE = { reduced: 1, mask: 4 } as const;

/** Tags whose values point at directories of their own. */
export const POINTERS: ReadonlySet<number> = new Set([
  TAG.subDirectories,
  TAG.exifDirectory,
  TAG.gpsDirectory,
  TAG.interopDirectory,
  TAG.globalParameters,
]);

/** Where segments lie and how long they are: written anew for every file. */
export const SEGMENT_TAGS: ReadonlySet<number> = new Set([
  TAG.stripOffsets,
  TAG.stripByteCounts,
  TAG.tileOffsets,
  TAG.tileByteCounts,
]);

/**
 * How samples are stored: what an engine's page brings along in the place of
 * the source's own. 292, 293: fax options; 529: YCbCr coefficients; 531: where
 * chroma samples sit.
 */
export const STORAGE_TAGS: ReadonlySet<number> = new Set([
  TAG.imageWidth,
  TAG.imageLength,
  TAG.bitsPerSample,
  TAG.compression,
  TAG.photometric,
  TAG.fillOrder,
  TAG.samplesPerPixel,
  TAG.rowsPerStrip,
  TAG.planarConfiguration,
  292,
  293,
  TAG.predictor,
  TAG.tileWidth,
  TAG.tileLength,
  TAG.sampleFormat,
  TAG.jpegTables,
  529,
  TAG.chromaSubsampling,
  531,
  TAG.referenceBlackWhite,
]);

/** Text and camera tags of a page that belong to its EXIF (CIPA DC-008, table 4): name, description, make, model, software, date, artist, computer, copyright. */
export const EXIF_TEXT_TAGS: ReadonlySet<number> = new Set([
  269, 270, 271, 272, 305, 306, 315, 316, 33432,
]);

/**
 * What a page keeps when metadata is stripped, beside its storage: a list of
 * what is known to be needed, since a private tag may hold anything. Subfile
 * kinds, threshholding and cells, orientation, gray response, min/max samples,
 * resolution, page name, position and number, transfer functions, primaries,
 * color map, halftones, inks, sub-directories, extra samples, sample ranges,
 * LERC and LogLuv parameters, SGI's volume tags, and a map's georeferencing
 * with GDAL's no-data value: a GeoTIFF without them is another file. No camera
 * writes those six.
 */
export const NEEDED_TAGS: ReadonlySet<number> = new Set([
  ...STORAGE_TAGS,
  ...SEGMENT_TAGS,
  ...[254, 255, 263, 264, 265, 274, 280, 281, 282, 283, 285, 286, 287, 290],
  ...[291, 296, 297, 301, 318, 319, 320, 321, 330, 332, 333, 334, 336, 338],
  ...[340, 341, 342, 346, 433, 37439, 50674, 32995, 32996, 32997, 32998],
  ...[33550, 33922, 34264, 34735, 34736, 34737, 42113],
  TAG.icc,
]);
