// Decides which size bucket a file belongs to; how large a file should be is the manifest's to say.

export const BUCKETS = ["tiny", "small", "medium", "large", "xlarge"] as const;

export type Bucket = (typeof BUCKETS)[number];

const KIB = 1024;

/** Largest file of each bucket in bytes; what is larger than all of them is xlarge. */
const LIMITS: readonly (readonly [Bucket, number])[] = [
  ["tiny", 10 * KIB],
  ["small", 100 * KIB],
  ["medium", 1024 * KIB],
  ["large", 5 * 1024 * KIB],
];

/** The bucket of a file of so many bytes; limits belong to the smaller bucket. */
export function bucketOf(bytes: number): Bucket {
  return LIMITS.find(([, most]) => bytes <= most)?.[0] ?? "xlarge";
}
