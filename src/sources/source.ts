// The contract of where bytes come from: anything that can leave a file in the workspace within a limit.

/** A file that has arrived. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
}
