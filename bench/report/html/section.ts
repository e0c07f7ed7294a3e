// Sets one part of the page: its subject, the finding as its headline, and what is said where there are no figures.

import { markup } from "./markup.ts";
import type { Markup, Piece } from "./markup.ts";

export interface Section {
  /** In the address behind "#". */
  readonly id: string;
  /** One word, as the list of contents has it. */
  readonly subject: string;
  readonly body: Markup;
}

export interface SectionParts {
  readonly id: string;
  readonly subject: string;
  /** What was found, in a sentence. */
  readonly headline: string;
  readonly lede: string;
  readonly content: Piece;
}

export function section({
  id,
  subject,
  headline,
  lede,
  content,
}: SectionParts): Section {
  const body = markup`<section id="${id}"><p class="kicker">${subject}</p><h2>${headline}</h2><p class="lede">${lede}</p>
${content}</section>
`;
  return { id, subject, body };
}

/** Says plainly that nothing was measured, and which command measures it. */
export function absent(
  id: string,
  subject: string,
  why: string,
  command: string,
): Section {
  const body = markup`<section id="${id}" class="absent"><p class="kicker">${subject}</p><p class="lede">${why} This measures it:</p><p><code>${command}</code></p></section>
`;
  return { id, subject, body };
}
