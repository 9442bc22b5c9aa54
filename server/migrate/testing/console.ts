import { mergeViews } from "@/lib/cluster/merge";
import { asClusterId, type Endpoint, type NodeId, type View } from "@/lib/cluster/node";
import { parseClusterInfo, parseClusterNodes } from "@/lib/cluster/parse";
import { shardIndexOf } from "@/lib/cluster/shards";
import type { Slot } from "@/lib/cluster/slots";
import type { Answer, Topology } from "@/lib/cluster/topology";
import { Link, type Sent } from "@/server/link";
import type { TestNode } from "@/server/testing/node";
import type { KeptValue, MoveCluster, MoveJob, MoveJournal, MoveProgress, UnsettledWindow } from "../mover";

/** What the step loop gives a mover, made from test nodes: real connections, a journal in memory, everything noted. */
export type TestConsole = {
  readonly cluster: MoveCluster;
  readonly journal: TestJournal;
  readonly progress: MoveProgress[];
  /** Every command with an outcome, in order, on any connection of the mover. */
  readonly sent: Sent[];
  job(job: Pick<MoveJob, "source" | "target" | "ranges"> & Partial<MoveJob>): MoveJob;
  topology(): Promise<Topology>;
  close(): void;
};

export type TestJournal = MoveJournal & {
  readonly windows: Map<number, UnsettledWindow>;
  readonly named: Set<Slot>;
  readonly kept: KeptValue[];
  readonly settled: number[];
  unsettled(): readonly UnsettledWindow[];
};

export type TestConsoleOptions = {
  readonly nodes: readonly Pick<TestNode, "id" | "endpoint">[];
  readonly nodeTimeoutMs?: number;
  /** Where the console dials a node instead, for a proxy in between. */
  readonly via?: ReadonlyMap<NodeId, Endpoint>;
  readonly password?: string;
  /** false: commands are not kept. */
  readonly notes?: boolean;
};

export function startConsole({
  nodes,
  nodeTimeoutMs = 2000,
  via,
  password,
  notes = true,
}: TestConsoleOptions): TestConsole {
  const journal = memoryJournal();
  const sent: Sent[] = [];
  const progress: MoveProgress[] = [];
  const links = new Set<Link>();
  const observed = observer({ nodes, nodeTimeoutMs, password });
  const open = async (id: NodeId) => {
    const node = nodes.find((n) => n.id === id);
    if (!node) throw new Error(`no test node ${id}`);
    const link = await Link.open({ endpoint: via?.get(id) ?? node.endpoint, name: "shardboard:test:1:1", password });
    links.add(link);
    link.onSent = (one) => {
      if (notes) sent.push(one);
      insistOnRecord(one, journal);
    };
    return link;
  };
  const cluster: MoveCluster = {
    link: open,
    topology: observed.topology,
    migrateTarget: async (id) => {
      const node = nodes.find((n) => n.id === id);
      if (!node) throw new Error(`no test node ${id}`);
      return { ...node.endpoint, ...(password === undefined ? {} : { password }) };
    },
    nodeTimeoutMs,
  };
  return {
    cluster,
    journal,
    progress,
    sent,
    topology: observed.topology,
    job: (job) => ({
      limits: { keys: 100, bytes: 1024 * 1024 },
      guarded: false,
      cluster,
      journal,
      report: (told) => void progress.push(told),
      shouldStop: () => false,
      now: Date.now,
      signal: new AbortController().signal,
      ...job,
    }),
    close: () => {
      for (const link of links) link.close();
      observed.close();
    },
  };
}

function memoryJournal(): TestJournal {
  const windows = new Map<number, UnsettledWindow>();
  const named = new Set<Slot>();
  const settled: number[] = [];
  const kept: KeptValue[] = [];
  return {
    windows,
    named,
    settled,
    kept,
    intend: (window) => {
      const id = windows.size + 1;
      for (const slot of window.slots) named.add(slot);
      windows.set(id, { ...JSON.parse(JSON.stringify(window)), id });
      return id;
    },
    learn: (id, facts) => {
      const known = windows.get(id);
      if (known) windows.set(id, { ...known, facts });
    },
    settle: (id) => void settled.push(id),
    keepValue: (value) => void kept.push(value),
    unsettled: () => [...windows.values()].filter(({ id }) => !settled.includes(id)),
  };
}

function touchedBy([name, sub, third = "", ...rest]: readonly string[]): readonly Slot[] {
  if (name !== "CLUSTER") return [];
  if (sub === "SETSLOT") return [Number(third)];
  if (sub === "MIGRATION" && third !== "IMPORT") return [];
  return sub === "MIGRATESLOTS" || sub === "MIGRATION" ? rest.filter((word) => /^\d+$/.test(word)).map(Number) : [];
}

/** I6: nothing is sent for a slot that no record names. */
function insistOnRecord({ command }: Sent, journal: TestJournal): void {
  for (const slot of touchedBy(command.map(String)))
    if (!journal.named.has(slot)) throw new Error(`slot ${slot} was touched without a record`);
}

type ObserverOptions = Required<Pick<TestConsoleOptions, "nodes" | "nodeTimeoutMs">> & {
  readonly password: string | undefined;
};

function observer({ nodes, nodeTimeoutMs, password }: ObserverOptions) {
  const links = new Map<NodeId, Link>();
  let previous: Topology | undefined;
  let shardIndex: ReadonlyMap<NodeId, number> = new Map();
  const ask = async (node: Pick<TestNode, "id" | "endpoint">): Promise<View> => {
    let link = links.get(node.id);
    if (!link?.isOpen) {
      link = await Link.open({ endpoint: node.endpoint, connectTimeoutMs: 500, timeoutMs: 500, password });
      links.set(node.id, link);
    }
    const [text, info] = [await link.call(["CLUSTER", "NODES"]), await link.call(["CLUSTER", "INFO"])];
    const view = { nodes: parseClusterNodes(String(text)), info: parseClusterInfo(String(info)) };
    return { from: node.id, atMs: Date.now(), ...view };
  };
  const topology = async (): Promise<Topology> => {
    const atMs = Date.now();
    const asked = await Promise.allSettled(nodes.map(ask));
    const answers = new Map<NodeId, Answer>(
      nodes.map((node, i) => [
        node.id,
        asked[i]?.status === "fulfilled"
          ? { kind: "answered", atMs, rttMs: 0 }
          : { kind: "silent", sinceMs: atMs, code: "unreachable", message: "silent" },
      ]),
    );
    previous = mergeViews({
      clusterId: asClusterId("test"),
      views: asked.flatMap((a) => (a.status === "fulfilled" ? [a.value] : [])),
      answers,
      stats: new Map(),
      previous,
      shardIndex,
      labels: {},
      dialOf: (announced) => announced,
      atMs,
      nodeTimeoutMs,
    });
    shardIndex = shardIndexOf(previous.shards);
    return previous;
  };
  const close = () => {
    for (const link of links.values()) link.close();
  };
  return { topology, close };
}
