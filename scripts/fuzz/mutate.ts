// Damages files the ways that break parsers: single bits, lengths and counts, pieces that are missing, doubled or another file's.

import type { Dice } from "./random.ts";

/** Values that counts and lengths break at. */
const EDGES: readonly number[] = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
  0xfffffffe, 0xffffffff,
];
/** Bytes within which a file's structure mostly stands: headers are hit as often as all the rest. */
const HEAD_BYTES = 512;

type Mutation = (file: Uint8Array, other: Uint8Array, dice: Dice) => Uint8Array;

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "flip-bits": (file, _, dice) => {
    const made = file.slice();
    for (let count = 1 + dice.below(8); count > 0; count--) {
      made[placeIn(made, dice)]! ^= 1 << dice.below(8);
    }
    return made;
  },
  "edge-value": (file, _, dice) => {
    const made = file.slice();
    const bytes = dice.oneOf([1, 2, 4]);
    const at = Math.min(placeIn(made, dice), Math.max(0, made.length - bytes));
    const value = dice.oneOf(EDGES);
    const bigEndian = dice.chance(0.5);
    for (let index = 0; index < bytes && at + index < made.length; index++) {
      const shift = 8 * (bigEndian ? bytes - 1 - index : index);
      made[at + index] = (value >>> shift) & 255;
    }
    return made;
  },
  "cut-off": (file, _, dice) => file.slice(0, dice.below(file.length)),
  "leave-out": (file, _, dice) => {
    const [from, to] = pieceOf(file, dice);
    return joined(file.subarray(0, from), file.subarray(to));
  },
  double: (file, _, dice) => {
    const [from, to] = pieceOf(file, dice);
    return joined(file.subarray(0, to), file.subarray(from));
  },
  "fill-with": (file, _, dice) => {
    const [from, to] = pieceOf(file, dice);
    return file.slice().fill(dice.oneOf([0, 0x20, 0x7f, 0xff]), from, to);
  },
  "splice-in": (file, other, dice) => {
    const at = placeIn(file, dice);
    const [from, to] = pieceOf(other, dice);
    const rest = dice.chance(0.5) ? file.subarray(at) : new Uint8Array();
    return joined(file.subarray(0, at), other.subarray(from, to), rest);
  },
  append: (file, other) => joined(file, other),
};

/** A damaged file, and the ways in which it was. */
export function mutate(
  file: Uint8Array,
  other: Uint8Array,
  dice: Dice,
): { readonly bytes: Uint8Array; readonly ways: readonly string[] } {
  let bytes = file;
  const ways: string[] = [];
  for (let count = 1 + dice.below(3); count > 0; count--) {
    const way = dice.oneOf(Object.keys(MUTATIONS));
    if (bytes.length === 0) break;
    bytes = MUTATIONS[way]!(bytes, other, dice);
    ways.push(way);
  }
  return { bytes, ways };
}

function placeIn(file: Uint8Array, dice: Dice): number {
  const within = dice.chance(0.5) ? HEAD_BYTES : file.length;
  return dice.below(Math.min(within, file.length));
}

function pieceOf(file: Uint8Array, dice: Dice): [from: number, to: number] {
  const from = placeIn(file, dice);
  const most = dice.oneOf([8, 64, 1024, file.length]);
  return [from, Math.min(file.length, from + 1 + dice.below(most))];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
