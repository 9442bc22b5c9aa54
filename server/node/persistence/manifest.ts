import { quoteWord, splitWords } from "../resp/words";

export type AofFile = { readonly name: string; readonly sequence: number };

/** Which files make up the append-only file: one whole state, and what was done since, in this order. */
export type Manifest = { readonly base: AofFile | undefined; readonly increments: readonly AofFile[] };

export const NO_FILES: Manifest = { base: undefined, increments: [] };

const broken = (line: string) => new Error(`Invalid AOF manifest file format: ${JSON.stringify(line)}`);

/** `file <name> seq <number> type b|h|i` a line; what is history (h) is of no more use. */
export function readManifest(bytes: Buffer): Manifest {
  let base: AofFile | undefined;
  const increments: AofFile[] = [];
  for (const line of bytes.toString("latin1").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const words = splitWords(line) ?? [];
    const said = new Map(
      words.flatMap((word, at) => (at % 2 === 0 ? [[word.toLowerCase(), words[at + 1]]] : [])) as [string, string][],
    );
    const name = said.get("file");
    const sequence = Number(said.get("seq"));
    const type = said.get("type");
    if (!name || name.includes("/") || !Number.isSafeInteger(sequence) || sequence < 1) throw broken(line);
    if (type === "b" && base) throw new Error("Found duplicate base file information");
    if (type === "b") base = { name, sequence };
    else if (type === "i") {
      if ((increments.at(-1)?.sequence ?? 0) >= sequence) throw new Error("Found a non-monotonic sequence number");
      increments.push({ name, sequence });
    } else if (type !== "h") throw broken(line);
  }
  return { base, increments };
}

export function writeManifest({ base, increments }: Manifest): Buffer {
  const line = ({ name, sequence }: AofFile, type: string) =>
    `file ${/[\s"'\\]/.test(name) ? quoteWord(name) : name} seq ${sequence} type ${type}\n`;
  return Buffer.from(`${base ? line(base, "b") : ""}${increments.map((file) => line(file, "i")).join("")}`, "latin1");
}

export const nextSequence = (files: readonly (AofFile | undefined)[]): number =>
  Math.max(0, ...files.map((file) => file?.sequence ?? 0)) + 1;
