import { splitWords } from "../resp/words";
import type { Directive } from "./settings";

export type ReadLine = Directive & { readonly line: number; readonly text: string };

/** The lines of a configuration file. Throws RangeError for quotes that do not close, with the line. */
export function readConfig(text: string): readonly ReadLine[] {
  return text.split("\n").flatMap((raw, at) => {
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const words = splitWords(trimmed);
    if (!words) throw new BadLine(at + 1, trimmed, "Unbalanced quotes in configuration line");
    const [name, ...values] = words;
    return name === undefined ? [] : [{ name: name.toLowerCase(), values, line: at + 1, text: trimmed }];
  });
}

export class BadLine extends Error {
  constructor(line: number, text: string, why: string) {
    super(
      `*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line ${line}\n>>> '${text}'\n${why}`,
    );
  }
}

/** `--port 7001 --save "" --bind a b`: each name takes the words up to the next one. */
export function readArguments(args: readonly string[]): readonly ReadLine[] {
  const found: { name: string; values: string[] }[] = [];
  for (const arg of args) {
    const last = found.at(-1);
    const isEmptyHanded = last?.values.length === 0;
    if (arg.startsWith("--") && !isEmptyHanded) found.push({ name: arg.slice(2).toLowerCase(), values: [] });
    else if (last) last.values.push(arg);
    else throw new BadLine(1, arg, "Bad directive or wrong number of arguments");
  }
  return found.map(({ name, values }, at) => ({ name, values, line: at + 1, text: [name, ...values].join(" ") }));
}
