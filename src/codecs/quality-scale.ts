// Reads values off the measured points that tie our one quality scale to an encoder's own; holds none of them.

/** Pairs of [our quality, the encoder's], rising in both. */
export type ScalePoints = readonly (readonly [number, number])[];

/** The encoder's value at `quality`, linear between points and level beyond the ends. */
export function interpolate(points: ScalePoints, quality: number): number {
  let [low] = points;
  for (const point of points) {
    if (low === undefined || point[0] >= quality) {
      const [x0, y0] = low ?? point;
      const [x1, y1] = point;
      if (x1 === x0 || quality <= x0) return quality <= x0 ? y0 : y1;
      return y0 + ((y1 - y0) * (quality - x0)) / (x1 - x0);
    }
    low = point;
  }
  return low?.[1] ?? quality;
}
