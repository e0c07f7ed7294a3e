// What a soak scenario is: claims about a running service, each with the figure it was judged by. Knows none of them.

/** Says whether a claim holds, and what was seen. */
export type Say = (claim: string, holds: boolean, seen: string) => void;

export interface Scenario {
  readonly name: string;
  readonly run: (say: Say) => Promise<void>;
}
