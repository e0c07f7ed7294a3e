// What went wrong on the command line, in words for the one who typed it.

/** The command ends with exit code 2 and these words. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
