import type { Link } from "@/server/link";

/** What a command of the replication stream means for a copy of one database. */
export type Touched =
  | { readonly kind: "keys"; readonly keys: readonly Buffer[] }
  /** It touches no key: SELECT, PING, MULTI, EXEC, a message to subscribers. */
  | { readonly kind: "nothing" }
  /** Which keys it touches only the server can tell. */
  | { readonly kind: "ask" }
  /** It cannot be followed key by key. */
  | { readonly kind: "stop" };

type Spec = { readonly first: number; readonly last: number; readonly step: number; readonly isMovable: boolean };
export type CommandTable = ReadonlyMap<string, Spec>;

const WITHOUT_KEYS = new Set(
  "SELECT PING REPLCONF MULTI EXEC PUBLISH SPUBLISH SCRIPT FUNCTION ACL CONFIG CLIENT".split(" "),
);
/** Scripts that are replicated as they stand may touch keys that they do not name. */
const UNSEEN = new Set("FLUSHALL FLUSHDB SWAPDB EVAL EVALSHA FCALL".split(" "));

/** By upper-case name; that of a subcommand is `XGROUP|CREATE`. As the source itself tells them. */
export async function commandTable(link: Link): Promise<CommandTable> {
  const table = new Map<string, Spec>();
  const add = (entry: unknown): void => {
    if (!Array.isArray(entry)) return;
    const [name, , flags, first, last, step] = entry as readonly unknown[];
    const isMovable = Array.isArray(flags) && flags.some((flag) => /^movable[-_]?keys$/i.test(String(flag)));
    table.set(String(name).toUpperCase(), { first: Number(first), last: Number(last), step: Number(step), isMovable });
    const subcommands: unknown = entry[9];
    if (Array.isArray(subcommands)) for (const one of subcommands) add(one);
  };
  const reply = await link.call(["COMMAND"]);
  if (Array.isArray(reply)) for (const entry of reply) add(entry);
  return table;
}

export function touchedBy(args: readonly Buffer[], table: CommandTable): Touched {
  const name = wordOf(args[0]);
  if (UNSEEN.has(name) || crossesDatabases(args)) return { kind: "stop" };
  if (WITHOUT_KEYS.has(name)) return { kind: "nothing" };
  const spec = table.get(`${name}|${wordOf(args[1])}`) ?? table.get(name);
  if (!spec) return { kind: "stop" };
  if (spec.isMovable) return { kind: "ask" };
  if (spec.first <= 0) return { kind: "stop" };
  const last = spec.last < 0 ? args.length + spec.last : spec.last;
  const keys: Buffer[] = [];
  for (let at = spec.first; at <= last; at += Math.max(1, spec.step)) {
    const key = args[at];
    if (key) keys.push(Buffer.from(key));
  }
  return { kind: "keys", keys };
}

/** It may change a database that is not the one it was sent to. */
export function crossesDatabases(args: readonly Buffer[]): boolean {
  const name = wordOf(args[0]);
  if (name === "COPY") return args.slice(3).some((arg) => wordOf(arg) === "DB");
  return name === "MOVE" || name === "SWAPDB" || name === "FLUSHALL";
}

const LONGEST_WORD = 32;
export const wordOf = (word: Buffer | undefined): string =>
  word && word.length <= LONGEST_WORD ? word.toString("latin1").toUpperCase() : "";
