// Decides how sums of errors over an image become one score; it does not
// measure errors.

/** The three kinds of error times two norms, for one channel at one scale. */
const NORMS = 6;
const CHANNELS = 3;
const TABLE_SCALES = 6;

/**
 * Scales that count: 1:1, 1:2, 1:4, 1:8 and 1:16. The table has 1:32 too, all
 * of it below `LEAST_WEIGHT`.
 */
export const SCALES = 5;

// The 108 weights of SSIMULACRA2 2.1 (libjxl, tools/ssimulacra2.cc), tuned by
// its author on the CID22, TID2013, KADID-10k and KonFiG-IQA opinions. A line
// is a channel (X, Y, B) at a scale (1:1 first); within it are the 1-norms of
// structural error, artifacts and lost detail, then their 4-norms.
// prettier-ignore
const WEIGHTS: readonly number[] = [
  0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,
  0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
  0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,
  0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,
  0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
  0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,
  0, 0, 0, 7.466890328078848, 0, 17.445833984131262,
  0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
  225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
  176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
  0, 0, 0, 34.77906344483772, 44.835625328877896, 0,
  0, 0, 0, 0, 0, 0,
  0, 0.0008680556573291698, 0, 0, 0, 0,
  0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
  0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,
  0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,
  95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
  0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,
];

// 56 weights are 0, and 27 more are below 0.01 and add up to 0.02 (of 888).
// Leaving those out spares every blur of X and B at 1:1, of B at 1:2 and 1:4,
// and all of 1:32: three fifths of the work. It changes the scores of the 48
// reference pairs by less than 0.001.
const LEAST_WEIGHT = 0.01;

/**
 * The weights of one channel (0 to 2: X, Y, B) at one scale (0 is 1:1), zero
 * where too small to matter: the 1-norms of structural error, artifacts and
 * lost detail, then the 4-norms of the same.
 */
export function channelWeights(
  channel: number,
  scale: number,
): readonly number[] {
  const start = (channel * TABLE_SCALES + scale) * NORMS;
  return WEIGHTS.slice(start, start + NORMS).map((weight) =>
    weight < LEAST_WEIGHT ? 0 : weight,
  );
}

/** Sums of errors, from one or more parts of an image. */
export class ErrorTotals {
  readonly #sums = new Float64Array(SCALES * CHANNELS * NORMS);
  readonly #pixels = new Float64Array(SCALES);

  /** Counts pixels, at their own scale, whose errors are in the sums. */
  addPixels(scale: number, count: number): void {
    this.#pixels[scale]! += count;
  }

  /** Adds six sums, in the order of the weights: errors, then fourth powers. */
  addErrors(channel: number, scale: number, sums: Float64Array): void {
    const start = (scale * CHANNELS + channel) * NORMS;
    for (const [norm, sum] of sums.entries()) this.#sums[start + norm]! += sum;
  }

  /** The score of all that was added. Every scale needs a pixel. */
  score(): number {
    let weighted = 0;
    for (let scale = 0; scale < SCALES; scale++)
      for (let channel = 0; channel < CHANNELS; channel++)
        for (const [norm, weight] of channelWeights(channel, scale).entries()) {
          const sum = this.#sums[(scale * CHANNELS + channel) * NORMS + norm]!;
          const mean = sum / this.#pixels[scale]!;
          weighted += weight * (norm < NORMS / 2 ? mean : mean ** 0.25);
        }
    return scoreOfWeightedSum(weighted);
  }
}

// The polynomial and the power are the reference's, fitted so that the score
// reads as people's opinions do: 90 visually lossless, 70 high, 50 medium.
function scoreOfWeightedSum(weighted: number): number {
  const x = weighted * 0.9562382616834844;
  const y =
    2.326765642916932 * x -
    0.020884521182843837 * x ** 2 +
    6.248496625763138e-5 * x ** 3;
  return y > 0 ? 100 - 10 * y ** 0.6276336467831387 : 100;
}
