// Claims about the hand-assembled loops: that they compute what the formulas
// say, each checked against plain arithmetic.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BLUR_TAPS } from "./row-kernels.ts";
import { RowMemory } from "./row-memory.ts";

const COUNT = 32;
const BYTES = COUNT * 4;

function rowsOf(memory: RowMemory, ...rows: number[][]): number[] {
  return rows.map((row) => {
    const address = memory.allocate(row.length);
    memory.floats.set(row, address / 4);
    return address;
  });
}

const series = (length: number, seed: number) =>
  Array.from({ length }, (_, i) => Math.abs(Math.sin(i * 12.9 + seed * 78.2)));

const read = (memory: RowMemory, address: number, count = COUNT) => [
  ...memory.floats.subarray(address / 4, address / 4 + count),
];

function assertClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of actual.entries())
    assert.ok(
      Math.abs(value - expected[i]!) <= tolerance,
      `at ${i}: ${value}, not ${expected[i]}`,
    );
}

const fourthPowers = (values: readonly number[]) =>
  values.reduce((sum, v) => sum + v ** 4, 0);
const total = (values: readonly number[]) => values.reduce((s, v) => s + v, 0);

function laneTotals(memory: RowMemory, out: number, vectors: number): number[] {
  return Array.from({ length: vectors }, (_, i) =>
    total(read(memory, out + i * 16, 4)),
  );
}

test("the blur keeps brightness and has a standard deviation of 1.5", () => {
  const [centre, ...sides] = BLUR_TAPS;
  const spread = sides.reduce((sum, tap, i) => sum + 2 * tap * (i + 1) ** 2, 0);
  assert.ok(Math.abs(centre + 2 * total(sides) - 1) < 1e-12);
  assert.ok(Math.abs(Math.sqrt(spread) - 1.5) < 1e-9);
});

test("luma and opponent agree with cube roots of the opsin matrix", () => {
  const memory = new RowMemory();
  const grey = Array.from({ length: COUNT }, (_, i) => (i / (COUNT - 1)) ** 3);
  const [red, green, blue] = [grey, series(COUNT, 2), grey.toReversed()];
  const [r, g, b] = rowsOf(memory, red, green, blue) as [
    number,
    number,
    number,
  ];
  const [x, y, z, alone] = rowsOf(
    memory,
    ...[0, 1, 2, 3].map(() => series(COUNT, 0)),
  ) as [number, number, number, number];
  memory.kernels.opponent(r, g, b, x, y, z, BYTES);
  memory.kernels.luma(r, g, b, alone, BYTES);
  const bias = 0.0037930732552754493;
  const cone = (i: number, weights: readonly [number, number, number]) =>
    Math.cbrt(
      weights[0] * red[i]! +
        weights[1] * green[i]! +
        weights[2] * blue[i]! +
        bias,
    ) - Math.cbrt(bias);
  const expected = red.map((_, i) => {
    const long = cone(i, [0.3, 0.622, 0.078]);
    const medium = cone(i, [0.23, 0.692, 0.078]);
    const short = cone(
      i,
      [0.24342268924547819, 0.20476744424496821, 0.5518098665095535],
    );
    const luma = (long + medium) / 2;
    return [
      7 * (long - medium) + 0.42,
      luma + 0.01,
      short - luma + 0.55,
    ] as const;
  });
  assertClose(
    read(memory, x),
    expected.map((e) => e[0]),
    5e-5,
  );
  assertClose(
    read(memory, y),
    expected.map((e) => e[1]),
    5e-6,
  );
  assertClose(
    read(memory, z),
    expected.map((e) => e[2]),
    1e-5,
  );
  assert.deepEqual(read(memory, alone), read(memory, y));
});

test("both blurs are convolutions with the taps", () => {
  const memory = new RowMemory();
  const source = series(COUNT + 8, 1);
  const [along, target] = rowsOf(memory, source, series(COUNT, 0)) as [
    number,
    number,
  ];
  memory.kernels.blurAlong(along, target, BYTES);
  const convolved = (at: (offset: number) => number) =>
    Array.from({ length: 9 }, (_, i) => i - 4).reduce(
      (sum, offset) => sum + BLUR_TAPS[Math.abs(offset)]! * at(offset),
      0,
    );
  assertClose(
    read(memory, target),
    Array.from({ length: COUNT }, (_, i) =>
      convolved((offset) => source[i + 4 + offset]!),
    ),
    1e-6,
  );
  const rows = Array.from({ length: 9 }, (_, i) => series(COUNT, i));
  memory.kernels.blurAcross(...rowsOf(memory, ...rows), target, BYTES);
  assertClose(
    read(memory, target),
    Array.from({ length: COUNT }, (_, i) =>
      convolved((offset) => rows[offset + 4]![i]!),
    ),
    1e-6,
  );
});

test("structure is the reference's error, from one blur fewer", () => {
  const memory = new RowMemory();
  const [a, b] = [series(COUNT, 3), series(COUNT, 4)];
  // Any second moments that some pixels could have.
  const s11 = a.map((v, i) => v * v + 0.02 + 0.01 * (i % 5));
  const s22 = b.map((v, i) => v * v + 0.02 + 0.01 * (i % 7));
  const s12 = a.map((v, i) => v * b[i]! + 0.005 * ((i % 3) - 1));
  const out = memory.allocate(8);
  const inputs = rowsOf(
    memory,
    a,
    b,
    s11.map((v, i) => v + s22[i]!),
    s11.map((v, i) => v + s22[i]! - 2 * s12[i]!),
  );
  memory.kernels.structure(...inputs, out, BYTES);
  const errors = a.map((v, i) => {
    const w = b[i]!;
    const covariance = 2 * (s12[i]! - v * w) + 0.0009;
    const variances = s11[i]! - v * v + s22[i]! - w * w + 0.0009;
    return Math.max(0, 1 - ((1 - (v - w) ** 2) * covariance) / variances);
  });
  const expected = [total(errors), fourthPowers(errors)];
  assertClose(laneTotals(memory, out, 2), expected, 1e-4);
});

test("edges splits added from lost contrast", () => {
  const memory = new RowMemory();
  const rows = [5, 6, 7, 8].map((seed) => series(COUNT, seed));
  const out = memory.allocate(16);
  memory.kernels.edges(...rowsOf(memory, ...rows), out, BYTES);
  const [a, blurredA, b, blurredB] = rows as [
    number[],
    number[],
    number[],
    number[],
  ];
  const ratios = a.map(
    (v, i) =>
      (1 + Math.abs(b[i]! - blurredB[i]!)) / (1 + Math.abs(v - blurredA[i]!)) -
      1,
  );
  const added = ratios.map((r) => Math.max(r, 0));
  const lost = ratios.map((r) => Math.max(-r, 0));
  assertClose(
    laneTotals(memory, out, 4),
    [total(added), fourthPowers(added), total(lost), fourthPowers(lost)],
    1e-5,
  );
});

test("squares and halve do as they are called", () => {
  const memory = new RowMemory();
  const [a, b] = [series(2 * COUNT, 9), series(2 * COUNT, 10)];
  const [top, bottom] = rowsOf(memory, a, b) as [number, number];
  const [sum, difference] = rowsOf(memory, a, b) as [number, number];
  memory.kernels.squares(top, bottom, sum, difference, BYTES);
  const firsts = a.slice(0, COUNT);
  assertClose(
    read(memory, sum),
    firsts.map((v, i) => v ** 2 + b[i]! ** 2),
    1e-6,
  );
  assertClose(
    read(memory, difference),
    firsts.map((v, i) => (v - b[i]!) ** 2),
    1e-6,
  );
  memory.kernels.halve(top, bottom, sum, BYTES);
  assertClose(
    read(memory, sum),
    firsts.map(
      (_, i) => (a[2 * i]! + a[2 * i + 1]! + b[2 * i]! + b[2 * i + 1]!) / 4,
    ),
    1e-6,
  );
});
