import type { Known } from "../dispatch/known";
import { keySpecs, keysBySpecs } from "./key-specs";
import { upper } from "./numbers";

export type FlaggedKey = { readonly key: Buffer; readonly flags: readonly string[] };

const ACCESS_UPDATE = ["RW", "access", "update"];
const READ = ["RO", "access"];
const REPLACE = ["OW", "update"];

/** Where the words of a call say what it does with its key. */
function flagsByWords(name: string, args: readonly Buffer[]): readonly string[] | undefined {
  const words = args.slice(name === "set" ? 3 : 2).map(upper);
  if (name === "set") return words.includes("GET") ? ACCESS_UPDATE : REPLACE;
  if (name === "bitfield") return words.some((word) => word === "SET" || word === "INCRBY") ? ACCESS_UPDATE : READ;
  return undefined;
}

/** The keys of a call, and what it does with each; undefined: they are not where they must be. */
export function keysAndFlags({ command, fullName }: Known, args: readonly Buffer[]): readonly FlaggedKey[] | undefined {
  const specs = keySpecs(command, fullName);
  const byWords = flagsByWords(fullName, args);
  if (byWords && args[1]) return [{ key: args[1], flags: byWords }];
  const isPartial = specs.some(({ begin, flags }) => !begin || flags.includes("incomplete"));
  if (isPartial && typeof command.keys === "function") {
    const [first] = specs;
    const isSort = command.name === "sort";
    return command
      .keys(args)
      .map((key, index) => ({ key, flags: isSort && index > 0 ? REPLACE : (first?.flags ?? []) }));
  }
  return keysBySpecs(specs, args)?.map(({ at, flags }) => ({ key: args[at] ?? Buffer.alloc(0), flags }));
}
