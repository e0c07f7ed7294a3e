// Fractal gradient noise (Perlin 2002) by rows; decides textures, not what is painted with them. Only + − × ÷, so results are equal everywhere.

import { hashAt } from "./random.ts";

export interface NoiseShape {
  readonly width: number;
  /** Pixels between the grid's points in the first octave; halved in each that follows. */
  readonly cell: number;
  readonly octaves: number;
  readonly seed: number;
}

/** √½ as a ratio that everyone rounds alike; the pins depend on it. */
const DIAGONAL = 7071 / 10_000;
const GRADIENTS: readonly (readonly [number, number])[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [DIAGONAL, DIAGONAL],
  [-DIAGONAL, DIAGONAL],
  [DIAGONAL, -DIAGONAL],
  [-DIAGONAL, -DIAGONAL],
];

/**
 * Gives the noise of row `y`, about −1 to 1, half the amplitude for half the
 * cell: a spectrum of 1/f, as in photos. The row is reused by the next call.
 */
export function fractalNoise(shape: NoiseShape): (y: number) => Float64Array {
  const row = new Float64Array(shape.width);
  return (y) => {
    row.fill(0);
    for (let octave = 0; octave < shape.octaves; octave++) {
      const share = 1 / (1 << octave);
      addOctave(row, y, shape.cell * share, share, shape.seed + octave);
    }
    return row;
  };
}

/** Adds one octave of row `y`, cell by cell, so that a cell's corners are hashed once. */
function addOctave(
  row: Float64Array,
  y: number,
  cell: number,
  amplitude: number,
  seed: number,
): void {
  const cellY = Math.floor(y / cell);
  const downward = y / cell - cellY;
  const blendY = fade(downward);
  let [ax, ay] = gradientAt(0, cellY, seed);
  let [cx, cy] = gradientAt(0, cellY + 1, seed);
  for (let cellX = 0; cellX * cell < row.length; cellX++) {
    const [bx, by] = gradientAt(cellX + 1, cellY, seed);
    const [dx, dy] = gradientAt(cellX + 1, cellY + 1, seed);
    const start = Math.ceil(cellX * cell);
    const end = Math.min(Math.ceil((cellX + 1) * cell), row.length);
    for (let x = start; x < end; x++) {
      const across = x / cell - cellX;
      const blendX = fade(across);
      const a = ax * across + ay * downward;
      const b = bx * (across - 1) + by * downward;
      const c = cx * across + cy * (downward - 1);
      const d = dx * (across - 1) + dy * (downward - 1);
      const top = a + blendX * (b - a);
      const bottom = c + blendX * (d - c);
      row[x] = (row[x] ?? 0) + amplitude * (top + blendY * (bottom - top));
    }
    [ax, ay, cx, cy] = [bx, by, dx, dy];
  }
}

function gradientAt(
  x: number,
  y: number,
  seed: number,
): readonly [number, number] {
  return GRADIENTS[hashAt(x, y, seed) & 7] ?? [0, 0];
}

/** Perlin's quintic: first and second derivatives are 0 at 0 and 1. */
function fade(at: number): number {
  return at * at * at * (at * (at * 6 - 15) + 10);
}
