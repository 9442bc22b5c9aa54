import { cli } from "@/lib/words/en/cli";
import { rooms, UsageError, type VerbRow } from "./asked";
import { type FlagName, flagSpec, spelled } from "./flags";
import { summaryOf } from "./help";

/** A shell's own `${name}`, which is no template of ours. */
const shellValue = (name: string): string => `$\{${name}}`;

export const shells = ["bash", "zsh"] as const;

/** A script for the shell to source: rooms, verbs, the flags of each verb and the words that a flag may take. */
export function completion(shell: string | undefined, table: readonly VerbRow[]): string {
  if (shell === "bash") return bash(table);
  if (shell === "zsh") return zsh(table);
  throw new UsageError(cli.usage.whichShell({ given: shell ?? "", shells }));
}

const flagsOf = (row: VerbRow): readonly FlagName[] => [...row.flags, ...(row.noEffect ?? []), "help"];
const verbsOf = (table: readonly VerbRow[], room: string) => table.filter((row) => row.room === room);

function choiceCases(table: readonly VerbRow[]): readonly string[] {
  const names = [...new Set(table.flatMap((row) => row.flags))];
  return names.flatMap((name) => {
    const { choices } = flagSpec(name);
    return choices ? [`    ${spelled(name)}) words="${choices.join(" ")}" ;;`] : [];
  });
}

const word = (at: string): string => shellValue(`COMP_WORDS[${at}]`);

function bash(table: readonly VerbRow[]): string {
  return [
    "_shardboard() {",
    `  local cur="${word("COMP_CWORD")}" prev="${word("COMP_CWORD-1")}" room="${word("1")}" words=""`,
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${[...rooms, "completion", "help"].join(" ")}"`,
    '  elif [ "$COMP_CWORD" -eq 2 ]; then case "$room" in',
    ...rooms.map(
      (room) =>
        `    ${room === "cluster" ? "cluster|--cluster" : room}) words="${verbsOf(table, room)
          .map((row) => row.name)
          .join(" ")}" ;;`,
    ),
    `    completion) words="${shells.join(" ")}" ;;`,
    "  esac",
    '  else case "$prev" in',
    ...choiceCases(table),
    '    --cacert|--cert|--key) COMPREPLY=($(compgen -f -- "$cur")); return ;;',
    `    *) case "${shellValue("room#--")} ${word("2")}" in`,
    ...table.map((row) => `      "${row.room} ${row.name}") words="${flagsOf(row).map(spelled).join(" ")}" ;;`),
    "    esac ;;",
    "  esac; fi",
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "}",
    "complete -F _shardboard shardboard",
    "",
  ].join("\n");
}

const zshQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function zsh(table: readonly VerbRow[]): string {
  const described = (row: VerbRow) => zshQuoted(`${row.name.replaceAll(":", "\\:")}:${summaryOf(row)}`);
  return [
    "#compdef shardboard",
    "_shardboard() {",
    "  local -a verbs",
    `  if (( CURRENT == 2 )); then compadd -- ${[...rooms, "completion", "help"].join(" ")}; return; fi`,
    `  local room=${shellValue("words[2]#--")}`,
    "  if (( CURRENT == 3 )); then case $room in",
    ...rooms.map(
      (room) => `    ${room}) verbs=(${verbsOf(table, room).map(described).join(" ")}); _describe verb verbs ;;`,
    ),
    `    completion) compadd -- ${shells.join(" ")} ;;`,
    "  esac; return; fi",
    `  case ${shellValue("words[CURRENT-1]")} in`,
    ...choiceCases(table).map((line) => line.replace('words="', "compadd -- ").replace('" ;;', "; return ;;")),
    "    --cacert|--cert|--key) _files; return ;;",
    "  esac",
    `  case "$room ${shellValue("words[3]")}" in`,
    ...table.map((row) => `    "${row.room} ${row.name}") compadd -- ${flagsOf(row).map(spelled).join(" ")} ;;`),
    "  esac",
    "}",
    "compdef _shardboard shardboard",
    "",
  ].join("\n");
}
