// Decides how a handful of SIMD loops become the bytes of a WebAssembly
// module; it does not decide what the loops compute.

/** Bytes of a WebAssembly instruction sequence or expression. */
export type Code = readonly number[];

/**
 * A loop over rows of 32-bit floats, four at a time. Its exported function
 * takes `params` byte addresses and, last, the row length in bytes (a positive
 * multiple of 16). Locals, in order: the addresses, the length, the byte
 * position, then `vectors` 128-bit locals, all zero at first.
 */
export interface Kernel {
  readonly params: number;
  readonly vectors: number;
  readonly each: Code;
  readonly after: Code;
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY_BLOCK = 0x40;
const FUNCTION_TYPE = 0x60;
const ALIGNED_TO_FLOAT = 2;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function simd(opcode: number, ...operands: Code[]): Code {
  return [...operands.flat(), 0xfd, ...unsigned(opcode)];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];

/** Moves a value to a local. */
export const set = (local: number, value: Code): Code => [
  ...value,
  0x21,
  ...unsigned(local),
];

/** Copies a value to a local and leaves it on the stack. */
export const tee = (local: number, value: Code): Code => [
  ...value,
  0x22,
  ...unsigned(local),
];

const addIntegers = (a: Code, b: Code): Code => [...a, ...b, 0x6a];

/** The four floats at an address on the stack, plus a constant offset. */
export const load = (address: Code, offset = 0): Code => [
  ...simd(0x00, address),
  ALIGNED_TO_FLOAT,
  ...unsigned(offset),
];

export const store = (address: Code, value: Code, offset = 0): Code => [
  ...simd(0x0b, address, value),
  ALIGNED_TO_FLOAT,
  ...unsigned(offset),
];

/** Address of the current position in the row that starts at parameter `p`. */
export const at = (kernelParams: number, p: number): Code =>
  addIntegers(get(p), get(kernelParams + 1));

/** As `at`, for a row that advances two floats for each float of the others. */
export const atDouble = (kernelParams: number, p: number): Code =>
  addIntegers(at(kernelParams, p), get(kernelParams + 1));

/** The same number in all four lanes. */
export const constant = (value: number): Code => [
  ...simd(0x0c),
  ...new Uint8Array(Float32Array.of(value, value, value, value).buffer),
];

/** Four of the eight floats of `a` then `b`, by index. */
export const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [
  ...simd(0x0d, a, b),
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
];

export const abs = (a: Code): Code => simd(0xe0, a);
export const negate = (a: Code): Code => simd(0xe1, a);
export const sqrt = (a: Code): Code => simd(0xe3, a);
export const add = (a: Code, b: Code): Code => simd(0xe4, a, b);
export const subtract = (a: Code, b: Code): Code => simd(0xe5, a, b);
export const multiply = (a: Code, b: Code): Code => simd(0xe6, a, b);
export const divide = (a: Code, b: Code): Code => simd(0xe7, a, b);

/** The larger of each pair: the variant that is one machine instruction. */
export const larger = (a: Code, b: Code): Code => simd(0xeb, a, b);

// The loop, and its end: advance by one vector, and go on while in the row.
const LOOP = [0x03, EMPTY_BLOCK];
const PLUS_VECTOR = [0x41, 16, 0x6a];
const WHILE_LESS = [0x49, 0x0d, 0];
const END = 0x0b;

function functionBody({ params, vectors, each, after }: Kernel): number[] {
  const length = params;
  const position = params + 1;
  const locals = [2, 1, I32, ...unsigned(vectors), V128];
  const advance = tee(position, [...get(position), ...PLUS_VECTOR]);
  const loop = [...LOOP, ...each, ...advance, ...get(length), ...WHILE_LESS];
  const body = [...locals, ...loop, END, ...after, END];
  return [...unsigned(body.length), ...body];
}

function section(id: number, entries: readonly number[][]): number[] {
  const content = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...new TextEncoder().encode(text)];
}

/**
 * A module with one exported function per kernel, under the kernel's key, that
 * imports its memory as `rows.memory`. Names must be ASCII.
 */
export function encodeModule(
  kernels: Readonly<Record<string, Kernel>>,
): Uint8Array<ArrayBuffer> {
  const all = Object.entries(kernels);
  const types = all.map(([, { params }]) => {
    const inputs = Array.from({ length: params + 1 }, () => I32);
    return [FUNCTION_TYPE, ...unsigned(inputs.length), ...inputs, 0];
  });
  const memory = [...name("rows"), ...name("memory"), 0x02, 0, 1];
  const signatures = all.map((_, index) => unsigned(index));
  const exported = all.map(([key], index) => [
    ...name(key),
    0x00,
    ...unsigned(index),
  ]);
  const bodies = all.map(([, kernel]) => functionBody(kernel));
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, types),
    ...section(2, [memory]),
    ...section(3, signatures),
    ...section(7, exported),
    ...section(10, bodies),
  ]);
}
