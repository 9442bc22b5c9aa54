import { join, resolve } from "node:path";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { EventHub } from "@/server/events";
import type { Dial } from "@/server/link";
import { refuse } from "@/server/refuse";
import {
  deleteManagedNode,
  setEngine as keepEngine,
  listManagedNodes,
  type ManagedNodeRow,
  type Membership,
  readManagedNode,
  setMembership,
} from "@/server/store/managed-nodes";
import type { Store } from "@/server/store/sqlite";
import { allowedEngines, type Engine, readEngine } from "./engines";
import { type FileLine, readSettings, writeSettings } from "./file-lines";
import { followLines, lastLines } from "./log";
import { adoptNode, endNode, signalNode, startNode } from "./node-actions";
import { files } from "./node-config";
import { nodesRoot, removeNodeFolder } from "./node-folder";
import { describe, dialOf, type SecretBox } from "./node-record";
import { type Preparation, prepareNodes } from "./prepare";
import { processTable } from "./process-table";

type Parts = {
  readonly store: Store;
  readonly vault: SecretBox;
  readonly hub: EventHub;
  readonly dataFolder: string;
  readonly now: () => number;
};

const LOOK_EVERY_MS = 1000;

/**
 * The node processes that this console prepared: folder, configuration, process, log. It knows nothing of clusters but
 * what it is told by `bind` and `seen`. Actions on one node wait for each other. Nodes outlive the console; `adopt`
 * takes them over at the next start. Every change is published as a `runtime` event.
 */
export class Runtime {
  readonly #parts: Parts;
  readonly #ends = new AbortController();
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly #timer: NodeJS.Timeout;
  #published = "[]";
  #looking: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = { ...parts, dataFolder: resolve(parts.dataFolder) };
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async list(): Promise<readonly ManagedNode[]> {
    const nowMs = this.#parts.now();
    return Promise.all(listManagedNodes(this.#parts.store).map((row) => describe(row, nowMs)));
  }

  async get(id: string): Promise<ManagedNode> {
    return describe(this.#row(id), this.#parts.now());
  }

  /** How to dial a managed node, its password included: for the engine alone. */
  dial(id: string, name?: string): Dial {
    return { ...dialOf(this.#row(id), this.#parts.vault), ...(name === undefined ? {} : { name }) };
  }

  async prepare(input: Preparation): Promise<readonly ManagedNode[]> {
    return this.#act("prepare", async () => {
      const ids = await prepareNodes(this.#parts, input);
      return Promise.all(ids.map((id) => this.get(id)));
    });
  }

  start(id: string): Promise<ManagedNode> {
    return this.#actOn(id, (row) => startNode(this.#parts, row));
  }

  /** Throws OpsError timed_out when it still runs after `withinMs` (20 s). */
  stop(id: string, { withinMs }: { readonly withinMs?: number } = {}): Promise<ManagedNode> {
    return this.#actOn(id, (row) => endNode(this.#parts, row, { signal: "SIGTERM", withinMs }));
  }

  kill(id: string): Promise<ManagedNode> {
    return this.#actOn(id, (row) => endNode(this.#parts, row, { signal: "SIGKILL" }));
  }

  restart(id: string): Promise<ManagedNode> {
    return this.#actOn(id, async (row) => {
      await endNode(this.#parts, row, { signal: "SIGTERM" });
      await startNode(this.#parts, this.#row(id));
    });
  }

  /** SIGSTOP: it keeps its ports and answers nobody. */
  freeze(id: string): Promise<ManagedNode> {
    return this.#actOn(id, (row) => signalNode(this.#parts, row, "SIGSTOP"));
  }

  thaw(id: string): Promise<ManagedNode> {
    return this.#actOn(id, (row) => signalNode(this.#parts, row, "SIGCONT"));
  }

  async isFrozen(id: string): Promise<boolean> {
    const { pid } = this.#row(id);
    return pid !== undefined && ((await processTable.read(pid))?.isStopped ?? false);
  }

  /** Directives of the redis.conf of a stopped node; they hold from its next start on. */
  configure(id: string, settings: readonly FileLine[]): Promise<ManagedNode> {
    return this.#actOn(id, async (row) => {
      await this.#stopped(row);
      await writeSettings(row.folder, settings);
    });
  }

  /** What its redis.conf says of them, by name; undefined where it says nothing. */
  configured(id: string, names: readonly string[]): Promise<Readonly<Record<string, string | undefined>>> {
    return readSettings(this.#row(id).folder, names);
  }

  /** The binary that a stopped node is started with from now on: one of `engines`. */
  setEngine(id: string, path: string): Promise<ManagedNode> {
    return this.#actOn(id, async (row) => {
      await this.#stopped(row);
      keepEngine(this.#parts.store, id, await this.engine(path));
    });
  }

  /** Paths that may be started here, and no other: the environment's own, and those in use. */
  engines(): Promise<readonly string[]> {
    const inUse = listManagedNodes(this.#parts.store).map((row) => row.engine_path);
    return allowedEngines(this.#parts.dataFolder, inUse);
  }

  /** Throws OpsError `invalid` for a path that is none of them. */
  async engine(path: string): Promise<Engine> {
    const known = await this.engines();
    if (!known.includes(path)) throw refuse("invalid", "planEngineUnknown", { path, known });
    return readEngine(path);
  }

  /** Deletes record and folder of a stopped node that is no member of a cluster. */
  async remove(id: string): Promise<void> {
    await this.#act(id, async () => {
      const row = this.#row(id);
      const node = await describe(row, this.#parts.now());
      if (row.cluster_id !== undefined)
        throw refuse("refused", "nodeStillMember", { node: row.name, clusterId: row.cluster_id });
      if (node.process.state === "running") throw refuse("refused", "nodeStillRuns", { node: row.name });
      await removeNodeFolder(await nodesRoot(this.#parts.dataFolder), row.folder);
      deleteManagedNode(this.#parts.store, id);
    });
  }

  /** Membership as last seen. No clusterId: it is no member; no nodeId: the id stays. */
  bind(id: string, { clusterId, nodeId }: Membership): void {
    const row = this.#row(id);
    const next = { clusterId, nodeId: nodeId ?? row.node_id };
    if (next.clusterId === row.cluster_id && next.nodeId === row.node_id) return;
    setMembership(this.#parts.store, id, next);
    void this.#look();
  }

  /** Binds and unbinds all nodes to what a topology shows: by node id, or by address where the id is new (RESET HARD). */
  seen(clusterId: ClusterId, { nodes }: Pick<Topology, "nodes">): void {
    for (const row of listManagedNodes(this.#parts.store)) {
      const isAt = (node: Topology["nodes"][number]) => node.dial.host === row.host && node.dial.port === row.port;
      const member =
        nodes.find((node) => node.id === row.node_id) ??
        nodes.find((node) => row.pid !== undefined && isAt(node) && node.answer.kind === "answered");
      if (member) this.bind(row.id, { clusterId, nodeId: member.id });
      else if (row.cluster_id === clusterId) this.bind(row.id, {});
    }
  }

  async log(id: string, lines: number): Promise<readonly string[]> {
    return lastLines(join(this.#row(id).folder, files.log), lines);
  }

  /** Resolves when the signal fires or the runtime is closed. */
  async tail(id: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    return followLines(join(this.#row(id).folder, files.log), onLine, AbortSignal.any([signal, this.#ends.signal]));
  }

  async adopt(): Promise<void> {
    await this.#act("adopt", async () => {
      for (const row of listManagedNodes(this.#parts.store)) await adoptNode(this.#parts, row);
    });
  }

  async startAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.start(id);
  }

  async stopAll(order: readonly string[]): Promise<void> {
    for (const id of order) await this.stop(id);
  }

  /** Ends what is under way here; the nodes go on running. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ends.abort();
    await Promise.allSettled([...this.#busy.values(), this.#looking]);
  }

  #row(id: string): ManagedNodeRow {
    const row = readManagedNode(this.#parts.store, id);
    if (!row) throw refuse("not_found", "managedNodeUnknown", { id });
    return row;
  }

  async #stopped(row: ManagedNodeRow): Promise<void> {
    const { process } = await describe(row, this.#parts.now());
    if (process.state !== "stopped") throw refuse("refused", "nodeRunsStill", { node: row.name });
  }

  async #actOn(id: string, work: (row: ManagedNodeRow) => Promise<void>): Promise<ManagedNode> {
    this.#row(id);
    return this.#act(id, async () => {
      await work(this.#row(id));
      return this.get(id);
    });
  }

  /** One action at a time per name; what it changed is published whether it succeeds or not. */
  async #act<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(name) ?? Promise.resolve();
    const turn = before.then(work, work).finally(() => this.#look());
    const settled = turn.catch(() => {});
    this.#busy.set(name, settled);
    try {
      return await turn;
    } finally {
      if (this.#busy.get(name) === settled) this.#busy.delete(name);
    }
  }

  /** One look at a time; a look that fails (the database is busy) is made up for by the next one. */
  #look(): Promise<void> {
    this.#looking ??= this.#compare()
      .catch(() => {})
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async #compare(): Promise<void> {
    const nodes = await this.list();
    const picture = JSON.stringify(nodes.map(withoutReadings));
    if (picture === this.#published || this.#ends.signal.aborted) return;
    this.#published = picture;
    this.#parts.hub.publish({ type: "runtime", nodes });
  }
}

/** Uptime and memory change all the time and are no event. */
function withoutReadings({ process, ...node }: ManagedNode): unknown {
  return process.state === "running"
    ? { ...node, process: { state: process.state, pid: process.pid } }
    : { ...node, process };
}
