import type { FlagValues } from "../grammar/flags";

export type Tone = "good" | "bad" | "warn" | "quiet" | "head";

/** Words for a person, documents for a program. With --json the words go to stderr, and stdout holds JSON alone. */
export type Out = {
  readonly json: boolean;
  /** Whether a bar can be drawn, and over which stream. */
  readonly bar: NodeJS.WriteStream | undefined;
  line(text: string, tone?: Tone): void;
  /** Beside the result, always on stderr. */
  note(text: string): void;
  /** One JSON value on a line of its own; nothing without --json. */
  document(value: unknown): void;
  /** Without a line's end: what an answer is typed behind. */
  prompt(text: string): void;
};

const ESC = "\u001b[";
const codes: Readonly<Record<Tone, string>> = { good: "32", bad: "31", warn: "33", quiet: "2", head: "1" };
/** Control characters, line ends of Unicode, and marks that turn or hide what follows. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Whatever a server said: no escape sequence, no second line, nothing that reads as what it is not (SECURITY 20). */
export function plain(text: string): string {
  return text
    .replaceAll("\u202f", " ")
    .replace(unsafe, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** JSON that is safe on a terminal too. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The tone that redis-cli's marks have. */
export function toneOf(text: string): Tone | undefined {
  if (text.startsWith("[OK]")) return "good";
  if (text.startsWith("[ERR]")) return "bad";
  if (/^\[(WARNING|HOLD|UNKNOWN)\]/.test(text)) return "warn";
  if (text.startsWith("[NOTE]")) return "quiet";
  return text.startsWith(">>>") ? "head" : undefined;
}

export function openOut(flags: Pick<FlagValues, "json">): Out {
  const json = flags.json === true;
  const words = json ? process.stderr : process.stdout;
  const write = (stream: NodeJS.WriteStream, text: string, tone: Tone | undefined) => {
    const safe = plain(text);
    const isColoured = tone && stream.isTTY && !process.env.NO_COLOR;
    stream.write(isColoured ? `${ESC}${codes[tone]}m${safe}${ESC}0m\n` : `${safe}\n`);
  };
  return {
    json,
    bar: words.isTTY ? words : undefined,
    line: (text, tone = toneOf(text)) => write(words, text, tone),
    note: (text) => write(process.stderr, text, undefined),
    document: (value) => {
      if (json) process.stdout.write(`${plainJson(value)}\n`);
    },
    prompt: (text) => void (json ? process.stderr : process.stdout).write(text.split("\n").map(plain).join("\n")),
  };
}
