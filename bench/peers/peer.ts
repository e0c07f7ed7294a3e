// The contract of a peer: another program that does what we do, how it is told to, and how it is known to be there.

/** What a peer is given: files, and a number of its own for how small the result should be. */
export interface PeerTask {
  readonly input: string;
  readonly output: string;
  readonly format: string;
  readonly level: number;
}

export interface Peer {
  readonly name: string;
  /** An encoder is given a picture to make into a format; an optimizer a file to make smaller. */
  readonly kind: "encoder" | "optimizer";
  /** Formats it writes, by our ids. */
  readonly formats: readonly string[];
  /** A command that shows that it is there, and what its answer looks like, its version in the first group. */
  readonly version: {
    readonly command: readonly string[];
    readonly says: RegExp;
  };
  /** Values of `level` that are tried. */
  readonly levels: readonly number[];
  readonly command: (task: PeerTask) => readonly string[];
}

/** A peer as it was found on this machine. */
export interface PeerReport {
  readonly name: string;
  readonly formats: readonly string[];
  /** Null when it is missing. */
  readonly version: string | null;
  /** Why it takes no part; null when it does. */
  readonly skipped: string | null;
  /** CPU of telling its version: what of every call goes into starting; null where it could not be measured. */
  readonly startCpuMs: number | null;
}

/** Qualities at which encoders are tried: from well below a score of 60 to above 90 on photographs. */
export const QUALITIES = [20, 30, 40, 50, 60, 70, 76, 82, 88, 92, 96] as const;
