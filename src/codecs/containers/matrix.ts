// Arithmetic of 3 × 3 matrices, as color needs it; knows no color.

export type Vector = readonly [number, number, number];
/** Rows. */
export type Matrix = readonly [Vector, Vector, Vector];

export function apply([a, b, c]: Matrix, vector: Vector): Vector {
  return [dot(a, vector), dot(b, vector), dot(c, vector)];
}

export function multiply(left: Matrix, right: Matrix): Matrix {
  const columns = transpose(right);
  return transpose([
    apply(left, columns[0]),
    apply(left, columns[1]),
    apply(left, columns[2]),
  ]);
}

export function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

/** The inverse of a matrix that has one. */
export function invert([a, b, c]: Matrix): Matrix {
  const [x, y, z] = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = dot(a, x);
  return transpose([
    scale(x, 1 / determinant),
    scale(y, 1 / determinant),
    scale(z, 1 / determinant),
  ]);
}

export function scale([a, b, c]: Vector, factor: number): Vector {
  return [a * factor, b * factor, c * factor];
}

export function diagonal([a, b, c]: Vector): Matrix {
  return [
    [a, 0, 0],
    [0, b, 0],
    [0, 0, c],
  ];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}
