// How large a difference must be to count; whether it is chance is for the tests to say.

export interface Thresholds {
  /** Time, CPU, memory and latency, in percent. */
  readonly noisyPercent: number;
  /** Size, in percent of the geometric mean. */
  readonly sizePercent: number;
  /** Score, in points of the mean. */
  readonly scorePoints: number;
  /** Mean absolute error of estimates, in points of percent. */
  readonly accuracyPoints: number;
}

/**
 * Sizes and scores come out alike to the last digit, so that their thresholds
 * say what is worth a discussion, not what can be seen: 1 % of the bytes, and
 * half a point, where 8-bit rounding alone makes a tenth.
 */
export const DEFAULT_THRESHOLDS: Thresholds = {
  noisyPercent: 10,
  sizePercent: 1,
  scorePoints: 0.5,
  accuracyPoints: 1,
};
