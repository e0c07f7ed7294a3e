// Tests the edges of the buckets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bucketOf, type Bucket } from "./bucket.ts";

const EDGES: readonly (readonly [number, Bucket])[] = [
  [0, "tiny"],
  [10_240, "tiny"],
  [10_241, "small"],
  [102_400, "small"],
  [102_401, "medium"],
  [1_048_576, "medium"],
  [1_048_577, "large"],
  [5_242_880, "large"],
  [5_242_881, "xlarge"],
];

for (const [bytes, bucket] of EDGES) {
  test(`${bytes} bytes are ${bucket}`, () => {
    assert.equal(bucketOf(bytes), bucket);
  });
}
