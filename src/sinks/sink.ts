// The contract of where results are kept: anything that can take a file under a key and say where it is found.

export const PROVIDERS = ["s3", "r2", "gcs", "local"] as const;

export type Provider = (typeof PROVIDERS)[number];

/** A file to be kept. */
export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  /** Whether anyone may read it. */
  readonly isPublic: boolean;
  /** Google's project, where it is not the credentials' own. */
  readonly project?: string;
  readonly path: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly cacheControl: string;
}

/** Where it is found. */
export interface Kept {
  /** To be opened by whoever is handed it: signed where the object is private. */
  readonly url: string;
  /** The same for all time and everyone; null where the object is private. */
  readonly publicUrl: string | null;
  /** What the caller should know besides. */
  readonly note?: string;
}

/** Rejects with the store's own failure; `isPassing` tells whether another attempt may help. */
export interface Sink {
  readonly put: (object: NewObject, signal: AbortSignal) => Promise<Kept>;
}

/** Seconds that signed addresses are good for: the longest that S3 and Google sign for. */
export const SIGNED_SECONDS = 7 * 24 * 3600;

/** The address of a key below `base`, each part escaped. */
export function urlBelow(base: string, ...parts: readonly string[]): string {
  const path = parts
    .join("/")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
  return `${base.replace(/\/+$/, "")}/${path}`;
}
