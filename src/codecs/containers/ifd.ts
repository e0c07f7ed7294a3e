// Reads and patches the directories of a TIFF structure (TIFF 6.0, section 2); decides nothing about what becomes of the tags.

/** A TIFF structure in memory: byte order and where its first directory starts. */
export interface Tiff {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly first: number;
}

/** One directory entry. `value` is where its data starts, inside the entry or outside; `size` is their length in bytes. */
export interface Entry {
  readonly at: number;
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: number;
  readonly size: number;
}

/** A directory: entries whose data lie inside the block, and where the pointer to the next directory stands. */
export interface Directory {
  readonly at: number;
  readonly end: number;
  readonly entries: readonly Entry[];
  /** Offset of the next directory; 0 when there is none. */
  readonly next: number;
  /** Where that offset is written; undefined when the directory is cut short. */
  readonly nextAt: number | undefined;
}

/** Tags of TIFF 6.0 and CIPA DC-008 (EXIF 2.32), tables 4 to 8. */
export const TAG = {
  imageWidth: 0x100,
  imageLength: 0x101,
  stripOffsets: 0x111,
  orientation: 0x112,
  stripByteCounts: 0x117,
  xResolution: 0x11a,
  yResolution: 0x11b,
  resolutionUnit: 0x128,
  thumbnailOffset: 0x201,
  thumbnailLength: 0x202,
  exifDirectory: 0x8769,
  gpsDirectory: 0x8825,
  pixelXDimension: 0xa002,
  pixelYDimension: 0xa003,
} as const;

/** Bytes per value of types 1 to 13 (TIFF 6.0 page 15; 13 is IFD, TIFF technical note 1). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const SHORT = 3;
const LONG = 4;
const ENTRY_BYTES = 12;

/** Opens a TIFF block; undefined when the eight header bytes are not TIFF's. */
export function openTiff(bytes: Uint8Array): Tiff | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const littleEndian = order === 0x4949;
  if (view.getUint16(2, littleEndian) !== 42) return undefined;
  return {
    bytes,
    view,
    littleEndian,
    first: view.getUint32(4, littleEndian),
  };
}

/** The directory at `at`, without the entries that point outside the block; undefined when none can be there. */
export function readDirectory(tiff: Tiff, at: number): Directory | undefined {
  const { view, littleEndian } = tiff;
  if (at < 8 || at + 2 > view.byteLength) return undefined;
  const declared = view.getUint16(at, littleEndian);
  const room = Math.floor((view.byteLength - at - 2) / ENTRY_BYTES);
  const count = Math.min(declared, room);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    const entry = readEntry(tiff, at + 2 + index * ENTRY_BYTES);
    if (entry) entries.push(entry);
  }
  const end = at + 2 + count * ENTRY_BYTES;
  const whole = count === declared && end + 4 <= view.byteLength;
  return {
    at,
    end: whole ? end + 4 : end,
    entries,
    next: whole ? view.getUint32(end, littleEndian) : 0,
    nextAt: whole ? end : undefined,
  };
}

/** The entry of a tag, the first where a directory repeats it. */
export function entryOf(directory: Directory | undefined, tag: number) {
  return directory?.entries.find((entry) => entry.tag === tag);
}

/** The directory a tag points to. */
export function directoryAt(
  tiff: Tiff,
  parent: Directory | undefined,
  tag: number,
): Directory | undefined {
  const offset = wholeNumber(tiff, entryOf(parent, tag));
  return offset === undefined ? undefined : readDirectory(tiff, offset);
}

function readEntry({ view, littleEndian }: Tiff, at: number) {
  const type = view.getUint16(at + 2, littleEndian);
  const count = view.getUint32(at + 4, littleEndian);
  const size = (TYPE_BYTES[type] ?? 0) * count;
  const value = size <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
  if (size === 0 || value + size > view.byteLength) return undefined;
  const tag = view.getUint16(at, littleEndian);
  return { at, tag, type, count, value, size };
}

/** The `index`th value of an entry of whole numbers; undefined for any other type. */
export function wholeNumber(
  { view, littleEndian }: Tiff,
  entry: Entry | undefined,
  index = 0,
): number | undefined {
  if (!entry || index >= entry.count) return undefined;
  if (entry.type === 1) return view.getUint8(entry.value + index);
  if (entry.type === SHORT)
    return view.getUint16(entry.value + index * 2, littleEndian);
  if (entry.type === LONG || entry.type === 13)
    return view.getUint32(entry.value + index * 4, littleEndian);
  return undefined;
}

/** An unsigned rational; undefined for another type or a zero denominator. */
export function rational(
  { view, littleEndian }: Tiff,
  entry: Entry | undefined,
): number | undefined {
  if (entry?.type !== 5) return undefined;
  const denominator = view.getUint32(entry.value + 4, littleEndian);
  if (denominator === 0) return undefined;
  return view.getUint32(entry.value, littleEndian) / denominator;
}

/** Rewrites an entry in place as one whole number, SHORT where it fits and LONG where not. */
export function setWholeNumber(
  { view, littleEndian }: Tiff,
  entry: Entry,
  value: number,
): void {
  const short = value <= 0xffff;
  view.setUint16(entry.at + 2, short ? SHORT : LONG, littleEndian);
  view.setUint32(entry.at + 4, 1, littleEndian);
  view.setUint32(entry.at + 8, 0, littleEndian);
  if (short) view.setUint16(entry.at + 8, value, littleEndian);
  else view.setUint32(entry.at + 8, value, littleEndian);
}
