/**
 * Every flag of the command line, by its name without dashes: redis-cli's own first, then ours. What a flag means is
 * the verb's affair; here stands only how it is written. `words`: every word up to the next flag, as redis-cli reads
 * its weights. `each`: one word, and the flag may be given again.
 */
export type FlagSpec = {
  readonly takes: "nothing" | "text" | "number" | "words" | "each";
  /** Other spellings, dashes included. */
  readonly also?: readonly string[];
  readonly choices?: readonly string[];
  /** Written with one dash. */
  readonly short?: true;
};

export const flags = {
  "cluster-from": { takes: "each" },
  "cluster-to": { takes: "text" },
  "cluster-slots": { takes: "number" },
  "cluster-yes": { takes: "nothing", also: ["--yes"] },
  "cluster-replicas": { takes: "number" },
  "cluster-weight": { takes: "words", also: ["--weight"] },
  "cluster-threshold": { takes: "number", also: ["--threshold"] },
  "cluster-use-empty-masters": { takes: "nothing", also: ["--use-empty"] },
  "cluster-simulate": { takes: "nothing" },
  "cluster-pipeline": { takes: "number" },
  "cluster-timeout": { takes: "number" },
  "cluster-replace": { takes: "nothing" },
  "cluster-slave": { takes: "nothing" },
  "cluster-master-id": { takes: "text" },
  "cluster-search-multiple-owners": { takes: "nothing" },
  "cluster-fix-with-unreachable-masters": { takes: "nothing" },
  "cluster-only-masters": { takes: "nothing" },
  "cluster-only-replicas": { takes: "nothing" },
  "cluster-copy": { takes: "nothing" },
  "cluster-from-user": { takes: "text" },
  "cluster-from-pass": { takes: "text" },
  "cluster-from-askpass": { takes: "nothing" },
  a: { takes: "text", also: ["--pass"], short: true },
  user: { takes: "text" },
  askpass: { takes: "nothing" },
  "no-auth-warning": { takes: "nothing" },
  tls: { takes: "nothing" },
  cacert: { takes: "text" },
  cert: { takes: "text" },
  key: { takes: "text" },
  insecure: { takes: "nothing" },
  sni: { takes: "text" },
  c: { takes: "nothing", short: true },
  raw: { takes: "nothing" },
  "no-raw": { takes: "nothing" },

  json: { takes: "nothing" },
  "dry-run": { takes: "nothing" },
  confirm: { takes: "text" },
  reason: { takes: "text" },
  settle: { takes: "nothing" },
  at: { takes: "text" },
  window: { takes: "text" },
  pace: { takes: "text", choices: ["careful", "swift"] },
  keys: { takes: "words" },
  ranges: { takes: "text" },
  force: { takes: "nothing" },
  takeover: { takes: "nothing" },
  by: { takes: "text", choices: ["slots", "keys", "memory", "cpu", "traffic"] },
  node: { takes: "each" },
  open: { takes: "text", choices: ["safe", "finish", "back", "leave"] },
  finish: { takes: "text" },
  back: { takes: "text" },
  leave: { takes: "text" },
  strays: { takes: "text", choices: ["move", "export", "delete", "leave"] },
  owner: { takes: "text" },
  abandon: { takes: "each" },
  existing: { takes: "text", choices: ["empty", "skip", "replace"] },
  accept: { takes: "each" },
  afterwards: { takes: "text", choices: ["reset", "stop"] },
  replicas: { takes: "text", choices: ["remove", "keep"] },
  "hand-back": { takes: "nothing" },
  end: { takes: "nothing" },
  hurt: { takes: "text", choices: ["kill", "segfault", "freeze"] },
  "delete-folders": { takes: "nothing" },
  stop: { takes: "nothing" },
  how: { takes: "text", choices: ["configured", "save", "kill"] },
  "cut-over": { takes: "nothing" },
  "from-sentinel": { takes: "each" },
  "from-name": { takes: "text" },
  "from-sentinel-askpass": { takes: "nothing" },
  db: { takes: "number" },
  "other-databases": { takes: "text", choices: ["refuse", "skip"] },
  present: { takes: "text", choices: ["refuse", "keep", "replace"] },
  console: { takes: "text" },
  token: { takes: "text" },
  name: { takes: "text" },
  count: { takes: "number" },
  port: { takes: "number" },
  "node-timeout": { takes: "number" },
  "no-start": { takes: "nothing" },
  lines: { takes: "number", also: ["-n"] },
  follow: { takes: "nothing", also: ["-f"] },
  help: { takes: "nothing" },
} as const satisfies Readonly<Record<string, FlagSpec>>;

export type FlagName = keyof typeof flags;

type ValueOf<T extends FlagSpec> = T extends { readonly choices: readonly (infer C)[] }
  ? C
  : {
      readonly nothing: true;
      readonly text: string;
      readonly number: number;
      readonly words: readonly string[];
      readonly each: readonly string[];
    }[T["takes"]];
export type FlagValues = { readonly [N in FlagName]?: ValueOf<(typeof flags)[N]> };

export const flagSpec = (name: FlagName): FlagSpec => flags[name];
export const flagNames = Object.keys(flags) as readonly FlagName[];

/** As it is written: `--cluster-from`, `-a`. */
export const spelled = (name: FlagName): string => `${flagSpec(name).short ? "-" : "--"}${name}`;

const bySpelling: ReadonlyMap<string, FlagName> = new Map(
  flagNames.flatMap((name) => [spelled(name), ...(flagSpec(name).also ?? [])].map((text) => [text, name] as const)),
);

export const flagSpelled = (text: string): FlagName | undefined => bySpelling.get(text);
