// Rate–distortion curves as they stand in the result: what each contestant made of one picture at each of its qualities.

export interface CurvePoint {
  /** On the contestant's own scale: never compared between contestants. */
  readonly quality: number;
  readonly bytes: number;
  readonly score: number;
  /** Of the whole process tree; null where it could not be measured. */
  readonly cpuMs: number | null;
  readonly wallMs: number;
}

export interface Curve {
  readonly contestant: string;
  /** "setting": encoder settings on trial, none of the service's own. */
  readonly kind: "ours" | "peer" | "setting";
  /** Format of its output, by our ids. */
  readonly output: string;
  readonly points: readonly CurvePoint[];
  /** What failed, quality by quality. */
  readonly failures: readonly string[];
}

export interface CurveSet {
  readonly file: string;
  readonly curves: readonly Curve[];
}

/** What a peer made of one case at each of its levels; ours stands in the case. */
export interface RecipeSet {
  readonly file: string;
  readonly preset: string;
  readonly peer: string;
  readonly points: readonly CurvePoint[];
  readonly failures: readonly string[];
}
