import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { cli } from "@/lib/words/en/cli";
import { UsageError, type VerbRow } from "./asked";
import { completion } from "./completion";
import { type FlagName, flagNames, flagSpec, spelled } from "./flags";
import { helpOf, overview } from "./help";
import { parse, withoutEffect } from "./parse";
import { allVerbs } from "./verbs";

/** As `redis-cli --cluster help` of 7.0 and its options list them. */
const REDIS_CLI: readonly FlagName[] = flagNames.slice(0, flagNames.indexOf("json"));
const sampleOf = (name: FlagName): readonly string[] => {
  const { takes, choices } = flagSpec(name);
  if (takes === "nothing") return [];
  return [choices?.[0] ?? (takes === "number" ? "3" : "word")];
};
const wordsFor = (row: VerbRow): readonly string[] =>
  row.takes.filter((place) => !place.optional).map((place, i) => (place.kind === "node" ? "abc" : `10.0.0.${i}:7000`));
const sentence = (argv: readonly string[]): string => {
  try {
    parse(argv, allVerbs);
    return "taken";
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
};

test.each(allVerbs.map((row) => [`${row.room} ${row.name}`, row] as const))(
  "%s takes its flags and names the others",
  (name, row) => {
    const taken = new Set<FlagName>([...row.flags, ...(row.noEffect ?? []), "help"]);
    for (const flag of flagNames) {
      const said = sentence([row.room, row.name, ...wordsFor(row), spelled(flag), ...sampleOf(flag)]);
      expect([flag, said]).toEqual([
        flag,
        taken.has(flag) ? "taken" : cli.usage.wrongFlag({ verb: name, flag: spelled(flag) }),
      ]);
    }
    expect(cli.verbs[name]).toBeTruthy();
    expect(helpOf(row)).toContain(cli.verbs[name]);
  },
);

test.each([
  ["check", ["cluster-search-multiple-owners"]],
  ["reshard", [..."from to slots yes timeout pipeline replace".split(" ").map((one) => `cluster-${one}`)]],
  ["create", ["cluster-replicas"]],
  [
    "rebalance",
    [
      ..."weight use-empty-masters timeout simulate pipeline threshold replace"
        .split(" ")
        .map((one) => `cluster-${one}`),
    ],
  ],
  ["fix", ["cluster-search-multiple-owners", "cluster-fix-with-unreachable-masters"]],
  ["call", ["cluster-only-masters", "cluster-only-replicas"]],
  ["set-timeout", []],
  ["add-node", ["cluster-slave", "cluster-master-id"]],
])("what redis-cli documents for %s is taken", (verb, names) => {
  const row = allVerbs.find((one) => one.room === "cluster" && one.name === verb);
  for (const name of [...names, "a", "user", "askpass", "tls", "cacert", "cert", "key", "insecure", "sni"])
    expect(REDIS_CLI.includes(name as FlagName) && [...(row?.flags ?? []), ...(row?.noEffect ?? [])]).toContain(name);
});

test("redis-cli's way of writing it is the same command line", () => {
  const wanted = parse(["cluster", "reshard", "h:1", "--cluster-slots", "7", "-a", "pw"], allVerbs);
  expect(parse(["-a", "pw", "--cluster", "reshard", "h", "1", "--cluster-slots=7"], allVerbs)).toEqual(wanted);
  expect(wanted).toMatchObject({ args: { cluster: ["h:1"] }, flags: { "cluster-slots": 7, a: "pw" } });
  expect(parse(["--cluster", "check", "::1", "7000"], allVerbs).args.cluster).toEqual(["[::1]:7000"]);
  expect(parse(["cluster", "remove-node", "h:1", "abc"], allVerbs).verb).toBe("del-node");
  const many = parse(
    ["--cluster", "create", "a:1", "b:2", "c:3", "--cluster-yes", "--cluster-replicas", "1"],
    allVerbs,
  );
  expect(many.args.nodes).toEqual(["a:1", "b:2", "c:3"]);
});

test.each([
  [[], /Nothing is no command/],
  [["flurb"], /flurb is no command/],
  [["cluster"], /What about cluster\? Expected one of create, info/],
  [["cluster", "rebalence", "h:1"], /no verb rebalence/],
  [["cluster", "info"], /host:port is missing\. Usage: shardboard cluster info host:port/],
  [["cluster", "info", "h:1", "more"], /What is more\?/],
  [["cluster", "failover", "h:1"], /replica-id is missing/],
  [["cluster", "info", "h:1", "--no-such"], /There is no flag --no-such/],
  [["cluster", "info", "h:1", "-h", "x"], /There is no flag -h/],
  [["cluster", "reshard", "h:1", "--cluster-slots"], /--cluster-slots needs a value/],
  [["cluster", "reshard", "h:1", "--cluster-slots", "many"], /needs a number, not many/],
  [["cluster", "reshard", "h:1", "--pace", "wild"], /--pace is wild, expected careful or swift/],
  [["cluster", "replicate", "h:1", "a", "b", "--pace", "swift"], /replicate does not take --pace/],
  [["cluster", "call", "h:1"], /word is missing\. Usage: shardboard cluster call host:port word …/],
  [["cluster", "set-timeout", "h:1"], /milliseconds is missing/],
  [["cluster", "reshard", "h:1", "--cluster-yes=1"], /--cluster-yes takes no value/],
])("%j is a usage error", (argv, said) => {
  expect(sentence(argv)).toMatch(said);
});

test("weights up to the next flag, flags that are given again, and a command behind two dashes", () => {
  const redisCli = ["--cluster", "rebalance", "h", "1", "--cluster-weight", "a=1", "b=2", "--cluster-threshold", "0"];
  const ours = ["cluster", "rebalance", "h:1", "--weight", "a=1", "--weight", "b=2", "--threshold", "0"];
  expect(parse(ours, allVerbs)).toEqual(parse(redisCli, allVerbs));
  expect(parse(ours, allVerbs).flags).toEqual({ "cluster-weight": ["a=1", "b=2"], "cluster-threshold": 0 });
  const called = parse(["--cluster", "call", "h:1", "CONFIG", "GET", "x", "--cluster-only-masters"], allVerbs);
  expect(called.args.command).toEqual(["CONFIG", "GET", "x"]);
  const dashed = parse(["cluster", "call", "h:1", "--node", "n", "--", "LATENCY", "RESET", "--cluster"], allVerbs);
  expect(dashed).toMatchObject({ args: { command: ["LATENCY", "RESET", "--cluster"] }, flags: { node: ["n"] } });
  const set = parse(["cluster", "config", "h:1", "a=1", "b=2", "--node", "x", "--node", "y"], allVerbs);
  expect(set).toMatchObject({ args: { settings: ["a=1", "b=2"] }, flags: { node: ["x", "y"] } });
});

test("a flag without effect is taken and named", () => {
  const { row, flags } = parse(
    ["cluster", "fix", "h:1", "--cluster-search-multiple-owners", "--cluster-yes"],
    allVerbs,
  );
  expect(withoutEffect(row, flags)).toEqual(["cluster-search-multiple-owners"]);
});

test("help lists every verb, and the completion scripts are made of the same table", () => {
  const all = overview(allVerbs, "1.2.3");
  for (const row of allVerbs) expect(all).toContain(`  ${row.name}`);
  const bash = completion("bash", allVerbs);
  execFileSync("bash", ["-n"], { input: bash });
  const complete = (line: string) => {
    const words = line.split(" ");
    const script = `${bash}\nCOMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length - 1}; _shardboard; echo "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split(" ");
  };
  expect(complete("shardboard clus")).toEqual(["cluster"]);
  expect(complete("shardboard cluster re")).toEqual(["reshard", "rebalance", "replicate", "restore", "resume"]);
  expect(complete("shardboard --cluster fa")).toEqual(["failover"]);
  expect(complete("shardboard cluster failover h:1 --ta")).toEqual(["--takeover"]);
  expect(complete("shardboard cluster reshard h:1 --pace ")).toEqual(["careful", "swift"]);
  expect(completion("zsh", allVerbs)).toMatch(/^#compdef shardboard/);
  expect(() => completion("fish", allVerbs)).toThrow(/bash and zsh, not for fish/);
});
