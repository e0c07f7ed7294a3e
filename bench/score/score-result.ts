// How near a result looks to its original, as the lab writes it down.

/** SSIMULACRA2 over the frames looked at; or why there is none. */
export type ScoreResult =
  | {
      readonly mean: number;
      readonly min: number;
      /** Frames compared, of those the file has. */
      readonly frames: number;
      readonly framesInFile: number;
    }
  | { readonly unavailable: string };
