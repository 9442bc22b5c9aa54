import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { numberOf, upper } from "./numbers";

export type SortOptions = {
  isDescending: boolean;
  isAlpha: boolean;
  offset: number;
  /** Below zero: all. */
  count: number;
  /** A pattern without a star: the order stays what it is. */
  by: string | undefined;
  get: string[];
  store: string | undefined;
};

export function readSortOptions({ args, node }: Call, isReadOnly: boolean): SortOptions {
  const options: SortOptions = {
    isDescending: false,
    isAlpha: false,
    offset: 0,
    count: -1,
    by: undefined,
    get: [],
    store: undefined,
  };
  for (let at = 2; at < args.length; at++) {
    const word = upper(args[at]);
    const left = args.length - at - 1;
    if (word === "ASC") options.isDescending = false;
    else if (word === "DESC") options.isDescending = true;
    else if (word === "ALPHA") options.isAlpha = true;
    else if (word === "LIMIT" && left >= 2) {
      options.offset = numberOf(args[++at]);
      options.count = numberOf(args[++at]);
    } else if (word === "STORE" && left >= 1 && !isReadOnly) options.store = keyOf(args[++at]);
    else if (word === "BY" && left >= 1) {
      options.by = keyOf(args[++at]);
      if (options.by.includes("*") && node.cluster)
        throw new CommandError("ERR BY option of SORT denied in Cluster mode.");
    } else if (word === "GET" && left >= 1) {
      if (node.cluster) throw new CommandError("ERR GET option of SORT denied in Cluster mode.");
      options.get.push(keyOf(args[++at]));
    } else throw syntaxError();
  }
  return options;
}

/** The key, and the one that STORE names last. */
export function sortKeys(args: readonly Buffer[]): readonly Buffer[] {
  const [, key] = args;
  let store: Buffer | undefined;
  const widths: Readonly<Record<string, number>> = { LIMIT: 2, GET: 1, BY: 1 };
  for (let at = 2; at < args.length; at++) {
    const word = upper(args[at]);
    if (word === "STORE" && at + 1 < args.length) store = args[++at];
    else at += widths[word] ?? 0;
  }
  return [key, store].filter((one) => one !== undefined);
}
