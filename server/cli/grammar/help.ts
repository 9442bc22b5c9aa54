import { cli } from "@/lib/words/en/cli";
import { type Room, rooms, type VerbRow } from "./asked";
import { type FlagName, flagSpec, spelled } from "./flags";
import { placesOf } from "./parse";

/** Summaries are looked up by `<room> <verb>`: a row without one does not get past its test. */
export const summaryOf = ({ room, name }: VerbRow): string => cli.verbs[`${room} ${name}`] ?? "";

export function helpOf(row: VerbRow): string {
  const own = row.flags.map((name) => [withValue(name), cli.flags[name]] as const);
  const width = Math.max(...own.map(([flag]) => flag.length));
  return [
    `shardboard ${row.room} ${row.name} ${placesOf(row)}`.trim(),
    `  ${summaryOf(row)}`,
    "",
    ...own.map(([flag, what]) => `  ${flag.padEnd(width)}  ${what}`),
    ...(row.noEffect?.length ? ["", `  ${cli.help.noEffect({ flags: row.noEffect.map(spelled) })}`] : []),
    "",
  ].join("\n");
}

export function overview(table: readonly VerbRow[], version: string): string {
  return [
    cli.help.title({ version }),
    "",
    ...rooms.flatMap((room) => [cli.help.rooms[room], ...linesOf(table, room), ""]),
    ...cli.help.foot,
    "",
  ].join("\n");
}

function linesOf(table: readonly VerbRow[], room: Room): readonly string[] {
  const rows = table.filter((row) => row.room === room);
  const usages = rows.map((row) => `${row.name} ${placesOf(row)}`.trim());
  const width = Math.max(...usages.map((usage) => usage.length));
  return rows.map((row, i) => `  ${(usages[i] ?? "").padEnd(width)}  ${summaryOf(row)}`);
}

function withValue(name: FlagName): string {
  const { takes, choices, also } = flagSpec(name);
  const all = [spelled(name), ...(also ?? [])].join(", ");
  if (choices) return `${all} <${choices.join("|")}>`;
  return takes === "nothing" ? all : `${all} <${takes === "words" ? "word …" : takes === "each" ? "word" : takes}>`;
}
