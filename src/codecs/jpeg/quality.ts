// Guesses the quality a JPEG was encoded at from its luminance quantization table; knows nothing of the rest of the file.

/** The luminance table of T.81, K.1, in zigzag order, as DQT stores it. */
// prettier-ignore
const LUMINANCE = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51,
  61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77,
  113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/**
 * Coefficients compared in tables that are not the standard one: the 36 of the
 * eight lowest diagonals. Encoders differ most in the highest, which show least:
 * over all 64, mozjpeg's table at quality 80 passes for 69, over these for 77.
 */
const LOW_FREQUENCIES = 36;

/** The standard table at each quality, 1 to 100, scaled and clamped as libjpeg does (jcparam.c). */
const TABLES = Array.from({ length: 100 }, (_, index) => scaled(index + 1));

function scaled(quality: number): readonly number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - quality * 2;
  return LUMINANCE.map((entry) =>
    Math.min(Math.max(Math.floor((entry * scale + 50) / 100), 1), 255),
  );
}

/**
 * The libjpeg quality (1–100) of a luminance table of 64 entries in zigzag
 * order: exact for libjpeg's own tables; for others (cameras, Photoshop,
 * mozjpeg) the quality whose standard table has the nearest sum over the low
 * frequencies, which quantizes as coarsely where it shows.
 */
export function qualityOfTable(table: readonly number[]): number {
  const exact = TABLES.findIndex((standard) =>
    standard.every((entry, index) => entry === table[index]),
  );
  if (exact >= 0) return exact + 1;
  const sum = lowSum(table);
  let best = 0;
  let nearest = Number.POSITIVE_INFINITY;
  TABLES.forEach((standard, index) => {
    const distance = Math.abs(lowSum(standard) - sum);
    if (distance < nearest) [best, nearest] = [index, distance];
  });
  return best + 1;
}

function lowSum(table: readonly number[]): number {
  return table
    .slice(0, LOW_FREQUENCIES)
    .reduce((total, entry) => total + entry, 0);
}
