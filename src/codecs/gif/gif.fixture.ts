// Builds GIF files block by block for tests: any structure, sound or not, with stored (never compressed) pixels.

/** A color table: 2, 4, … 256 colors of 3 bytes. */
export type Palette = readonly (readonly [number, number, number])[];

export interface Frame {
  readonly left?: number;
  readonly top?: number;
  readonly width: number;
  readonly height: number;
  /** Palette indices, row by row; all 0 when absent. */
  readonly pixels?: readonly number[];
  readonly palette?: Palette;
  readonly transparent?: number;
  /** Hundredths of a second. */
  readonly delay?: number;
  /** 1 keep, 2 restore to background, 3 restore to previous. */
  readonly disposal?: number;
  readonly interlaced?: boolean;
  /** Extensions that stand before the frame's own graphic control. */
  readonly before?: readonly Uint8Array[];
}

export interface Animation {
  readonly version?: "87a" | "89a";
  readonly width: number;
  readonly height: number;
  readonly palette?: Palette;
  readonly background?: number;
  /** Extensions behind the global palette. */
  readonly blocks?: readonly Uint8Array[];
  readonly frames: readonly Frame[];
  /** What follows the last frame; a trailer when absent. */
  readonly end?: Uint8Array;
}

export const COLORS: Palette = [
  [255, 0, 0],
  [0, 160, 0],
  [20, 20, 220],
  [250, 250, 250],
];

const TRAILER = Uint8Array.of(0x3b);

export function gif(animation: Animation): Uint8Array {
  const { width, height, palette = COLORS, frames } = animation;
  return join(
    Buffer.from(`GIF${animation.version ?? "89a"}`, "latin1"),
    words(width, height),
    Uint8Array.of(tableFlag(palette), animation.background ?? 0, 0),
    tableBytes(palette),
    ...(animation.blocks ?? []),
    ...frames.flatMap((frame) => frameBlocks(frame, palette)),
    animation.end ?? TRAILER,
  );
}

/** One frame of `width` × `height` pixels of color 0. */
export function still(width: number, height: number): Uint8Array {
  return gif({ width, height, frames: [{ width, height }] });
}

/** A still scene of grays, `grain` levels up and down in every frame: the same in every run. */
export function grainy(scene: {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly grain: number;
}): Uint8Array {
  const { width, height, frames, grain } = scene;
  const palette: Palette = Array.from({ length: 256 }, (_, at) => [at, at, at]);
  let seed = 1;
  const noise = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
    return ((seed >>> 24) % (2 * grain + 1)) - grain;
  };
  const frame = (): Frame => ({
    width,
    height,
    delay: 8,
    pixels: Array.from({ length: width * height }, (_, at) =>
      Math.round(
        100 + 60 * Math.sin((at % width) / 9 + at / width / 7) + noise(),
      ),
    ),
  });
  return gif({
    width,
    height,
    palette,
    blocks: [],
    frames: Array.from({ length: frames }, frame),
  });
}

export function extension(label: number, ...payload: Uint8Array[]): Uint8Array {
  return join(Uint8Array.of(0x21, label), ...payload, Uint8Array.of(0));
}

/** Data in sub-blocks of at most 255 bytes, without the terminator. */
export function subBlocks(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(Uint8Array.of(part.length), part);
  }
  return join(...parts);
}

export const text = (value: string): Uint8Array =>
  new Uint8Array(Buffer.from(value, "latin1"));

export const comment = (value: string): Uint8Array =>
  extension(0xfe, subBlocks(text(value)));

/** `name` is 11 characters: identifier and authentication code. */
export const application = (
  name: string,
  ...payload: Uint8Array[]
): Uint8Array => extension(0xff, subBlocks(text(name)), ...payload);

export const loop = (count: number): Uint8Array =>
  application("NETSCAPE2.0", Uint8Array.of(3, 1), words(count));

/** XMP as Adobe lays it: the packet bare, then 256 bytes that lead a reader of sub-blocks to the end (XMP part 3, 1.1.2). */
export function xmp(packet: string): Uint8Array {
  const magic = Uint8Array.from({ length: 257 }, (_, at) =>
    at === 0 ? 1 : 256 - at,
  );
  return application("XMP DataXMP", text(packet), magic);
}

export const icc = (profile: Uint8Array): Uint8Array =>
  application("ICCRGBG1012", subBlocks(profile));

export const plainText = (value: string): Uint8Array =>
  extension(
    0x01,
    Uint8Array.of(12),
    words(0, 0, 16, 8),
    Uint8Array.of(8, 8, 1, 0),
    subBlocks(text(value)),
  );

function frameBlocks(frame: Frame, globalPalette: Palette): Uint8Array[] {
  const { width, height, palette } = frame;
  const bits = Math.max(2, Math.log2((palette ?? globalPalette).length));
  const pixels = frame.pixels ?? Array<number>(width * height).fill(0);
  const flags =
    (palette ? tableFlag(palette) : 0) | (frame.interlaced ? 0x40 : 0);
  const hasControl =
    frame.transparent !== undefined ||
    frame.delay !== undefined ||
    frame.disposal !== undefined;
  return [
    ...(frame.before ?? []),
    ...(hasControl ? [graphicControl(frame)] : []),
    Uint8Array.of(0x2c),
    words(frame.left ?? 0, frame.top ?? 0, width, height),
    Uint8Array.of(flags),
    ...(palette ? [tableBytes(palette)] : []),
    Uint8Array.of(bits),
    subBlocks(
      stored(frame.interlaced ? interlace(frame, pixels) : pixels, bits),
    ),
    Uint8Array.of(0),
  ];
}

function graphicControl(frame: Frame): Uint8Array {
  const flags =
    ((frame.disposal ?? 0) << 2) | (frame.transparent === undefined ? 0 : 1);
  return extension(
    0xf9,
    Uint8Array.of(4, flags),
    words(frame.delay ?? 0),
    Uint8Array.of(frame.transparent ?? 0),
  );
}

/** Rows in the order of the four passes (GIF89a, appendix E). */
function interlace(
  { width, height }: Frame,
  pixels: readonly number[],
): number[] {
  const rows: number[] = [];
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const)
    for (let row = start; row < height; row += step)
      rows.push(...pixels.slice(row * width, (row + 1) * width));
  return rows;
}

/** Codes of one width: the table is cleared before it would grow them. */
function stored(pixels: readonly number[], bits: number): Uint8Array {
  const clear = 2 ** bits;
  const codes = pixels.flatMap((pixel, at) =>
    at % (clear - 2) === 0 ? [clear, pixel] : [pixel],
  );
  const bytes: number[] = [];
  let buffer = 0;
  let held = 0;
  for (const code of [...codes, clear + 1]) {
    buffer |= code << held;
    held += bits + 1;
    for (; held >= 8; held -= 8, buffer >>= 8) bytes.push(buffer & 255);
  }
  return Uint8Array.from(held > 0 ? [...bytes, buffer] : bytes);
}

function tableFlag(palette: Palette): number {
  return 0x80 | (Math.log2(palette.length) - 1);
}

function tableBytes(palette: Palette): Uint8Array {
  return Uint8Array.from(palette.flat());
}

function words(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 255, value >> 8]));
}

function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A faint pattern of 3 px squares, another one in each frame: near enough to stand, and yet to be seen. */
export function patterned(scene: {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}): Uint8Array {
  const { width, height, frames } = scene;
  const palette: Palette = Array.from({ length: 256 }, (_, at) => [at, at, at]);
  const valueAt = (x: number, y: number, turn: number): number =>
    128 + Math.round(5 * Math.sin(x * (7.1 + turn) + (3 + turn) * 1.7 * y));
  const frame = (turn: number): Frame => ({
    ...{ width, height, delay: 8 },
    pixels: Array.from({ length: width * height }, (_, at) =>
      valueAt(Math.floor((at % width) / 3), Math.floor(at / width / 3), turn),
    ),
  });
  return gif({
    ...{ width, height, palette, blocks: [] },
    frames: Array.from({ length: frames }, (_, turn) => frame(turn)),
  });
}
