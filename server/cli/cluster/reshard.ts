import { keySlot } from "@/lib/cluster/key-slot";
import { rangesOf, type SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { WishOf } from "@/lib/plans/wish";
import { cli } from "@/lib/words/en/cli";
import { cliOutput } from "@/lib/words/en/cli-output";
import { type Asked, UsageError } from "../grammar/asked";
import { type FlagName, spelled } from "../grammar/flags";
import { ask, isTerminal } from "../tell/ask";
import type { Out } from "../tell/out";
import { changes, type Making, paceOf } from "./change";
import { findNode, findNodes } from "./find-node";
import { slotsGiven } from "./slots-given";

const words = cliOutput.ask;

/** Either so many slots from somewhere, or these very slots. What redis-cli asks for, a terminal is asked for. */
export const reshard = changes({
  check: checkFlags,
  wish: async (making): Promise<WishOf<"reshard">> => {
    const { asked, topology, out } = making;
    const ranges = chosen(asked);
    if (ranges) return { verb: "reshard", target: await targetOf(making), ranges, ...paceOf(asked) };
    const { "cluster-from": from, "cluster-slots": count } = asked.flags;
    const slots = count ?? (await askCount(topology, out));
    const target = await targetOf(making);
    const sources = from === undefined ? await askSources(topology, out) : findNodes(topology, from.join(","));
    return { verb: "reshard", target, slots, ...(sources ? { sources } : {}), ...paceOf(asked) };
  },
});

function checkFlags(asked: Asked): void {
  const { flags } = asked;
  const ranges = chosen(asked);
  const { "cluster-from": from, "cluster-slots": count } = flags;
  if (ranges && (from !== undefined || count !== undefined)) {
    const other = from === undefined ? "--cluster-slots" : "--cluster-from";
    throw new UsageError(cli.usage.notBoth({ one: flags.keys ? "--keys" : "--ranges", other }));
  }
  if (count !== undefined && (!Number.isInteger(count) || count < 1))
    throw new UsageError(cli.usage.notWhole({ flag: "--cluster-slots", least: 1 }));
  const needed: readonly FlagName[] = ranges ? ["cluster-to"] : ["cluster-from", "cluster-to", "cluster-slots"];
  const missing = needed.filter((name) => flags[name] === undefined);
  if (missing.length > 0 && !isTerminal())
    throw new UsageError(cli.usage.needsTerminal({ flags: missing.map(spelled) }));
}

function chosen({ flags }: Asked): SlotRanges | undefined {
  if (flags.ranges !== undefined && flags.keys !== undefined)
    throw new UsageError(cli.usage.notBoth({ one: "--ranges", other: "--keys" }));
  if (flags.keys) return rangesOf(flags.keys.map((key) => keySlot(key)));
  if (flags.ranges === undefined) return undefined;
  return slotsGiven("--ranges", flags.ranges);
}

async function targetOf({ asked, topology, out }: Making) {
  return findNode(topology, asked.flags["cluster-to"] ?? (await answered(out, words.target())));
}

async function askCount(topology: Topology, out: Out): Promise<number> {
  const most = topology.shards.reduce((sum, shard) => sum + shard.slots, 0);
  for (;;) {
    const count = Number(await answered(out, words.slots({ most })));
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  }
}

async function askSources(topology: Topology, out: Out) {
  out.prompt(`${words.sources()}\n`);
  const given: string[] = [];
  for (;;) {
    const text = await answered(out, words.source({ n: given.length + 1 }));
    if (text === "all") return undefined;
    if (text === "done" && given.length > 0) return findNodes(topology, given.join(","));
    if (text === "done" || text === "") continue;
    findNode(topology, text);
    given.push(text);
  }
}

async function answered(out: Out, question: string): Promise<string> {
  const answer = await ask(out, question);
  if (answer === undefined) throw new UsageError(cli.usage.needsYes());
  return answer;
}
