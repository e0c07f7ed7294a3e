// Claims about loops made into WebAssembly: every operation computes what it is named for, four floats at a time.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  abs,
  add,
  at,
  atDouble,
  constant,
  divide,
  get,
  larger,
  load,
  multiply,
  negate,
  set,
  shuffle,
  sqrt,
  store,
  subtract,
  tee,
  type Code,
  type Kernel,
} from "./encoding.ts";
import { VectorMemory } from "./memory.ts";

const A = [1, -2.5, 9, 0.125, 4, -0.75, 1e6, 3];
const B = [3, 0.5, -9, 8, -4, 2, 1e-3, 3];
const params = 3;
const [a, b] = [load(at(params, 0)), load(at(params, 1))];

/** What a loop with this expression makes of two rows. */
function made(expression: Code, vectors = 0): number[] {
  const each = store(at(params, 2), expression);
  const kernel: Kernel = { params, vectors, each, after: [] };
  return ran(kernel, A.length);
}

function ran(kernel: Kernel, floats: number): number[] {
  const memory = new VectorMemory({ kernel });
  const addresses = [A, B].map((row) => {
    const address = memory.allocate(A.length * 2);
    memory.floats.set(row, address / 4);
    return address;
  });
  const result = memory.allocate(floats);
  memory.kernels.kernel(...addresses, result, A.length * 4);
  return Array.from(memory.floats.subarray(result / 4, result / 4 + floats));
}

const operations: readonly (readonly [
  name: string,
  expression: Code,
  plain: (a: number, b: number) => number,
])[] = [
  ["add", add(a, b), (x, y) => x + y],
  ["subtract", subtract(a, b), (x, y) => x - y],
  ["multiply", multiply(a, b), (x, y) => x * y],
  ["divide", divide(a, b), (x, y) => x / y],
  ["larger", larger(a, b), (x, y) => Math.max(x, y)],
  ["abs", abs(a), (x) => Math.abs(x)],
  ["negate", negate(a), (x) => -x],
  ["sqrt", sqrt(abs(a)), (x) => Math.sqrt(Math.abs(x))],
  ["constant", add(a, constant(0.3)), (x) => x + Math.fround(0.3)],
  [
    "an expression within another",
    multiply(add(a, b), subtract(a, b)),
    (x, y) => Math.fround(x + y) * Math.fround(x - y),
  ],
];
for (const [name, expression, plain] of operations) {
  test(`${name}, for every float of the row`, () => {
    const [x, y] = [A.map(Math.fround), B.map(Math.fround)];
    assert.deepEqual(
      made(expression),
      x.map((value, index) => Math.fround(plain(value, y[index]!))),
    );
  });
}

test("shuffle takes floats of two vectors by index", () => {
  assert.deepEqual(made(shuffle(a, b, [0, 4, 3, 7])), [
    A[0],
    B[0],
    A[3],
    B[3],
    A[4],
    B[4],
    A[7],
    B[7],
  ]);
});

test("a local keeps a value over the loop, and begins at zero", () => {
  const total = params + 2;
  const kernel: Kernel = {
    params,
    vectors: 1,
    each: set(total, add(get(total), a)),
    after: store(get(2), get(total)),
  };
  assert.deepEqual(ran(kernel, 4), [
    A[0]! + A[4]!,
    A[1]! + A[5]!,
    A[2]! + A[6]!,
    A[3]! + A[7]!,
  ]);
});

test("tee keeps a value and hands it on", () => {
  const local = params + 2;
  assert.deepEqual(
    made(multiply(tee(local, a), get(local)), 1),
    A.map((value) => Math.fround(value * value)),
  );
});

test("a row may advance at twice the pace of the others", () => {
  const each: Code = [
    ...store(atDouble(params, 2), a),
    ...store(atDouble(params, 2), b, 16),
  ];
  assert.deepEqual(
    ran({ params, vectors: 0, each, after: [] }, A.length * 2),
    [...A.slice(0, 4), ...B.slice(0, 4), ...A.slice(4), ...B.slice(4)].map(
      Math.fround,
    ),
  );
});

test("numbers above 127, which take two bytes, are encoded: offsets, locals, bodies, names", () => {
  const many = 140;
  const last = params + 1 + many;
  const each: Code = [
    ...set(last, a),
    ...store(at(params, 2), get(last), 16 * many),
  ];
  const kernel: Kernel = { params, vectors: many, each, after: [] };
  const found = ran(kernel, 4 * many + A.length);
  assert.deepEqual(found.slice(4 * many), A.map(Math.fround));
  assert.ok(found.slice(0, 4 * many).every((value) => value === 0));
  const name = "x".repeat(200);
  const memory = new VectorMemory({ [name]: kernel, second: kernel });
  assert.equal(typeof memory.kernels[name], "function");
});
