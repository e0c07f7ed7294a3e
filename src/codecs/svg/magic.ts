// Tells an SVG by its beginning; header.ts says what it is.

/** What may stand before the root element; sticky, each piece ends or does not match. */
const PROLOG =
  /\s+|<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE(?:"[^"]*"|'[^']*'|\[(?:"[^"]*"|'[^']*'|<!--[^]*?-->|[^\]"'])*\]|[^[>"'])*>/y;
const ROOT = /^<(?:[\w.-]+:)?svg(?:[\s/>]|$)/;
/** A prolog that the head cuts off: what the document says it is. */
const CUT = /^<!DOCTYPE\s+(?:[\w.-]+:)?svg\b|^<!--(?![^]*-->)/;

/** Whether text that begins like this is an SVG; of a prolog longer than `head`, what it announces. */
export function looksLikeSvg(head: Uint8Array): boolean {
  const text = textOf(head);
  let at = text.startsWith("\ufeff") ? 1 : 0;
  for (;;) {
    PROLOG.lastIndex = at;
    const piece = PROLOG.exec(text)?.[0];
    if (!piece) break;
    at += piece.length;
  }
  const rest = text.slice(at);
  return ROOT.test(rest) || (head.length >= 1024 && CUT.test(rest));
}

function textOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe)
    return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(head);
  if (head[0] === 0xfe && head[1] === 0xff)
    return new TextDecoder("utf-16be", { ignoreBOM: true }).decode(head);
  const text = Buffer.from(head).toString("latin1");
  return text.startsWith("\xef\xbb\xbf") ? `\ufeff${text.slice(3)}` : text;
}
