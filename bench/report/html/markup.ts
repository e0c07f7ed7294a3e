// Writes markup: whatever is put into a template is escaped, unless it is markup itself; knows no element and no figure.

/** Text that may stand in the page as it is. Only `markup` makes it. */
export interface Markup {
  readonly text: string;
}

export type Piece = Markup | string | number | undefined | readonly Piece[];

/**
 * What no page should hold of a file name: controls that XML forbids, and the
 * marks that turn the direction of all text behind them.
 */
const UNWELCOME =
  // oxlint-disable-next-line no-control-regex -- these are the ones to find
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A template whose pieces are text, for content and quoted attributes alike. Lists are joined, undefined is
 * nothing. (Not named `html`, since Prettier would lay out what is in it.)
 */
export function markup(
  words: TemplateStringsArray,
  ...pieces: readonly Piece[]
): Markup {
  const text = words.reduce(
    (before, word, at) => before + written(pieces[at - 1]) + word,
  );
  return { text };
}

function written(piece: Piece): string {
  if (piece === undefined) return "";
  if (typeof piece === "number") return `${piece}`;
  if (typeof piece === "string") return escaped(piece);
  return "text" in piece ? piece.text : piece.map(written).join("");
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNWELCOME, "\ufffd")
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}
