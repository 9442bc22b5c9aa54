/**
 * A line as redis reads inline commands and its configuration file: words between spaces, `"…"` with \n \r \t \b \a \xHH, `'…'`
 * with \' alone. Undefined: quotes that do not close, or a word that goes on behind them. Latin1 throughout.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line, at)) at++;
    if (at >= line.length) return words;
    const read = readWord(line, at);
    if (!read) return undefined;
    words.push(read.word);
    at = read.end;
  }
}

const SPACE = /[ \t\n\v\f\r\0]/;
const isSpace = (line: string, at: number) => at < line.length && SPACE.test(line[at] ?? "");
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

function readWord(line: string, start: number): { readonly word: string; readonly end: number } | undefined {
  let word = "";
  let at = start;
  let quote = "";
  for (;;) {
    const char = line[at];
    if (char === undefined) return quote ? undefined : { word, end: at };
    if (quote === "" && SPACE.test(char)) return { word, end: at };
    if (quote === "" && (char === '"' || char === "'")) {
      quote = char;
      at++;
    } else if (char === quote && quote !== "") {
      const end = at + 1;
      return end >= line.length || isSpace(line, end) ? { word, end } : undefined;
    } else if (quote !== "" && char === "\\") {
      const read = quote === '"' ? readEscape(line, at) : readApostrophe(line, at);
      word += read.char;
      at = read.end;
    } else {
      word += char;
      at++;
    }
  }
}

function readEscape(line: string, at: number): { readonly char: string; readonly end: number } {
  const hex = /^x[0-9a-fA-F]{2}/.exec(line.slice(at + 1, at + 4));
  if (hex) return { char: String.fromCharCode(Number.parseInt(line.slice(at + 2, at + 4), 16)), end: at + 4 };
  const next = line[at + 1];
  if (next === undefined) return { char: "\\", end: at + 1 };
  return { char: ESCAPES[next] ?? next, end: at + 2 };
}

const readApostrophe = (line: string, at: number) =>
  line[at + 1] === "'" ? { char: "'", end: at + 2 } : { char: "\\", end: at + 1 };

/** As redis writes a value that must be read back: in double quotes, with what is not printable as \xHH. */
export function quoteWord(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char === "\\" || char === '"') quoted += `\\${char}`;
    else if (char === "\n") quoted += "\\n";
    else if (char === "\r") quoted += "\\r";
    else if (char === "\t") quoted += "\\t";
    else if (char === "\x07") quoted += "\\a";
    else if (char === "\b") quoted += "\\b";
    else if (code < 0x20 || code > 0x7e) quoted += `\\x${code.toString(16).padStart(2, "0")}`;
    else quoted += char;
  }
  return `${quoted}"`;
}
