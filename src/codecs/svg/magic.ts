// Tells an SVG by its beginning; header.ts says what it is.

const SPACE = /\s*/y;
const ROOT = /^<(?:[\w.-]+:)?svg(?:[\s/>]|$)/;
/** A prolog that the head cuts off: what the document says it is. */
const CUT = /^<!DOCTYPE\s+(?:[\w.-]+:)?svg\b|^<!--(?![^]*-->)/;

/** Whether text that begins like this is an SVG; of a prolog longer than `head`, what it announces. Takes time in proportion to `head`. */
export function looksLikeSvg(head: Uint8Array): boolean {
  const text = textOf(head);
  const rest = text.slice(endOfProlog(text));
  return ROOT.test(rest) || (head.length >= 1024 && CUT.test(rest));
}

/** Behind what may stand before the root element; before a piece of it that does not end. */
function endOfProlog(text: string): number {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  for (;;) {
    const start = at + leadingSpace(text, at);
    const end = endOfPiece(text, start);
    if (end === undefined) return start;
    at = end;
  }
}

function leadingSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.exec(text)?.[0].length ?? 0;
}

function endOfPiece(text: string, at: number): number | undefined {
  if (text.startsWith("<?", at)) return behind(text, "?>", at + 2);
  if (text.startsWith("<!--", at)) return behind(text, "-->", at + 4);
  return text.startsWith("<!DOCTYPE", at) ? endOfDoctype(text, at) : undefined;
}

/**
 * Behind a document type declaration: its ">" stands outside of quotes, and of
 * the brackets that hold comments too. By hand, since any expression for it
 * has two ways to read a comment: 20 of them took 16 s.
 */
function endOfDoctype(text: string, start: number): number | undefined {
  let isInside = false;
  let at: number | undefined = start + 1;
  while (at !== undefined && at < text.length) {
    const sign = text.charAt(at);
    if (sign === ">" && !isInside) return at + 1;
    if (sign === "[") isInside = true;
    if (sign === "]") isInside = false;
    if (sign === '"' || sign === "'") at = behind(text, sign, at + 1);
    else if (isInside && text.startsWith("<!--", at))
      at = behind(text, "-->", at + 4);
    else at += 1;
  }
  return undefined;
}

/** Behind the next `mark`. */
function behind(text: string, mark: string, from: number): number | undefined {
  const found = text.indexOf(mark, from);
  return found < 0 ? undefined : found + mark.length;
}

function textOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe)
    return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(head);
  if (head[0] === 0xfe && head[1] === 0xff)
    return new TextDecoder("utf-16be", { ignoreBOM: true }).decode(head);
  const text = Buffer.from(head).toString("latin1");
  return text.startsWith("\xef\xbb\xbf") ? `\ufeff${text.slice(3)}` : text;
}
