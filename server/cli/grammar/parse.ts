import { cli } from "@/lib/words/en/cli";
import { type Asked, type Positional, type Room, rooms, UsageError, type VerbRow } from "./asked";
import { type FlagName, type FlagValues, flagSpec, flagSpelled, spelled } from "./flags";

/**
 * `cluster reshard …`, and redis-cli's way of writing the same: `--cluster reshard …`, with options before it. Words
 * that are no flags are the verb's, in order; a flag's value may follow it or an equals sign. Behind a bare `--`
 * everything is a word. Throws UsageError.
 */
export function parse(argv: readonly string[], table: readonly VerbRow[]): Asked & { readonly row: VerbRow } {
  const { words, flags } = split(argv);
  const [room, name, ...rest] = words;
  if (!isRoom(room)) throw new UsageError(cli.usage.unknownRoom({ given: room ?? "", rooms }));
  const rows = table.filter((row) => row.room === room);
  if (name === undefined) throw new UsageError(cli.usage.noVerb({ room, verbs: rows.map((row) => row.name) }));
  const row = rows.find((one) => one.name === name || one.also?.includes(name));
  if (!row) throw new UsageError(cli.usage.unknownVerb({ room, verb: name, verbs: rows.map((one) => one.name) }));
  checkFlags(row, flags);
  const args = flags.help ? {} : assign(row, rest);
  return { room, verb: row.name, args, flags, row };
}

/** Those that were given and are taken for redis-cli's sake only. */
export function withoutEffect(row: VerbRow, flags: FlagValues): readonly FlagName[] {
  return (row.noEffect ?? []).filter((name) => name !== "cluster-yes" && flags[name] !== undefined);
}

const isRoom = (text: string | undefined): text is Room => rooms.some((room) => room === text);
const isFlag = (text: string): boolean => text.length > 1 && text.startsWith("-") && !/^-\d/.test(text);

function split(argv: readonly string[]): { readonly words: readonly string[]; readonly flags: FlagValues } {
  const flags: Partial<Record<FlagName, unknown>> = {};
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const text = argv[i] ?? "";
    if (text === "--") {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (text === "--cluster") words.unshift("cluster");
    else if (!isFlag(text)) words.push(text);
    else {
      const equals = text.startsWith("--") ? text.indexOf("=") : -1;
      const name = flagSpelled(equals < 0 ? text : text.slice(0, equals));
      if (!name) throw new UsageError(cli.usage.unknownFlag({ flag: text }));
      const values = equals < 0 ? valuesAfter(argv, i, name) : [text.slice(equals + 1)];
      put(flags, name, values);
      if (equals < 0) i += values.length;
    }
  }
  return { words, flags: flags as FlagValues };
}

/** What stands behind the flag and may be its value. A password may begin with a dash. */
function valuesAfter(argv: readonly string[], at: number, name: FlagName): readonly string[] {
  const rest = argv.slice(at + 1);
  switch (flagSpec(name).takes) {
    case "nothing":
      return [];
    case "words": {
      const end = rest.findIndex(isFlag);
      return end < 0 ? rest : rest.slice(0, end);
    }
    default:
      return rest.slice(0, 1);
  }
}

function put(flags: Partial<Record<FlagName, unknown>>, name: FlagName, values: readonly string[]): void {
  const { takes, choices } = flagSpec(name);
  const flag = spelled(name);
  const [value] = values;
  if (takes === "nothing") {
    if (value !== undefined) throw new UsageError(cli.usage.takesNothing({ flag }));
    flags[name] = true;
    return;
  }
  if (value === undefined) throw new UsageError(cli.usage.needsValue({ flag }));
  if (choices && !choices.includes(value)) throw new UsageError(cli.usage.oneOf({ flag, given: value, choices }));
  if (takes === "number" && !/^-?\d+(\.\d+)?$/.test(value))
    throw new UsageError(cli.usage.notANumber({ flag, given: value }));
  if (takes === "words" || takes === "each")
    flags[name] = [...((flags[name] as readonly string[] | undefined) ?? []), ...values];
  else flags[name] = takes === "number" ? Number(value) : value;
}

function checkFlags(row: VerbRow, flags: FlagValues): void {
  const taken = new Set<FlagName>([...row.flags, ...(row.noEffect ?? []), "help"]);
  for (const name of Object.keys(flags) as FlagName[])
    if (!taken.has(name))
      throw new UsageError(cli.usage.wrongFlag({ verb: `${row.room} ${row.name}`, flag: spelled(name) }));
}

/** Words to places, in order; `host port` is one address, as redis-cli reads it. */
function assign(row: VerbRow, given: readonly string[]): Asked["args"] {
  const left = [...given];
  const args: Record<string, readonly string[]> = {};
  for (const [i, place] of row.takes.entries()) {
    const after = row.takes.slice(i + 1).filter((one) => !one.optional).length;
    const mine = take(place, left, Math.max(0, left.length - after));
    if (mine.length === 0 && !place.optional) throw new UsageError(cli.usage.missing(usageOf(row, place)));
    if (mine.length > 0) args[place.name] = mine;
  }
  const [extra] = left;
  if (extra !== undefined) throw new UsageError(cli.usage.tooMany({ ...usageOf(row), given: extra }));
  return args;
}

function take(place: Positional, left: string[], most: number): readonly string[] {
  if (place.many) return left.splice(0, most);
  const [value, port] = left;
  if (value === undefined) return [];
  const isWhole = /^(\[[^\]]+\]|[^:]+):\d+$/.test(value);
  const isHost = (place.kind === "cluster" || place.kind === "address") && !isWhole;
  if (isHost && port !== undefined && /^\d{1,5}$/.test(port)) {
    left.splice(0, 2);
    return [value.includes(":") ? `[${value}]:${port}` : `${value}:${port}`];
  }
  return left.splice(0, 1);
}

export const placesOf = (row: VerbRow): string =>
  row.takes
    .map((place) => {
      const word = cli.places[place.name] ?? place.name;
      const some = place.many ? `${word} …` : word;
      return place.optional ? `[${some}]` : some;
    })
    .join(" ");

const usageOf = (row: VerbRow, place?: Positional) => ({
  verb: `${row.room} ${row.name}`,
  what: place ? (cli.places[place.name] ?? place.name) : "",
  usage: `shardboard ${row.room} ${row.name} ${placesOf(row)}`.trim(),
});
