// Cuts style text into tokens as CSS Syntax 3 does, escapes written out; judges nothing.

export interface CssToken {
  readonly kind:
    "name" | "function" | "string" | "url" | "bad" | "space" | "other";
  /** Names in lower case; of a url, its address; of "other", the character. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[ \t\r\n\f]/;
const HEX = /[0-9a-f]/i;
/** Digits too: what follows them is judged no milder for it. */
const NAME = /[\w\-\u0080-\uffff]/;

/** All tokens of `text`, in order and without gaps. Linear in its length. */
export function* cssTokens(text: string): Generator<CssToken> {
  let at = 0;

  /** The character that the escape at `at` stands for; steps over it. */
  const escape = (): string => {
    let digits = "";
    at++;
    while (digits.length < 6 && HEX.test(text[at] ?? "")) digits += text[at++];
    if (digits === "") return text[at++] ?? "";
    if (SPACE.test(text[at] ?? "")) at++;
    const code = Number.parseInt(digits, 16);
    return code > 0 && code <= 0x10_ffff
      ? String.fromCodePoint(code)
      : "\ufffd";
  };
  const name = (): string => {
    const parts: string[] = [];
    for (;;) {
      const char = text[at] ?? "";
      if (char === "\\") parts.push(escape());
      else if (char !== "" && NAME.test(char)) {
        parts.push(char);
        at++;
      } else return parts.join("").toLowerCase();
    }
  };
  const spaces = (): void => {
    while (SPACE.test(text[at] ?? "")) at++;
  };
  /** Undefined when it does not end. */
  const string = (): string | undefined => {
    const quote = text[at++];
    const parts: string[] = [];
    for (;;) {
      const char = text[at] ?? "";
      if (char === "" || char === "\n" || char === "\f") return undefined;
      if (char === "\\") parts.push(escape());
      else {
        at++;
        if (char === quote) return parts.join("");
        parts.push(char);
      }
    }
  };
  /** What is in the parentheses of url(), up to its end; undefined when it is not one address. */
  const address = (): string | undefined => {
    spaces();
    let value: string | undefined = "";
    if (text[at] === '"' || text[at] === "'") value = string();
    else {
      const parts: string[] = [];
      while (at < text.length && !/[\s"'()]/.test(text[at]!))
        parts.push(text[at] === "\\" ? escape() : text[at++]!);
      value = parts.join("");
    }
    spaces();
    if (text[at] === ")") {
      at++;
      return value;
    }
    const end = text.indexOf(")", at);
    at = end < 0 ? text.length : end + 1;
    return undefined;
  };

  while (at < text.length) {
    const start = at;
    const char = text[at]!;
    const token = (kind: CssToken["kind"], value: string): CssToken => {
      return { kind, value, start, end: at };
    };
    if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      at = end < 0 ? text.length : end + 2;
      yield token("space", "");
    } else if (SPACE.test(char)) {
      spaces();
      yield token("space", " ");
    } else if (char === '"' || char === "'") {
      const value = string();
      yield token(value === undefined ? "bad" : "string", value ?? "");
    } else if (char === "\\" || NAME.test(char)) {
      const value = name();
      if (text[at] !== "(") yield token("name", value);
      else {
        at++;
        if (value === "url") {
          const url = address();
          yield token(url === undefined ? "bad" : "url", url ?? "");
        } else yield token("function", value);
      }
    } else {
      at++;
      yield token("other", char);
    }
  }
}
