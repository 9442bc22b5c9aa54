import type { ClusterInfo, NodeId, ViewNode } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import type { Command, Settled } from "@/server/link";
import { type Lines, replyOf } from "./lines";
import { Trouble } from "./stop";

/** What one node says of itself and of the others, read in one go. Only its own line speaks for its slots and flags. */
export type Side = {
  readonly self: ViewNode;
  readonly nodes: readonly ViewNode[];
  readonly state: ClusterInfo["state"];
  readonly myEpoch: number;
};

export const sideCommands: readonly Command[] = [
  ["CLUSTER", "INFO"],
  ["CLUSTER", "NODES"],
];

export function parseSide(lines: Lines, id: NodeId, [info, nodes]: readonly (Settled | undefined)[]): Side {
  const known = lines.parse(String(replyOf(nodes, id)));
  const self = known.find((node) => node.isMyself);
  if (self?.id !== id) throw new Trouble("the node at this address is another one now", id);
  const text = `\n${replyOf(info, id)}`;
  return {
    self,
    nodes: known,
    state: fieldOf(text, "cluster_state") === "ok" ? "ok" : "fail",
    myEpoch: Number(fieldOf(text, "cluster_my_epoch")),
  };
}

export async function readSide(lines: Lines, id: NodeId): Promise<Side> {
  return parseSide(lines, id, await lines.ask(id, sideCommands));
}

/** Its own config epoch as it says it. A node that was silent a moment ago costs no more than a second. */
export async function readEpoch(lines: Lines, id: NodeId): Promise<number> {
  const [info] = await lines.ask(id, [["CLUSTER", "INFO"]], { timeoutMs: 1000 });
  return Number(fieldOf(`\n${replyOf(info, id)}`, "cluster_my_epoch"));
}

export type Replication = {
  readonly isPrimary: boolean;
  readonly replId: string;
  /** Own offset: what a primary has sent, what a replica has taken in. */
  readonly offset: number;
};

export function parseReplication(text: string): Replication {
  const isPrimary = !/^(slave|replica)$/.test(fieldOf(text, "role"));
  return {
    isPrimary,
    replId: fieldOf(text, "master_replid"),
    offset: Number(fieldOf(text, isPrimary ? "master_repl_offset" : "slave_repl_offset")),
  };
}

/** I11: the replica has all that its primary had. */
export function holdsAll(replica: Replication, wanted: Replication): boolean {
  return !replica.isPrimary && replica.replId === wanted.replId && replica.offset >= wanted.offset;
}

/** One field of INFO: the whole text is read after every batch, and has a hundred. */
function fieldOf(text: string, name: string): string {
  const at = text.indexOf(`\n${name}:`);
  if (at < 0) return "";
  const from = at + name.length + 2;
  return text.slice(from, text.indexOf("\r", from));
}

/** The target after a batch: enough for the acknowledgement, the stop conditions and the hand-over. */
export type TargetReading = Side & {
  readonly replication: Replication;
  readonly evicted: number;
  /** What it may still take in before it throws keys away; undefined: it never does. */
  readonly roomBytes: number | undefined;
};

export async function readTarget(lines: Lines, id: NodeId): Promise<TargetReading> {
  const infos: readonly Command[] = [
    ["INFO", "replication"],
    ["INFO", "stats"],
    ["INFO", "memory"],
  ];
  const [replication, stats, memory, ...side] = await lines.ask(id, [...infos, ...sideCommands]);
  return {
    ...parseSide(lines, id, side),
    replication: parseReplication(String(replyOf(replication, id))),
    evicted: Number(fieldOf(String(replyOf(stats, id)), "evicted_keys")),
    roomBytes: roomIn(String(replyOf(memory, id))),
  };
}

function roomIn(memory: string): number | undefined {
  const most = Number(fieldOf(memory, "maxmemory"));
  const policy = fieldOf(memory, "maxmemory_policy");
  if (!(most > 0) || policy === "noeviction" || policy === "") return undefined;
  return most - Number(fieldOf(memory, "used_memory"));
}

/** The source: how many keys each slot still has, some of them by name, and the flags after the count (I2). */
export type SourceReading = {
  readonly counts: ReadonlyMap<Slot, number>;
  readonly keys: ReadonlyMap<Slot, readonly Buffer[]>;
  readonly side: Side | undefined;
};

export type SourceTail = {
  readonly count: readonly Slot[];
  readonly list: readonly Slot[];
  /** At most this many keys of each listed slot. */
  readonly most: number;
  readonly withSide: boolean;
};

/** Commands to put behind others in one write, so that what they tell is from after those. */
export function tailCommands({ count, list, most, withSide }: SourceTail): Command[] {
  return [
    ...count.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
    ...list.map((slot) => ["CLUSTER", "GETKEYSINSLOT", slot, most]),
    ...(withSide ? sideCommands : []),
  ];
}

export function parseTail(lines: Lines, id: NodeId, tail: SourceTail, settled: readonly Settled[]): SourceReading {
  const { count, list } = tail;
  return {
    counts: new Map(count.map((slot, i) => [slot, Number(replyOf(settled[i], id))])),
    keys: new Map(list.map((slot, i) => [slot, replyOf(settled[count.length + i], id) as readonly Buffer[]])),
    side: tail.withSide ? parseSide(lines, id, settled.slice(count.length + list.length)) : undefined,
  };
}

export async function readSource(lines: Lines, id: NodeId, tail: SourceTail): Promise<SourceReading> {
  return parseTail(lines, id, tail, await lines.ask(id, tailCommands(tail)));
}
