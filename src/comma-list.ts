// Settings that hold several values.

/** The parts of a comma list, without what is empty. */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
