// Decides how HDR light is shown on a display that has none: one tone curve for PQ and HLG, per channel.

/** Light in cd/m² of HDR reference white (ITU-R BT.2408-7, 2.1), and of the brightest light that is kept apart from white. */
const REFERENCE_NITS = 203;
const PEAK_NITS = 1000;
/**
 * Exposure ahead of the curve, chosen so that reference white shows at 0.58 of
 * display white (sRGB signal 0.79) and mid gray at 0.14, near the 0.13 it has:
 * diffuse scenes keep their brightness, and 2.3 stops of highlights fit above.
 */
const EXPOSURE = 1.3;

/**
 * Light in cd/m² as a share of display white: Reinhard's extended curve
 * x(1 + x/w²)/(1 + x) (Reinhard et al. 2002, eq. 4), which reaches 1 at
 * 1000 cd/m² and stays there.
 */
export function toneMap(nits: number): number {
  const x = (EXPOSURE * nits) / REFERENCE_NITS;
  const white = (EXPOSURE * PEAK_NITS) / REFERENCE_NITS;
  return Math.min((x * (1 + x / white ** 2)) / (1 + x), 1);
}

/** A PQ signal (SMPTE ST 2084, eq. 4.1) shown on a display without HDR. */
export function pqToDisplay(signal: number): number {
  const power = signal ** (32 / 2523);
  const base = Math.max(power - 3424 / 4096, 0);
  const nits =
    10_000 * (base / (2413 / 128 - (2392 / 128) * power)) ** (16384 / 2610);
  return toneMap(nits);
}

/**
 * An HLG signal (BT.2100-2, table 5) shown on a display without HDR: scene
 * light, then the system gamma 1.2 of a 1000 cd/m² display. The gamma belongs
 * to luminance and is taken per channel here, which saturates a little.
 */
export function hlgToDisplay(signal: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene =
    signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12;
  return toneMap(PEAK_NITS * scene ** 1.2);
}
